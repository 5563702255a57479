from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concordat.http1.exchange import Request
from concordat.sandbox.codat.fields import COMPANY_FIELDS, CUSTOMER_FIELDS, FieldType
from concordat.sandbox.codat.paging import PageOutOfRange, PageRequest, UnknownOrderField, envelope, links, order

if TYPE_CHECKING:
    from concordat.values import Pairs

PATH = "/companies/8a210b68-6988-11ed-a1eb-0242ac120002/data/customers"
FIELDS = {
    "n": FieldType.NUMBER,
    "s": FieldType.STRING,
    "d": FieldType.DATE,
    "b": FieldType.BOOLEAN,
    "m.s": FieldType.STRING,
}
bounded = settings(derandomize=True, max_examples=100, deadline=None, database=None)


@pytest.mark.parametrize(
    ("pairs", "page", "size"),
    [
        ((), 1, 100),
        ((("page", "2"),), 2, 100),
        ((("pageSize", "2"),), 1, 2),
        ((("page", "3"), ("pageSize", "2000")), 3, 2000),
        ((("pageSize", "2001"),), 1, 2000),
        ((("pageSize", "5000"),), 1, 2000),
        ((("page", "2147483647"),), 2147483647, 100),
        ((("page", "007"),), 7, 100),
        ((("page", "1"), ("page", "4")), 4, 100),
        ((("PageSize", "2"), ("query", "x")), 1, 100),
    ],
)
def test_a_page_request_is_read_from_the_query(pairs: Pairs, page: int, size: int) -> None:
    assert PageRequest.read(pairs) == PageRequest(page, size)


@pytest.mark.parametrize("name", ["page", "pageSize"])
@pytest.mark.parametrize("text", ["0", "-1", "", "x", "1.0", "1e2", "+1", " 1", "\u0661", "2147483648", "9" * 5000])
def test_a_number_outside_the_bounds_is_refused_and_named(name: str, text: str) -> None:
    with pytest.raises(PageOutOfRange) as caught:
        PageRequest.read(((name, text),))
    assert caught.value.parameter == name
    assert name in caught.value.message


def test_a_page_size_above_5000_is_refused() -> None:
    with pytest.raises(PageOutOfRange, match="5000"):
        PageRequest.read((("pageSize", "5001"),))


@pytest.mark.parametrize(
    ("page", "total", "shown"),
    [
        (1, 90, {"next": 2}),
        (3, 90, {"next": 4, "previous": 2}),
        (5, 90, {"previous": 4}),
        (5, 100, {"previous": 4}),
        (5, 101, {"next": 6, "previous": 4}),
        (9, 90, {"previous": 5}),
        (1, 0, {}),
        (2, 0, {"previous": 1}),
        (1, 20, {}),
        (1, 21, {"next": 2}),
    ],
)
def test_next_and_previous_stand_only_where_there_is_a_page(page: int, total: int, shown: dict[str, int]) -> None:
    expected = {name: {"href": f"{PATH}?page={number}&pageSize=20"} for name, number in shown.items()}
    found = links(PageRequest(page, 20), total, PATH, (("page", str(page)), ("pageSize", "20")))
    assert found == {"self": {"href": PATH}, "current": {"href": f"{PATH}?page={page}&pageSize=20"}, **expected}


def test_the_envelope_tells_of_the_page_and_the_total() -> None:
    page = envelope([{"id": "3"}], PageRequest(2, 2), 3, PATH, ())
    assert {name: value for name, value in page.items() if name != "_links"} == {
        "results": [{"id": "3"}],
        "pageNumber": 2,
        "pageSize": 2,
        "totalResults": 3,
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("metadata.isDeleted!=true", "metadata.isDeleted!%3Dtrue"),
        ("a=b && {c>1||d~x}", "a%3Db%20%26%26%20%7Bc%3E1%7C%7Cd~x%7D"),
        ("-modifiedDate", "-modifiedDate"),
        ("50%+1#?/:@", "50%25%2B1%23?/:@"),
        ("Zo\u00eb", "Zo%C3%AB"),
        ("it's (1,2);*$", "it's%20(1,2);*$"),
    ],
)
def test_links_keep_the_other_parameters_and_escape_only_what_must_be(value: str, written: str) -> None:
    found: Any = links(
        PageRequest(2, 1), 3, PATH, (("query", value), ("page", "2"), ("orderBy", "-id"), ("pageSize", "1"))
    )
    tail = f"&query={written}&orderBy=-id"
    assert found["self"]["href"] == PATH
    assert found["current"]["href"] == f"{PATH}?page=2&pageSize=1{tail}"
    assert found["next"]["href"] == f"{PATH}?page=3&pageSize=1{tail}"
    assert found["previous"]["href"] == f"{PATH}?page=1&pageSize=1{tail}"


