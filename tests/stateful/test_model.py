"""The model alone: time, refreshes, conflicts and keys."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.stateful.expected_answer import Expected, project, read
from concordat.stateful.model import KEY_LIFETIME, PULL_SECONDS, PUSH_SECONDS, Model, Row
from concordat.stateful.state_view import Company, Customer, Push, StateView, differences

ADA = Customer("c-1", "Ada Ltd", "Active")


def model(*, refreshes: bool = False) -> Model:
    return Model(refreshes=refreshes, rows=[Row(ADA, ADA, dirty=False)], companies=[Company("here", "Here")])


def write(name: str = "Grace", status: str = "Active") -> dict[str, Any]:
    return {"companyId": "here", "connectionId": "there", "body": {"customerName": name, "status": status}}


def test_a_written_customer_exists_after_its_push_and_is_read_after_a_refresh() -> None:
    one = model()
    assert one.answer("customers.create", write()).facts["status"] == "Pending"
    one.advance(PUSH_SECONDS - 1)
    assert [push.status for push in one.view().pushes] == ["Pending"]
    one.advance(1)
    assert [record.name for record in one.view().source] == ["Ada Ltd", "Grace"]
    assert [record.name for record in one.view().cached] == ["Ada Ltd"]
    one.answer("refresh.dataType", {"companyId": "here", "dataType": "customers"})
    assert one.answer("refresh.dataType", {"companyId": "here", "dataType": "customers"}).status == 400
    one.advance(PULL_SECONDS)
    assert [record.name for record in one.view().cached] == ["Ada Ltd", "Grace"]


def test_a_write_starts_a_refresh_where_the_contract_has_the_option() -> None:
    one = model(refreshes=True)
    one.answer("customers.create", write())
    one.advance(PUSH_SECONDS + PULL_SECONDS)
    assert [record.name for record in one.view().cached] == ["Ada Ltd", "Grace"]


@pytest.mark.parametrize(("force", "end"), [(None, "Failed"), (False, "Failed"), (True, "Success")])
def test_an_update_of_a_customer_that_changed_elsewhere_needs_force(force: bool | None, end: str) -> None:  # noqa: FBT001 - a row
    one = model()
    one.elsewhere(one.rows[0], "Renamed")
    one.answer("customers.update", {**write(), "customerId": "c-1"} | ({} if force is None else {"forceUpdate": force}))
    one.advance(PUSH_SECONDS)
    assert [push.status for push in one.view().pushes] == [end]


def test_an_update_of_a_missing_customer_fails_after_its_push() -> None:
    one = model()
    assert one.answer("customers.update", {**write(), "customerId": "nobody"}).status == 200
    one.advance(PUSH_SECONDS)
    assert [push.status for push in one.view().pushes] == ["Failed"]


def test_a_customer_deleted_elsewhere_is_marked_after_a_refresh() -> None:
    one = model()
    one.elsewhere(one.rows[0], None)
    one.answer("refresh.dataType", {"companyId": "here", "dataType": "customers"})
    one.advance(PULL_SECONDS)
    expected = one.answer("customers.get", {"companyId": "here", "customerId": "c-1"})
    assert expected.facts["metadata"] == {"isDeleted": True}
    assert one.view().source == ()


def test_a_key_repeats_its_first_answer_refuses_another_body_and_expires() -> None:
    one = model()
    first = one.answer("customers.create", write(), "key")
    one.learn_ids(StateView((ADA,), (ADA,), (Push("k-1", "customers.create", "Pending"),), ("Complete",), (), {}))
    again = one.answer("customers.create", write(), "key")
    assert again.facts == {**first.facts, "pushOperationKey": "k-1"}
    assert one.answer("customers.create", write("Other"), "key").status == 422
    assert one.commits == {"customers.create": 1}
    one.advance(KEY_LIFETIME)
    assert one.answer("customers.create", write("Other"), "key").status == 200
    assert one.commits == {"customers.create": 2}


def test_a_page_is_filtered_ordered_and_cut() -> None:
    records = tuple(Customer(str(n), name, "Active") for n, name in enumerate(["b", "C", "a", "x"]))
    view = StateView(records, records, (), ("Complete",), (), {})
    arguments = {"query": "customerName!=x", "orderBy": "-customerName", "page": 1, "pageSize": 2}
    page = read(view, "customers.list", arguments).facts
    assert [one["customerName"] for one in page["results"]] == ["C", "b"]
    assert page["totalResults"] == 3
    assert page["_links"] == {"next": {"any": "object"}, "previous": {"absent": True}}


def test_an_unsupported_query_is_an_error() -> None:
    view = StateView((ADA,), (ADA,), (), ("Complete",), (), {})
    with pytest.raises(ValueError, match="does not support the condition 'nosuch=1'"):
        read(view, "customers.list", {"query": "nosuch=1"})


def test_two_views_do_not_differ_in_ids_that_the_model_has_not_learned() -> None:
    mine = StateView(
        (Customer(None, "Ada Ltd", "Active"),), (), (Push(None, "customers.create", "Pending"),), (), (), {}
    )
    theirs = StateView((ADA,), (), (Push("k-1", "customers.create", "Pending"),), (), (), {})
    assert differences(mine, theirs) == []
    wrong = StateView(
        (ADA, ADA), (), (Push("k-1", "customers.create", "Failed"),), ("Queued",), (), {"customers.create": 1}
    )
    assert [line.partition(":")[0] for line in differences(mine, wrong)] == [
        "source",
        "pushes[0]",
        "refreshes",
        "commits",
    ]


def test_a_projection_has_the_members_of_the_facts_only() -> None:
    like = {"results": [{"id": {"any": "string"}}], "_links": {"next": {"any": "object"}}}
    body = {"results": [{"id": "1", "more": 1}, {"id": "2"}], "_links": {"self": {}}, "other": True}
    assert project(body, like) == {"results": [{"id": "1"}, {"id": "2"}], "_links": {"next": {"absent": True}}}


def test_refusals_are_error_messages() -> None:
    answer = model().answer("customers.get", {"companyId": "here", "customerId": "nobody"})
    assert answer == Expected(404, {"statusCode": 404, "error": {"any": "string"}, "correlationId": {"any": "string"}})
