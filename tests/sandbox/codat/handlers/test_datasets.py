from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk


def test_a_refresh_is_queued_then_complete(desk: OpenDesk) -> None:
    opened = desk({"synced": []})
    pull = opened.ask("POST", f"{opened.company}/data/queue/customers").json
    assert (pull["status"], pull["isCompleted"], pull["progress"]) == ("Queued", False, 0)
    assert opened.ask("GET", opened.customers).status == 409
    assert opened.get(f"{opened.company}/dataStatus")["customers"]["currentStatus"] == "Queued"
    opened.sandbox.advance(10)
    done = opened.get(f"{opened.company}/data/history/{pull['id']}")
    assert (done["status"], done["isCompleted"], done["isErrored"], done["progress"]) == ("Complete", True, False, 100)
    assert opened.get(opened.customers)["totalResults"] == 3
    fresh = opened.get(f"{opened.company}/dataStatus")["customers"]
    assert fresh["latestSuccessfulSyncId"] == fresh["latestSyncId"] == pull["id"]


def test_what_was_read_stays_readable_during_a_refresh(desk: OpenDesk) -> None:
    opened = desk()
    opened.ask("POST", f"{opened.company}/data/queue/customers")
    assert opened.get(opened.customers)["totalResults"] == 3


def test_a_refresh_can_take_no_time(desk: OpenDesk) -> None:
    opened = desk({"synced": [], "sync": {"takes": "0s"}})
    assert opened.ask("POST", f"{opened.company}/data/queue/customers").json["status"] == "Complete"
    assert opened.get(opened.customers)["totalResults"] == 3


@pytest.mark.parametrize("ends", ["FetchError", "AuthError", "RateLimitError", "NotSupported"])
def test_a_refresh_that_fails_makes_nothing_readable(desk: OpenDesk, ends: str) -> None:
    opened = desk({"synced": [], "sync": {"takes": "0s", "ends": ends}})
    pull = opened.ask("POST", f"{opened.company}/data/queue/customers").json
    assert (pull["status"], pull["isErrored"]) == (ends, ends != "NotSupported")
    assert opened.ask("GET", opened.customers).status == 409
    assert "lastSuccessfulSync" not in opened.get(f"{opened.company}/dataStatus")["customers"]


def test_a_refresh_under_way_cannot_be_queued_again(desk: OpenDesk) -> None:
    opened = desk()
    first = opened.ask("POST", f"{opened.company}/data/queue/customers").json
    again = opened.ask("POST", f"{opened.company}/data/queue/customers")
    assert again.status == 400
    assert first["id"] in again.json["error"]
    opened.sandbox.advance(10)
    assert opened.ask("POST", f"{opened.company}/data/queue/customers").status == 200


def test_refreshing_everything_answers_204_and_queues_each_type_once(desk: OpenDesk) -> None:
    opened = desk({"synced": []})
    for _ in range(2):
        response = opened.ask("POST", f"{opened.company}/data/all")
        assert (response.status, response.body) == (204, b"")
    types = [pull["dataType"] for pull in opened.state()["pulls"]]
    assert len(types) == len(set(types))
    assert "customers" in types


def test_a_connection_that_is_not_linked_ends_a_refresh_with_an_auth_error(desk: OpenDesk) -> None:
    opened = desk({"sync": {"takes": "0s"}})
    opened.sandbox.change({"connection": {"status": "Deauthorized"}})
    assert opened.ask("POST", f"{opened.company}/data/queue/customers").json["status"] == "AuthError"


def test_a_connection_can_be_chosen(desk: OpenDesk) -> None:
    opened = desk({"connections": 2})
    other = opened.sandbox.bindings["connection2"]
    pull = opened.ask("POST", f"{opened.company}/data/queue/customers?connectionId={other}").json
    assert pull["connectionId"] == other


def test_a_company_without_connections_has_nothing_to_refresh(desk: OpenDesk) -> None:
    opened = desk({"connections": 0, "customers": 0})
    assert opened.ask("POST", f"{opened.company}/data/all").status == 404
    assert opened.ask("POST", f"{opened.company}/data/queue/customers").status == 404


def test_the_history_is_paged_and_queried(desk: OpenDesk) -> None:
    opened = desk({"pulls": 4})
    page = opened.get(f"{opened.company}/data/history?pageSize=2&page=2")
    assert (len(page["results"]), page["totalResults"]) == (2, 5)
    found = opened.get(f"{opened.company}/data/history?query=dataType%3Dcustomers")
    assert [pull["dataType"] for pull in found["results"]] == ["customers"]


def test_a_deleted_company_ends_its_refreshes(desk: OpenDesk) -> None:
    opened = desk()
    opened.ask("POST", f"{opened.company}/data/queue/customers")
    opened.ask("POST", opened.push, {"status": "Active", "customerName": "A"})
    assert opened.ask("DELETE", opened.company).status == 204
    opened.sandbox.advance(1000)
    assert opened.state()["pulls"] == []
