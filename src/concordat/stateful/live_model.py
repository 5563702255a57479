"""The model of a live endpoint: the records that the harness itself read, and how an answer must relate to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from concordat.compare.diff import diff
from concordat.compare.values import kind_of
from concordat.contract.fields import response_fields
from concordat.contract_tests.semantic.condition import Condition, holds_all, out_of_order, query_text
from concordat.contract_tests.semantic.list_operation import lists_of
from concordat.contract_tests.semantic.page_relation import judge_page
from concordat.contract_tests.semantic.reader import Contradicted, Contradiction, ListReader, Refused, brief
from concordat.contract_tests.semantic.window import read_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.contract import Contract, Operation
    from concordat.contract_tests.semantic.list_operation import ListOperation
    from concordat.contract_tests.semantic.reader import Page
    from concordat.contract_tests.semantic.window import Window
    from concordat.sandbox import ListRules
    from concordat.sandbox.core.list_rules import ValueKind
    from concordat.stateful.judgement import Disagreement
    from concordat.stateful.live_harness import LiveHarness

__all__ = ["ListCall", "LiveModel", "judge_list", "sample_facts"]

_DEFAULT_SIZE = 100
_SAMPLED = frozenset({"string", "boolean", "number"})


@dataclass(frozen=True, slots=True)
class ListCall:
    """The arguments of a list call; None leaves one out. `order` has a property with its kind and direction."""

    number: int | None = None
    size: int | None = None
    conditions: tuple[Condition, ...] = ()
    order: tuple[str, str, ValueKind] | None = None

    def arguments(self, rules: ListRules) -> dict[str, Any]:
        """Return the arguments by wire name."""
        words = {
            rules.page_parameter: self.number,
            rules.size_parameter: self.size,
            rules.query_parameter: query_text(self.conditions, rules) or None,
            rules.order_parameter: None if self.order is None else self.order[0],
        }
        return {name: value for name, value in words.items() if value is not None}


@dataclass(slots=True)
class LiveModel:
    """The records of the endpoint's lists, each list read once until `forget`.

    `readers` are the lists whose path parameters have a value; `others` are the further reads with their arguments.
    `judged` counts answers by operation, and `unjudged` the reasons why others could not be judged. `waited` counts the
    seconds of waits for the end of writes. `found` is the last disagreement, with the requests that led there.
    """

    readers: tuple[ListReader, ...]
    others: tuple[tuple[Operation, Mapping[str, str]], ...]
    judged: Counter[str] = field(default_factory=Counter)
    unjudged: Counter[str] = field(default_factory=Counter)
    waited: float = 0.0
    found: Disagreement | None = None
    found_after: tuple[str, ...] = ()
    _windows: dict[str, Window] = field(default_factory=dict)

    @classmethod
    def of(cls, live: LiveHarness, rules: ListRules) -> LiveModel:
        """Return the model of an endpoint. The path parameter `fooId` has the value that the target binds to `foo`."""
        contract = live.contract
        values = {f"{name}Id": str(value) for name, value in live.bindings.items() if value is not None}
        lists = lists_of(contract, rules)
        readers = tuple(
            ListReader(live.served, contract, one, {name: values[name] for name in one.parents})
            for one in lists
            if set(one.parents) <= values.keys()
        )
        known = {one.operation.name for one in lists} | {one.reads.name for one in lists if one.reads is not None}
        others = tuple(
            (one, {name: values[name] for name in _path(one)})
            for one in contract.operations.values()
            if one.name not in known and set(_path(one)) <= values.keys() and _reads_json(contract, one)
        )
        return cls(readers, others)

    def reader(self, operation: str) -> ListReader:
        """Return the reader of a list operation."""
        return next(one for one in self.readers if one.lists.name == operation)

    def window(self, reader: ListReader, *, again: bool = False) -> Window | None:
        """Return the records of a list, None when the endpoint does not list them."""
        name = reader.lists.name
        if again:
            self._windows.pop(name, None)
        if name not in self._windows:
            try:
                self._windows[name] = read_window(reader)
            except (Refused, Contradicted) as error:
                self.unjudged[str(error)] += 1
                return None
        return self._windows[name]

    def forget(self) -> None:
        """Read every list again before its next use."""
        self._windows.clear()


def judge_list(lists: ListOperation, window: Window, call: ListCall, page: Page) -> Iterator[Contradiction]:
    """Yield the contradictions between a page and the records that the harness read."""
    number, size = call.number or 1, call.size or _default_size(lists)
    yield from judge_page(page, number, size)
    yield from _judge_known(window, page)
    if call.conditions:
        yield from _judge_filter(window, call, page)
    elif page.total != window.total:
        yield Contradiction("list.total", page.request, brief(window.total), brief(page.total))
    if page.total is not None:
        length = min(size, max(0, page.total - (number - 1) * size))
        if len(page.records) != length:
            yield Contradiction("page.length", page.request, f"{length} records", str(len(page.records)))
    if call.order is not None:
        word, path, kind = call.order
        for first, second in pairwise(page.records):
            if out_of_order(first, second, path, kind, descending=word != path):
                yield Contradiction("order.sorted", page.request, "sorted records", brief([page.ids]))
                break
    elif not call.conditions and (window.whole or number * size <= len(window.ids)):
        expected = window.ids[(number - 1) * size : number * size]
        if page.ids != expected:
            yield Contradiction("list.records", page.request, brief(expected), brief(page.ids))


def _judge_known(window: Window, page: Page) -> Iterator[Contradiction]:
    known = dict(zip(window.ids, window.records, strict=True))
    for identifier, record in zip(page.ids, page.records, strict=True):
        if identifier in known and identifier is not None:
            for one in diff(known[identifier], record):
                expected, observed = one.sides
                where = f"{page.request}, record {brief(identifier)} at {brief(one.pointer)}"
                yield Contradiction("record.same", where, brief(expected), brief(observed))
        elif window.whole and identifier is not None:
            yield Contradiction("list.records", page.request, "a record of the whole list", brief(identifier))


def _judge_filter(window: Window, call: ListCall, page: Page) -> Iterator[Contradiction]:
    if any(holds_all(call.conditions, one) is False for one in page.records):
        yield Contradiction("filter.sound", page.request, "only records that fulfil the filter", brief(page.ids))
    verdicts = [holds_all(call.conditions, one) for one in window.records]
    if window.whole and None not in verdicts and page.total != verdicts.count(True):
        expected = f"{verdicts.count(True)} records"
        yield Contradiction("filter.complete", page.request, expected, brief(page.total))


def sample_facts(lists: ListOperation | None, body: Any) -> Any:
    """Return the facts of a body that a client's outcome must show: names, states and counts, but no dates.

    SDKs return dates in types of their own, which the catalogue's cases compare.
    """
    if lists is None or not isinstance(body, dict):
        return None
    rules = lists.rules
    names = [name for name, kind in rules.properties.get(lists.name, {}).items() if kind != "date" and "." not in name]
    listed = body.get(rules.results)
    if not isinstance(listed, list):
        return _sample(body, names)
    if not all(isinstance(one, dict) for one in listed):
        return None
    return {rules.results: [_sample(one, names) for one in listed]} | _sample(
        body, [rules.total, rules.number, rules.size]
    )


def _sample(record: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: record[name] for name in names if name in record and kind_of(record[name]) in _SAMPLED}


def _default_size(lists: ListOperation) -> int:
    for one in lists.operation.parameters:
        if one.name == lists.rules.size_parameter and isinstance(one.default, int):
            return one.default
    return _DEFAULT_SIZE


def _path(operation: Operation) -> tuple[str, ...]:
    return tuple(one.name for one in operation.parameters if one.location == "path")


def _reads_json(contract: Contract, operation: Operation) -> bool:
    fields = response_fields(contract, operation) if operation.method == "GET" else None
    return fields is not None and bool(fields.members or fields.values)
