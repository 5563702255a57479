"""Relations between the pages of a list."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from concordat.contract_tests.semantic.reader import Contradiction, brief
from concordat.contract_tests.semantic.window import Example, orders_of, page_size, same_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract_tests.semantic.reader import ListReader, Page
    from concordat.contract_tests.semantic.window import Window

__all__ = ["Beyond", "Links", "Pages", "judge_page"]

_MOST_PAGES = 12
_FARTHEST = 1000


class Pages:
    """The relation `pages`."""

    def examples(self, reader: ListReader, window: Window) -> st.SearchStrategy[Example] | str:
        """Return numbers of pages, as the page size that divides the list into them."""
        most = min(_MOST_PAGES, max(window.total, 1))
        return st.integers(1, most).map(lambda count: Example(size=page_size(reader, window, count)))

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Walk the list and compare numbers, sizes, totals and records."""
        size = example.size
        pages: list[Page] = []
        while len(pages) <= _MOST_PAGES:
            pages.append(reader.page(len(pages) + 1, size))
            yield from judge_page(pages[-1], len(pages), size)
            if len(pages[-1].records) < size:
                break
        ended = len(pages[-1].records) < size
        seen = sum(len(page.records) for page in pages)
        where = f"all {len(pages)} pages of {size}" if ended else f"the first {len(pages)} pages of {size}"
        total = pages[0].total
        if total is None or (ended and seen != total) or seen > total:
            yield Contradiction("list.total", where, f"{brief(total)} records, the total", f"{seen} records")
        totals = sorted({brief(page.total) for page in pages})
        if len(totals) > 1:
            yield Contradiction("list.same-total", where, "one total on every page", ", ".join(totals))
        ids = Counter(one for page in pages for one in page.ids if one is not None)
        repeated = [one for one, count in ids.items() if count > 1]
        if repeated:
            yield Contradiction("list.unique", where, "each record once", f"{brief(repeated[0])} repeatedly")
        if ended and window.whole:
            yield from same_records("list.records", where, window.ids, [one for page in pages for one in page.ids])


class Beyond:
    """The relation `beyond`."""

    def examples(self, reader: ListReader, window: Window) -> st.SearchStrategy[Example] | str:
        """Return page sizes, with a page after the last one."""

        def example(count: int, further: int) -> Example:
            size = page_size(reader, window, count)
            return Example(size=size, number=max(1, -(-window.total // size)) + further)

        return st.builds(example, st.integers(1, _MOST_PAGES), st.integers(1, _FARTHEST))

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Read the page; a refusal is no contradiction, because no source says what such a page is."""
        page = reader.page(example.number, example.size)
        if page.records:
            after = f"a list of {window.total}"
            yield Contradiction("page.beyond", page.request, f"no record after {after}", f"{len(page.records)} records")
        if page.total != window.first.total:
            yield Contradiction("list.same-total", page.request, brief(window.first.total), brief(page.total))
        yield from judge_page(page, example.number, example.size)


class Links:
    """The relation `links`."""

    def examples(self, reader: ListReader, window: Window) -> st.SearchStrategy[Example] | str:
        """Return pages, with an order for some of them."""
        orders = [None, *(word for word, _, _ in orders_of(reader, window))]

        def example(count: int, number: int, order: str | None) -> Example:
            size = page_size(reader, window, count)
            return Example(size=size, number=min(number, max(1, -(-window.total // size))), order=order)

        most = min(_MOST_PAGES, max(window.total, 1))
        return st.builds(example, st.integers(1, most), st.integers(1, most), st.sampled_from(orders))

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Read a page and follow each of its links."""
        page = reader.page(example.number, example.size, order=example.order)
        total = window.total if page.total is None else page.total
        last = max(1, -(-total // example.size))
        for relation, step in reader.lists.rules.steps.items():
            number, check = example.number + step, f"link.{relation}"
            exists, present = 1 <= number <= last, relation in page.links
            if exists != present:
                words = ("a link", "no link")
                expected = f"{words[not exists]}: page {example.number} of {last}"
                yield Contradiction(check, page.request, expected, words[not present])
                continue
            link = page.links.get(relation)
            if not present:
                continue
            if link is None:
                yield Contradiction(check, page.request, "a link", "none with a URL")
                continue
            led = reader.follow(page, relation, link)
            own = reader.page(number, example.size, order=example.order)
            if led.number != number:
                yield Contradiction(check, f"{page.request} to {brief(link)}", f"page {number}", f"page {led.number}")
            elif led.ids != own.ids:
                yield Contradiction(check, f"{page.request} to {brief(link)}", brief(own.ids), brief(led.ids))


def judge_page(page: Page, number: int, size: int) -> Iterator[Contradiction]:
    """Yield the contradictions between a page and the number and size of its request."""
    if page.number != number:
        yield Contradiction("page.number", page.request, str(number), brief(page.number))
    if page.size != size:
        yield Contradiction("page.size", page.request, str(size), brief(page.size))
    if len(page.records) > size:
        yield Contradiction("page.length", page.request, f"at most {size} records", str(len(page.records)))
