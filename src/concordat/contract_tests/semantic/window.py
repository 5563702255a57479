"""The window of a list, the examples that are drawn from it, and the interface of the relations that draw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from concordat.contract_tests.semantic.condition import value_at
from concordat.contract_tests.semantic.reader import Contradiction, brief

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hypothesis.strategies import SearchStrategy

    from concordat.contract_tests.semantic.condition import Condition
    from concordat.contract_tests.semantic.reader import ListReader, Page
    from concordat.sandbox.core.list_rules import ValueKind

__all__ = ["Example", "Relation", "Window", "orders_of", "page_size", "read_window", "same_records"]

_WINDOW_PAGES = 2


@dataclass(frozen=True, slots=True)
class Window:
    """The first records of a list without a filter. `whole` says whether they are all."""

    first: Page
    records: tuple[Any, ...]
    ids: tuple[str | None, ...]
    whole: bool

    @property
    def total(self) -> int:
        """The total that the list reports, or the number of records without one."""
        return len(self.records) if self.first.total is None else self.first.total


def read_window(reader: ListReader) -> Window:
    """Read the first records. Raises Refused or Contradicted."""
    asked = reader.lists.largest
    pages = [reader.page(1, asked)]
    shown = pages[0].size
    size = asked if shown is None or not 1 <= shown <= asked else shown
    while len(pages) < _WINDOW_PAGES and len(pages[-1].records) >= size:
        pages.append(reader.page(len(pages) + 1, asked))
    return Window(
        pages[0],
        tuple(record for page in pages for record in page.records),
        tuple(one for page in pages for one in page.ids),
        whole=len(pages[-1].records) < size,
    )


@dataclass(frozen=True, slots=True)
class Example:
    """One drawn example; a relation uses the parts that it draws. `index` selects a record of the window."""

    size: int = 1
    number: int = 1
    index: int = 0
    conditions: tuple[Condition, ...] = ()
    order: str | None = None


class Relation(Protocol):
    """A relation between answers."""

    def examples(self, reader: ListReader, window: Window) -> SearchStrategy[Example] | str:
        """Return the examples for a list, or the reason why there are none. Smaller ones need fewer requests."""
        ...

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Yield the contradictions between the answers. Raises Refused or Contradicted."""
        ...


def page_size(reader: ListReader, window: Window, count: int) -> int:
    """Return the page size that divides the list into about `count` pages."""
    return min(reader.lists.largest, max(1, -(-window.total // count)))


def same_records(
    check: str, where: str, expected: Sequence[str | None], observed: Sequence[str | None]
) -> Iterator[Contradiction]:
    """Yield a contradiction when two readings of a list have other records."""
    lost, added = (
        sorted({str(one) for one in left} - {str(one) for one in right})
        for left, right in ((expected, observed), (observed, expected))
    )
    if lost or added:
        left_over = "; ".join(f"{word} {brief(ids[0])}" for word, ids in (("without", lost), ("with", added)) if ids)
        yield Contradiction(check, where, "the records of the whole list", left_over)


def orders_of(reader: ListReader, window: Window) -> list[tuple[str, str, ValueKind]]:
    """Return the orders by a property that at least one record has: the word, the property and its kind."""
    rules = reader.lists.rules
    if not reader.lists.takes(rules.order_parameter):
        return []
    return [
        (word, path, kind)
        for path, kind in rules.properties.get(reader.lists.name, {}).items()
        if kind not in {"enum", "boolean"} and any(value_at(one, path) is not None for one in window.records)
        for word in (path, rules.descending + path)
    ]