@bounded
@given(st.lists(st.tuples(st.text(min_size=1, max_size=6), st.text(max_size=12)), max_size=3))
def test_a_link_is_a_uri_reference_that_says_the_same_again(pairs: list[tuple[str, str]]) -> None:
    query = tuple((name, value) for name, value in pairs if name not in {"page", "pageSize"})
    found: Any = links(PageRequest(1, 2), 5, PATH, query)
    href = found["next"]["href"]
    assert href.isascii()
    assert not set(href) & set(' "<>\\^`{|}#')
    assert urlsplit(href).path == PATH
    expected = tuple((_sent(name), _sent(value)) for name, value in query)
    assert Request("GET", href).query == (("page", "2"), ("pageSize", "2"), *expected)


def _sent(text: str) -> str:
    """Text that UTF-8 cannot carry arrives as question marks."""
    return text.encode(errors="replace").decode()


@bounded
@given(st.integers(0, 60), st.integers(1, 25))
def test_walking_the_next_links_gives_each_record_once_and_walking_back_too(count: int, size: int) -> None:
    records = [{"id": str(number)} for number in range(count)]
    forward, request = list[str](), Request("GET", f"{PATH}?pageSize={size}&query=a%3Db")
    pages = 0
    while pages <= count + 1:
        page = PageRequest.read(request.query)
        found: Any = envelope(page.take(records), page, count, PATH, request.query)
        pages += 1
        forward += [record["id"] for record in found["results"]]
        if "next" not in found["_links"]:
            break
        request = Request("GET", found["_links"]["next"]["href"])
    assert forward == [record["id"] for record in records]
    assert pages == max(1, -(-count // size))
    backward = list[str]()
    for _ in range(pages):
        page = PageRequest.read(request.query)
        found = envelope(page.take(records), page, count, PATH, request.query)
        backward = [record["id"] for record in found["results"]] + backward
        if "previous" in found["_links"]:
            request = Request("GET", found["_links"]["previous"]["href"])
    assert backward == forward


def test_a_page_beyond_the_end_is_empty() -> None:
    assert PageRequest(2147483647, 2000).take([{"id": "1"}]) == []


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (None, "abcde"),
        ("n", "bacde"),
        ("-n", "acbde"),
        ("s", "cbade"),
        ("-s", "bcade"),
        ("d", "cabde"),
        ("-d", "bacde"),
        ("b", "bacde"),
        ("-b", "acbde"),
        ("m.s", "bacde"),
    ],
)
def test_records_are_ordered_by_type_with_missing_ones_last_and_ties_kept(order_by: str | None, expected: str) -> None:
    records: list[dict[str, Any]] = [
        {"id": "a", "n": 10, "s": None, "d": "2022-01-01T00:00:00+01:00", "b": True, "m": {"s": "z"}},
        {"id": "b", "n": 9, "s": "beta", "d": "2022-01-01", "b": False, "m": {"s": "Y"}},
        {"id": "c", "n": 10.0, "s": "Alpha", "d": "2021-12-31", "b": True, "m": {"s": None}},
        {"id": "d", "n": "10", "s": 7, "d": "never", "b": None, "m": None},
        {"id": "e"},
    ]
    assert "".join(record["id"] for record in order(records, order_by, FIELDS)) == expected


@pytest.mark.parametrize("name", ["", "-", "--n", "unknown", "m", "N", "n ", "addresses.city"])
def test_ordering_by_an_unknown_property_is_refused_and_named(name: str) -> None:
    with pytest.raises(UnknownOrderField) as caught:
        order([], name, FIELDS)
    assert caught.value.field == name.removeprefix("-")


def test_the_error_of_an_unknown_order_names_the_kind_of_record() -> None:
    with pytest.raises(UnknownOrderField, match=r"^Could not resolve property nothing on Customer$"):
        order([], "-nothing", CUSTOMER_FIELDS)


def test_companies_are_ordered_by_the_first_of_several_values() -> None:
    records = [
        {"id": "x", "dataConnections": [{"platformName": "Xero"}]},
        {"id": "y", "dataConnections": [{"platformName": "Exact"}, {"platformName": "Zoho"}]},
    ]
    assert [record["id"] for record in order(records, "dataConnections.platformName", COMPANY_FIELDS)] == ["y", "x"]


@bounded
@given(
    st.lists(st.fixed_dictionaries({}, optional={"n": st.none() | st.integers() | st.floats() | st.text(max_size=3)})),
    st.booleans(),
)
def test_ordering_loses_nothing_and_is_idempotent(records: list[dict[str, Any]], descending: bool) -> None:  # noqa: FBT001
    by = "-n" if descending else "n"
    once = order(records, by, FIELDS)
    assert sorted(map(id, once)) == sorted(map(id, records))
    assert [id(record) for record in order(once, by, FIELDS)] == [id(record) for record in once]
