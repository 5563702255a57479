from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Desk, OpenDesk

BODY = {"status": "Active", "customerName": "Acme", "addresses": [{"type": "Billing", "line1": "1 Road"}]}


def status(opened: Desk, push: Any) -> Any:
    return opened.get(f"{opened.company}/push/{push['pushOperationKey']}")


def test_a_new_record_is_pending_then_written_then_readable_after_a_refresh(desk: OpenDesk) -> None:
    opened = desk()
    first = opened.ask("POST", opened.push, BODY).json
    assert (first["status"], first["statusCode"]) == ("Pending", 202)
    assert first["changes"] == [{"type": "Created", "recordRef": {"dataType": "customers"}}]
    assert not {"completedOnUtc", "errorMessage", "validation", "data", "timeoutInMinutes"} & set(first)
    opened.sandbox.advance(29)
    assert status(opened, first) == first
    opened.sandbox.advance(1)
    done = status(opened, first)
    assert (done["status"], done["statusCode"]) == ("Success", 200)
    assert done["validation"] == {"errors": [], "warnings": []}
    new = done["changes"][0]["recordRef"]["id"]
    assert opened.ask("GET", f"{opened.customers}/{new}").status == 404
    opened.sandbox.advance(3600)
    assert opened.ask("GET", f"{opened.customers}/{new}").status == 404
    opened.ask("POST", f"{opened.company}/data/queue/customers")
    opened.sandbox.advance(10)
    assert opened.get(f"{opened.customers}/{new}")["customerName"] == "Acme"


def test_new_records_replace_none_of_the_world(desk: OpenDesk) -> None:
    opened = desk({"customers": 30, "push": {"takes": "1s"}})
    before = [one["id"] for one in opened.sandbox.state()["customers"]]  # type: ignore[index,union-attr,call-overload]  # JSON
    for _ in range(20):
        opened.ask("POST", opened.push, BODY)
        opened.sandbox.advance(1)
    after = [one["customerName"] for one in opened.sandbox.state()["customers"]]  # type: ignore[index,union-attr,call-overload]  # JSON
    assert (len(before), len(after), after.count("Acme")) == (30, 50, 20)


@pytest.mark.parametrize(
    ("query", "status_of_read"),
    [("", 200), ("?allowSyncOnPushComplete=true", 200), ("?allowSyncOnPushComplete=false", 404)],
)
def test_expenses_refresh_after_a_success_unless_the_query_forbids_it(
    desk: OpenDesk, query: str, status_of_read: int
) -> None:
    opened = desk(api="sync-for-expenses")
    push = opened.ask("POST", opened.push + query, BODY).json
    opened.sandbox.advance(41)
    new = status(opened, push)["changes"][0]["recordRef"]["id"]
    assert opened.ask("GET", f"{opened.customers}/{new}").status == status_of_read


def test_the_accounting_contract_does_not_know_the_expenses_parameter(desk: OpenDesk) -> None:
    opened = desk()
    assert opened.ask("POST", f"{opened.push}?allowSyncOnPushComplete=true", BODY).status == 400


@pytest.mark.parametrize(
    ("plan", "shown"),
    [
        ({"outcome": "immediate"}, ("Success", 200)),
        ({"takes": "0s"}, ("Success", 200)),
        ({"outcome": "failed", "takes": "0s"}, ("Failed", 400)),
        ({"outcome": "timed-out", "takes": "0s"}, ("TimedOut", 408)),
        ({"outcome": "pending-forever", "takes": "0s"}, ("Pending", 202)),
    ],
)
def test_a_final_status_can_stand_in_the_first_answer(
    desk: OpenDesk, plan: dict[str, Any], shown: tuple[str, int]
) -> None:
    opened = desk({"push": plan})
    push = opened.ask("POST", opened.push, BODY).json
    assert (push["status"], push["statusCode"]) == shown
    assert status(opened, push) == push
    assert ("completedOnUtc" in push) is (shown[0] != "Pending")


