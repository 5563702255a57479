from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.timeouts import elapses, scaled

from concordat_reference import ApiError, Client, PagingError, PushPendingError, iterate, wait_for_push

if TYPE_CHECKING:
    from tests.reference.conftest import Double


def page(ids: list[str], following: str | None = None) -> dict[str, Any]:
    links: dict[str, Any] = {"self": {"href": "/x"}, "current": {"href": "/x"}}
    if following is not None:
        links["next"] = {"href": following}
    return {"results": [{"id": key, "status": "Active"} for key in ids], "_links": links}


def read(double: Double, *pages: dict[str, Any], **query: Any) -> list[str]:
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


def test_a_push_that_is_not_known_is_an_api_error(double: Double) -> None:
    double.script = [double.json({}, 404)]
    with Client("k", double.url) as api, pytest.raises(ApiError):
        wait_for_push(api.push_operations, "c", "p")
