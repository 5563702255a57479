from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk

RECORDS = [
    {"id": "1", "status": "Active", "customerName": "Zed", "modifiedDate": "2022-10-23T00:00:00Z"},
    {"id": "2", "status": "Archived", "customerName": "alpha", "metadata": {"isDeleted": True}},
    {"id": "3", "status": "Active", "customerName": "Beta", "modifiedDate": "2022-10-24"},
]


def test_pages_continue_one_another_and_link(desk: OpenDesk) -> None:
    opened = desk({"customers": 5})
    seen: list[str] = []
    target = f"{opened.customers}?page=1&pageSize=2"
    while target:
        page = opened.get(target)
        assert page["totalResults"] == 5
        seen += [one["id"] for one in page["results"]]
        target = page["_links"].get("next", {}).get("href", "")
    assert seen == [one["id"] for one in opened.state()["cached"]]


def test_the_default_page_is_the_first_hundred(desk: OpenDesk) -> None:
    opened = desk({"customers": 101})
    page = opened.get(opened.customers)
    assert (page["pageNumber"], page["pageSize"], len(page["results"])) == (1, 100, 100)


def test_a_page_beyond_the_end_is_empty(desk: OpenDesk) -> None:
    opened = desk()
    page = opened.get(f"{opened.customers}?page=9")
    assert (page["results"], page["totalResults"], "next" in page["_links"]) == ([], 3, False)


@pytest.mark.parametrize(
    ("query", "order", "ids"),
    [
        ("status=Active", "", ["1", "3"]),
        ("status!=Active", "", ["2"]),
        ("customerName~e", "", ["1", "3"]),
        ("{id=1||id=2}&&status=Active", "", ["1"]),
        ("modifiedDate>2022-10-23", "", ["3"]),
        ("metadata.isDeleted=true", "", ["2"]),
        ("", "customerName", ["2", "3", "1"]),
        ("", "-customerName", ["1", "3", "2"]),
        ("status=Active", "-modifiedDate", ["3", "1"]),
    ],
)
def test_lists_are_filtered_and_ordered(desk: OpenDesk, query: str, order: str, ids: list[str]) -> None:
    opened = desk({"customers": RECORDS})
    parts = [f"query={quote(query)}"] if query else []
    parts += [f"orderBy={order}"] if order else []
    page = opened.get(f"{opened.customers}?{'&'.join(parts)}")
    assert ([one["id"] for one in page["results"]], page["totalResults"]) == (ids, len(ids))


@pytest.mark.parametrize("identifier", ["a b", "a/b", "ä", "%2F", "..", "QnVz=", "+"])
def test_ids_of_any_form_are_one_segment(desk: OpenDesk, identifier: str) -> None:
    opened = desk({"customers": [{"id": identifier, "status": "Active"}]})
    segment = "%2E%2E" if identifier == ".." else quote(identifier, safe="")
    assert opened.get(f"{opened.customers}/{segment}")["id"] == identifier


def test_a_customer_of_the_accounting_software_alone_is_not_found(desk: OpenDesk) -> None:
    opened = desk()
    opened.sandbox.change({"customers": {"add": [{"id": "new", "status": "Active"}]}})
    response = opened.ask("GET", f"{opened.customers}/new")
    assert (response.status, response.json["service"]) == (404, "PullApi")