@pytest.mark.parametrize(
    ("outcome", "final"), [("failed", "Failed"), ("timed-out", "TimedOut"), ("pending-forever", "Pending")]
)
def test_a_push_ends_as_the_world_says(desk: OpenDesk, outcome: str, final: str) -> None:
    opened = desk({"push": {"outcome": outcome, "takes": "90s", "message": "No."}})
    push = opened.ask("POST", opened.push, BODY).json
    opened.sandbox.advance(100_000)
    assert status(opened, push)["status"] == final
    assert len(opened.state()["customers"]) == 3


def test_what_the_integration_refuses_fails_and_what_it_lacks_is_a_warning(desk: OpenDesk) -> None:
    opened = desk({"push": {"takes": "0s"}})
    failed = opened.ask("POST", opened.push, {"status": "Active"}).json
    assert failed["status"] == "Failed"
    assert [item["itemId"] for item in failed["validation"]["errors"]] == ["CustomerName"]
    assert failed["errorMessage"]
    fine = opened.ask("POST", opened.push, {**BODY, "id": "mine", "sourceModifiedDate": "2020-01-01"}).json
    assert fine["status"] == "Success"
    warned = {item["itemId"]: item["message"] for item in fine["validation"]["warnings"]}
    assert set(warned) == {"Id", "SourceModifiedDate"}
    assert "will be ignored" in warned["Id"]
    assert fine["changes"][0]["recordRef"]["id"] != "mine"


def test_an_integration_that_takes_ids_gets_them_in_its_own_form_and_only_once(desk: OpenDesk) -> None:
    opened = desk({"integration": "sage50", "push": {"takes": "0s"}})
    body = {
        "id": "abc1",
        "status": "Active",
        "customerName": "A",
        "addresses": [{"type": "Billing", "line1": "x", "country": "GB"}],
    }
    first = opened.ask("POST", opened.push, body).json
    assert (first["status"], first["changes"][0]["recordRef"].get("id")) == ("Success", "ABC1"), first
    second = opened.ask("POST", opened.push, body).json
    assert second["status"] == "Failed"


def test_the_world_can_add_validation_and_choose_the_id(desk: OpenDesk) -> None:
    item = {"itemId": "CustomerName", "message": "Odd.", "validatorName": "Customer"}
    opened = desk({"push": {"takes": "0s", "id": "chosen", "warnings": [item]}})
    push = opened.ask("POST", opened.push, BODY).json
    assert push["changes"][0]["recordRef"]["id"] == "chosen"
    assert push["validation"] == {"errors": [], "warnings": [item]}
    opened.sandbox.change({"push": {"takes": "0s", "errors": [item]}})
    assert opened.ask("POST", opened.push, BODY).json["validation"]["errors"] == [item]


def test_a_push_without_a_record_is_accepted_and_fails(desk: OpenDesk) -> None:
    opened = desk({"push": {"takes": "0s"}})
    push = opened.ask("POST", opened.push)
    assert (push.status, push.json["status"]) == (200, "Failed")
    assert opened.state()["pushes"][0]["record"] is None


def test_a_timeout_ends_the_push_before_its_time_though_the_record_is_still_written(desk: OpenDesk) -> None:
    opened = desk({"push": {"takes": "3m"}})
    push = opened.ask("POST", f"{opened.push}?timeoutInMinutes=2", BODY).json
    assert push["timeoutInMinutes"] == 2
    opened.sandbox.advance(120)
    ended = status(opened, push)
    assert ended["status"] == "TimedOut"
    assert len(opened.state()["customers"]) == 3
    opened.sandbox.advance(60)
    assert status(opened, push) == ended
    assert len(opened.state()["customers"]) == 4


@pytest.mark.parametrize(("minutes", "final"), [("870013", "Success"), ("0", "TimedOut"), ("-5", "TimedOut")])
def test_timeouts_of_any_size_are_taken(desk: OpenDesk, minutes: str, final: str) -> None:
    opened = desk()
    push = opened.ask("POST", f"{opened.push}?timeoutInMinutes={minutes}", BODY).json
    assert push["status"] == "Pending"
    opened.sandbox.advance(60)
    assert status(opened, push)["status"] == final


def test_the_longest_timeout_is_taken(desk: OpenDesk) -> None:
    opened = desk({"push": {"outcome": "pending-forever"}})
    push = opened.ask("POST", f"{opened.push}?timeoutInMinutes=2147483647", BODY)
    assert push.json["timeoutInMinutes"] == 2147483647


