from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.http1.exchange import header

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk


def test_a_new_connection_waits_for_authorisation(desk: OpenDesk) -> None:
    opened = desk()
    made = opened.ask("POST", f"{opened.company}/connections", {"platformKey": "qhyg"}).json
    assert (made["status"], made["platformName"]) == ("PendingAuth", "QuickBooks Online")
    assert opened.get(f"{opened.company}/connections/{made['id']}") == made


def test_an_unknown_platform_is_not_found_and_a_missing_one_is_refused(desk: OpenDesk) -> None:
    opened = desk()
    assert opened.ask("POST", f"{opened.company}/connections", {"platformKey": "zzzz"}).status == 404
    assert opened.ask("POST", f"{opened.company}/connections", {}).status == 400
    assert opened.ask("POST", f"{opened.company}/connections", {"platformKey": "toolong"}).status == 400


def test_unlinking_shows_and_lowers_the_quota(desk: OpenDesk) -> None:
    opened = desk()
    before = header(opened.ask("GET", opened.connection).headers, "X-Rate-Limit-Limit")
    response = opened.ask("PATCH", opened.connection, {"status": "Unlinked"})
    assert response.json["status"] == "Unlinked"
    assert (before, header(response.headers, "X-Rate-Limit-Limit")) == ("2000", "1000")


def test_a_status_that_only_the_customer_can_bring_about_changes_nothing(desk: OpenDesk) -> None:
    opened = desk({"connections": [{"status": "PendingAuth"}]})
    assert opened.ask("PATCH", opened.connection, {"status": "Linked"}).json["status"] == "PendingAuth"
    assert opened.ask("PATCH", opened.connection, {"status": None}).json["status"] == "PendingAuth"


def test_a_deleted_connection_is_gone_with_what_was_read_through_it(desk: OpenDesk) -> None:
    opened = desk()
    response = opened.ask("DELETE", opened.connection)
    assert (response.status, response.body) == (200, b"")
    assert opened.ask("GET", opened.connection).status == 404
    assert opened.get(f"{opened.company}/connections")["totalResults"] == 0
    assert opened.state()["customers"] == []


def test_connections_of_another_company_are_not_found(desk: OpenDesk) -> None:
    opened = desk({"companies": 2})
    other = opened.sandbox.bindings["connection2"]
    assert opened.ask("GET", f"{opened.company}/connections/{other}").status == 404
    assert (
        opened.ask("POST", f"{opened.company}/connections/{other}/push/customers", {"status": "Active"}).status == 404
    )


def test_connections_can_be_queried(desk: OpenDesk) -> None:
    opened = desk({"connections": [{}, {"integration": "qbo", "status": "Unlinked"}]})
    found = opened.get(f"{opened.company}/connections?query=status%3DUnlinked")
    assert [one["platformName"] for one in found["results"]] == ["QuickBooks Online"]
