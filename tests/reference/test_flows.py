from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from tests.timeouts import elapses, scaled

from concordat_reference import (
    ApiError,
    Client,
    DecodeError,
    InvalidArgumentError,
    PagingError,
    PushPendingError,
    Retries,
    TransportError,
    iterate,
    wait_for_push,
)

if TYPE_CHECKING:
    from tests.reference.conftest import Double


def page(ids: list[str], following: str | None = None) -> dict[str, Any]:
    links: dict[str, Any] = {"self": {"href": "/x"}, "current": {"href": "/x"}}
    if following is not None:
        links["next"] = {"href": following}
    return {"results": [{"id": key, "status": "Active"} for key in ids], "_links": links}


def read(double: Double, *pages: dict[str, Any], **query: object) -> list[str]:
    double.script = [double.json(one) for one in pages]
    with Client("k", double.url, retries=None) as api:
        return [customer["id"] for customer in iterate(api.customers.list, "c", **query)]


def test_all_pages_are_read_with_the_callers_own_arguments(double: Double) -> None:
    second = "http://127.0.0.1:1/elsewhere?page=2&pageSize=9"
    assert read(double, page(["a", "b"], second), page(["c"]), page_size=2) == ["a", "b", "c"]
    assert [sent.target for sent in double.sent] == [
        "/companies/c/data/customers?pageSize=2",
        "/companies/c/data/customers?pageSize=2&page=2",
    ]


def test_a_page_without_results_is_the_last(double: Double) -> None:
    assert read(double, page(["a"], "/x?page=2"), page([], "/x?page=3")) == ["a"]


ENDLESS = ["1" * 5000, "2147483648", "\uff13", "\u0663", "3.0", " 3", "0x3", "+3"]
"""Numbers of pages that lie ahead, and that no request can ask for."""


@pytest.mark.parametrize("number", ENDLESS)
def test_a_page_that_cannot_be_asked_for_is_an_error(double: Double, number: str) -> None:
    with pytest.raises(PagingError, match="as the next one"):
        read(double, page(["a"], f"/x?page={quote(number)}"), page=2)
    assert len(double.sent) == 1


@pytest.mark.parametrize("links", [None, {}, {"next": None}, {"next": {}}, {"self": None}])
def test_a_page_without_a_next_link_is_the_last(double: Double, links: object) -> None:
    assert read(double, {**page(["a"]), "_links": links}) == ["a"]
    assert read(double, {"results": [{"id": "b"}]}) == ["b"]


@pytest.mark.parametrize("items", [{}, {"results": None}, {"results": []}])
def test_a_page_of_nothing_is_the_last_whatever_else_it_says(double: Double, items: dict[str, Any]) -> None:
    rest = {"pageSize": 0, "totalResults": 10**9, "_links": {"next": {"href": "/x?page=2"}}}
    assert read(double, {**items, **rest}) == []
    assert len(double.sent) == 1


@pytest.mark.parametrize("href", [None, "", "http://[", "http://[?page=3"])
def test_a_next_link_without_a_readable_address_is_an_error(double: Double, href: str | None) -> None:
    with pytest.raises(PagingError, match="as the next one"):
        read(double, {**page(["a"]), "_links": {"next": {"href": href, "rel": "next"}}})


@pytest.mark.parametrize("links", [[], "x", 5, True, {"next": []}, {"next": "x"}, {"next": {"href": 5}}])
def test_a_page_with_links_of_another_type_is_a_decode_error(double: Double, links: object) -> None:
    with pytest.raises(DecodeError) as caught:
        read(double, {**page(["a"]), "_links": links})
    assert str(caught.value.pointer).startswith("/_links")
    assert caught.value.status == 200


@pytest.mark.parametrize("total", [0, 1, 10**9])
@pytest.mark.parametrize("cycle", [[["a", "b"]], [["a"], ["b"]], [["a"], ["b"], ["c"], ["d"]]])
def test_a_server_that_repeats_its_pages_for_ever_is_an_error(
    double: Double, cycle: list[list[str]], total: int
) -> None:
    pages = [{**page(cycle[n % len(cycle)], f"/x?page={n + 2}"), "totalResults": total} for n in range(50)]
    with pytest.raises(PagingError, match="3 pages in a row were read before"):
        read(double, *pages)
    assert len(double.sent) == len(cycle) + 3