def test_an_update_replaces_the_record(desk: OpenDesk) -> None:
    opened = desk({"push": {"takes": "0s"}})
    customer = opened.sandbox.bindings["customer"]
    push = opened.ask("PUT", f"{opened.push}/{customer}", BODY).json
    assert push["changes"] == [{"type": "Modified", "recordRef": {"id": customer, "dataType": "customers"}}]
    opened.sandbox.change({"synced": ["customers"]})
    record = opened.get(f"{opened.customers}/{customer}")
    assert (record["id"], record["customerName"]) == (customer, "Acme")
    assert "contactName" not in record


def test_an_update_of_an_unknown_id_is_accepted_and_fails(desk: OpenDesk) -> None:
    opened = desk()
    push = opened.ask("PUT", f"{opened.push}/nobody", BODY)
    assert (push.status, push.json["status"]) == (200, "Pending")
    opened.sandbox.advance(30)
    assert status(opened, push.json)["validation"]["errors"][0]["message"] == "No customer has the id nobody."


@pytest.mark.parametrize(
    ("query", "final"), [("", "Failed"), ("?forceUpdate=false", "Failed"), ("?forceUpdate=true", "Success")]
)
def test_a_record_that_changed_since_it_was_read_is_updated_by_force_only(
    desk: OpenDesk, query: str, final: str
) -> None:
    opened = desk({"push": {"takes": "0s"}})
    customer = opened.sandbox.bindings["customer"]
    opened.sandbox.change({"customers": {"edit": {str(customer): {"customerName": "Changed there"}}}})
    assert opened.ask("PUT", f"{opened.push}/{customer}{query}", BODY).json["status"] == final


@pytest.mark.parametrize("status_of_connection", ["PendingAuth", "Unlinked", "Deauthorized"])
def test_a_connection_that_is_not_linked_takes_no_writes_but_can_be_read(
    desk: OpenDesk, status_of_connection: str
) -> None:
    opened = desk()
    opened.sandbox.change({"connection": {"status": status_of_connection}})
    assert opened.ask("POST", opened.push, BODY).status == 403
    assert opened.get(opened.customers)["totalResults"] == 3
    assert opened.sandbox.accepted_writes() == {}


def test_pushes_are_listed_the_latest_first_and_can_be_queried(desk: OpenDesk) -> None:
    opened = desk({"pushes": 2})
    push = opened.ask("POST", opened.push, BODY).json
    page = opened.get(f"{opened.company}/push?pageSize=2")
    assert page["totalResults"] == 3
    assert page["results"][0] == push
    found = opened.get(f"{opened.company}/push?query=status%3DPending")
    assert [one["pushOperationKey"] for one in found["results"]] == [push["pushOperationKey"]]
    oldest = opened.get(f"{opened.company}/push?orderBy=requestedOnUtc")["results"][0]
    assert oldest["pushOperationKey"] == opened.sandbox.bindings["push2"]


def test_numbers_keep_every_digit_on_their_way(desk: OpenDesk) -> None:
    opened = desk({"push": {"takes": "0s", "id": "n"}})
    number = "123456789012345678901234567890.10000000000000000001"
    text = f'{{"status":"Active","customerName":"A","supplementalData":{{"content":{{"a":{{"n":{number}}}}}}}}}'
    assert opened.ask("POST", opened.push, text.encode()).json["status"] == "Success"
    opened.sandbox.change({"synced": ["customers"]})
    assert number.encode() in opened.ask("GET", f"{opened.customers}/n").body


def test_what_was_written_stands_in_the_state(desk: OpenDesk) -> None:
    opened = desk()
    opened.ask("POST", opened.push, BODY)
    opened.ask("PUT", f"{opened.push}/some", BODY)
    created, updated = opened.state()["pushes"]
    assert (created["operation"], created["customerId"], created["record"]) == ("customers.create", None, BODY)
    assert (updated["operation"], updated["customerId"]) == ("customers.update", "some")
    assert opened.sandbox.accepted_writes() == {"customers.create": 1, "customers.update": 1}
