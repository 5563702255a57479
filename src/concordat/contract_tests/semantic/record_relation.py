"""Relations between the records of lists, of filtered and ordered lists, and of single reads."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from concordat.compare.diff import diff
from concordat.contract_tests.semantic.condition import (
    Condition,
    conditions_for,
    holds_all,
    out_of_order,
    query_text,
    value_at,
)
from concordat.contract_tests.semantic.reader import Contradiction, Refused, brief
from concordat.contract_tests.semantic.window import Example, orders_of, page_size, same_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from concordat.contract_tests.semantic.list_operation import ListOperation
    from concordat.contract_tests.semantic.reader import ListReader
    from concordat.contract_tests.semantic.window import Window

__all__ = ["Filter", "Order", "Records", "conditions_of", "judge_record"]

_MOST_PAGES = 3
_MOST_RECORDS = 300
"""Records whose values become conditions."""
_NOT_FOUND = 404


class Records:
    """The relation `records`."""

    def examples(self, reader: ListReader, window: Window) -> st.SearchStrategy[Example] | str:
        """Return the records that have an id."""
        if reader.lists.reads is None:
            return "the contract has no operation that reads one record"
        known = [index for index, one in enumerate(window.ids) if one is not None]
        return st.sampled_from(known).map(lambda index: Example(index=index)) if known else "the list is empty"

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Read one record, and compare it with the list's."""
        lists = reader.lists
        if example.index >= len(window.ids):
            return
        identifier = window.ids[example.index]
        if identifier is None or lists.reads is None:
            return
        reader.trace.insert(0, window.first.request)
        try:
            found = reader.record(identifier)
        except Refused as error:
            if error.status != _NOT_FOUND:
                raise
            yield Contradiction("record.found", f"{lists.reads.name} {brief(identifier)}", "the listed record", "404")
            return
        yield from judge_record(lists, window.records[example.index], found, f"{lists.reads.name} {brief(identifier)}")


class Filter:
    """The relation `filter`."""

    def examples(self, reader: ListReader, window: Window) -> st.SearchStrategy[Example] | str:
        """Return one or two conditions with values of records that the list has."""
        rules = reader.lists.rules
        found = conditions_of(reader.lists, window)
        if not reader.lists.takes(rules.query_parameter):
            return "the operation has no filter"
        if not found:
            return "no record has a value to filter by"
        by_path: dict[str, list[Condition]] = {}
        for condition in found:
            by_path.setdefault(condition.path, []).append(condition)
        one = st.sampled_from(list(by_path.values())).flatmap(st.sampled_from)
        return (
            st.lists(one, min_size=1, max_size=2, unique_by=lambda condition: condition.path)
            .filter(lambda drawn: len(query_text(drawn, rules)) <= rules.longest_query)
            .map(lambda drawn: Example(conditions=tuple(drawn)))
        )

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Read the filtered list, and judge each record of both lists by the conditions."""
        size, query = reader.lists.largest, query_text(example.conditions, reader.lists.rules)
        page = reader.page(1, size, query=query)
        wrong = next((one for one in page.records if holds_all(example.conditions, one) is False), None)
        if wrong is not None:
            values = brief(_values(wrong, example.conditions))
            yield Contradiction("filter.sound", f"query {brief(query)}", "only such records", values)
        complete = len(page.records) < size
        if complete and page.total != len(page.records):
            yield Contradiction("list.total", page.request, f"{brief(page.total)} records", f"{len(page.records)}")
        if complete and window.whole:
            kept = set(page.ids)
            for identifier, record in zip(window.ids, window.records, strict=True):
                if identifier is not None and identifier not in kept and holds_all(example.conditions, record):
                    reader.trace.append(window.first.request)
                    expected = f"record {brief(identifier)} with {brief(_values(record, example.conditions))}"
                    yield Contradiction("filter.complete", f"query {brief(query)}", expected, "none")
                    break


class Order:
    """The relation `order`."""

    def examples(self, reader: ListReader, window: Window) -> st.SearchStrategy[Example] | str:
        """Return orders by properties that records have, with a page size."""
        if not reader.lists.takes(reader.lists.rules.order_parameter):
            return "the operation has no order"
        orders = [word for word, _, _ in orders_of(reader, window)]
        if not orders:
            return "no record has a value to order by"
        return st.builds(
            lambda count, order: Example(size=page_size(reader, window, count), order=order),
            st.integers(1, 2),
            st.sampled_from(orders),
        )

    def judge(self, reader: ListReader, window: Window, example: Example) -> Iterator[Contradiction]:
        """Read up to three pages in the order, and compare each record with the next."""
        pages = [reader.page(1, example.size, order=example.order)]
        while len(pages) < _MOST_PAGES and len(pages[-1].records) >= example.size:
            pages.append(reader.page(len(pages) + 1, example.size, order=example.order))
        records = [record for page in pages for record in page.records]
        ids = [one for page in pages for one in page.ids]
        path, kind, descending = next(
            (path, kind, word != path)
            for path, kind in reader.lists.rules.properties[reader.lists.name].items()
            for word in (path, reader.lists.rules.descending + path)
            if word == example.order
        )
        where = f"order {brief(example.order)}"
        for first, second in pairwise(records):
            if out_of_order(first, second, path, kind, descending=descending):
                values = brief([value_at(first, path), value_at(second, path)])
                yield Contradiction("order.sorted", where, "descending" if descending else "ascending", values)
                break
        if window.whole and len(pages[-1].records) < example.size:
            yield from same_records("order.complete", where, window.ids, ids)


def judge_record(lists: ListOperation, listed: Any, found: Any, where: str) -> Iterator[Contradiction]:
    """Yield the contradictions between a record of the list and the same record read alone."""
    if lists.compared is not None and isinstance(found, dict):
        listed, found = ({name: one[name] for name in one if name in lists.compared} for one in (listed, found))
    for one in diff(listed, found):
        expected, observed = one.sides
        yield Contradiction("record.same", f"{where} at {brief(one.pointer)}", brief(expected), brief(observed))


def conditions_of(lists: ListOperation, window: Window) -> list[Condition]:
    """Return the conditions that the records' values suggest, none for an operation without a filter."""
    if not lists.takes(lists.rules.query_parameter):
        return []
    found = dict.fromkeys(
        condition
        for path, kind in lists.rules.properties.get(lists.name, {}).items()
        for record in window.records[:_MOST_RECORDS]
        for condition in conditions_for(record, path, kind, lists.rules)
    )
    return list(found)


def _values(record: Any, conditions: Sequence[Condition]) -> dict[str, Any]:
    return {one.path: value_at(record, one.path) for one in conditions}