def test_records_that_moved_to_the_next_page_are_shown_twice_and_end_nothing(double: Double) -> None:
    names = ["a", "a", "b", "b", "b", "c"]
    pages = [page([name], f"/x?page={n + 2}" if n < 5 else None) for n, name in enumerate(names)]
    assert read(double, *pages) == names


@pytest.mark.parametrize("following", ["/x?page=1", "/x?page=2", "/x", "/x?page=-3", "/x?page=abc", ""])
def test_a_link_that_leads_nowhere_new_is_an_error(double: Double, following: str) -> None:
    with pytest.raises(PagingError, match="as the next one"):
        read(double, page(["a"], following), page=2)
    assert len(double.sent) == 1


def test_an_unknown_query_argument_is_refused(double: Double) -> None:
    with pytest.raises(TypeError, match="pagesize"):
        read(double, page([]), pagesize=2)


@pytest.mark.parametrize("status", ["Success", "Failed", "TimedOut", "SomethingNew"])
def test_a_push_is_waited_for_until_it_is_no_longer_pending(double: Double, status: str) -> None:
    double.script = [double.json({"status": "Pending"}), double.json({"status": status})]
    with Client("k", double.url) as api:
        push = wait_for_push(api.push_operations, "c", "p", deadline=scaled(30), interval=0.001)
    assert (push["status"], len(double.sent)) == (status, 2)


def test_a_push_that_stays_pending_ends_at_the_deadline(double: Double) -> None:
    double.script = [double.json({"status": "Pending", "pushOperationKey": "p"})]
    with Client("k", double.url) as api, pytest.raises(PushPendingError, match="still Pending after 0 s: p") as caught:
        wait_for_push(api.push_operations, "c", "p", deadline=elapses(0))
    assert caught.value.operation["status"] == "Pending"
    assert isinstance(caught.value, TimeoutError)
    assert len(double.sent) == 1


def test_a_read_that_fails_while_a_push_is_waited_for_ends_at_the_deadline(double: Double) -> None:
    double.script = [double.json({"status": "Pending"}), double.json({"error": "down"}, 503)]
    retries = Retries(initial=0.02)  # its pauses grow to a minute, and it gives up after an hour
    with Client("k", double.url, retries=retries) as api, pytest.raises(ApiError, match="HTTP 503"):
        wait_for_push(api.push_operations, "c", "p", deadline=elapses(0.3), interval=0.001)
    assert len(double.sent) < 12, "twelve attempts take longer than the deadline, on any machine"


def test_a_server_that_is_silent_while_a_push_is_waited_for_ends_at_the_deadline(double: Double) -> None:
    double.delay = 4.0  # a wait that outlives its deadline gets the empty answer then, which is another error
    with Client("k", double.url) as api, pytest.raises(TransportError, match="Timeout"):
        wait_for_push(api.push_operations, "c", "p", deadline=elapses(0.2))


def test_a_deadline_of_one_wait_leaves_the_client_as_it_was(double: Double) -> None:
    double.script = [double.json({"status": "Success"}), double.json({}, 503), double.json({"status": "Failed"})]
    with Client("k", double.url, retries=Retries(initial=0.02)) as api:
        wait_for_push(api.push_operations, "c", "p", deadline=elapses(0.0))
        assert api.push_operations.get("c", "p")["status"] == "Failed"


@pytest.mark.parametrize("times", [{"deadline": float("inf")}, {"deadline": -1.0}, {"deadline": float("nan")}])
@pytest.mark.parametrize("interval", [1.0, -1.0, float("nan"), float("inf")])
def test_a_wait_without_an_end_is_refused(double: Double, times: dict[str, float], interval: float) -> None:
    with Client("k", double.url) as api, pytest.raises(InvalidArgumentError, match="has no end, or no beginning"):
        wait_for_push(api.push_operations, "c", "p", **times, interval=interval)
    assert double.sent == []


@pytest.mark.parametrize("answer", [{}, {"status": None}, {"pushOperationKey": "p"}])
def test_a_push_without_a_status_is_handed_to_the_caller(double: Double, answer: dict[str, Any]) -> None:
    double.script = [double.json(answer)]
    with Client("k", double.url) as api:
        assert wait_for_push(api.push_operations, "c", "p") == answer


def test_a_push_that_is_not_known_is_an_api_error(double: Double) -> None:
    double.script = [double.json({}, 404)]
    with Client("k", double.url) as api, pytest.raises(ApiError):
        wait_for_push(api.push_operations, "c", "p")
