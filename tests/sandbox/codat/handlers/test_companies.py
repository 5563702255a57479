from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Company (Codat[1])", "Company Codat1"),
        ("Plain & Sons, Ltd. - what's up? yes! @home", "Plain & Sons, Ltd. - what's up? yes! @home"),
        ("Zoë", "Zo"),
        ("\r ", "\r "),  # the contract's pattern has white space, and nothing against nothing else
    ],
)
def test_forbidden_characters_of_a_name_are_stripped(desk: OpenDesk, sent: str, kept: str) -> None:
    opened = desk()
    made = opened.ask("POST", "/companies", {"name": sent})
    assert (made.status, made.json["name"]) == (200, kept)
    assert opened.ask("PUT", opened.company, {"name": sent}).json["name"] == kept
    assert opened.ask("PATCH", opened.company, {"name": sent}).json["name"] == kept


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "[]"}, {"name": 5}, {"name": "a", "tags": {"": "x"}}])
def test_a_company_without_a_usable_name_is_refused(desk: OpenDesk, body: dict[str, Any]) -> None:
    opened = desk()
    assert opened.ask("POST", "/companies", body).status == 400
    assert opened.sandbox.accepted_writes() == {}


def test_put_replaces_and_patch_merges(desk: OpenDesk) -> None:
    spec = {"name": "Old", "description": "Words", "tags": {"a": "1"}}
    opened = desk({"companies": [spec]})
    patched = opened.ask("PATCH", opened.company, {"name": "New"}).json
    assert (patched["name"], patched["description"], patched["tags"]) == ("New", "Words", {"a": "1"})
    replaced = opened.ask("PUT", opened.company, {"name": "Newer"}).json
    assert (replaced["name"], "description" in replaced, replaced["tags"]) == ("Newer", False, {})
    assert replaced["created"] == patched["created"]


def test_a_company_can_be_patched_with_nothing(desk: OpenDesk) -> None:
    opened = desk()
    before = opened.get(opened.company)
    assert opened.ask("PATCH", opened.company).json == before


def test_a_deleted_company_is_gone_with_everything(desk: OpenDesk) -> None:
    opened = desk({"attachments": 1, "pushes": 1})
    assert opened.ask("DELETE", opened.company).status == 204
    for target in (opened.company, opened.customers, opened.connection, f"{opened.company}/push"):
        assert opened.ask("GET", target).status == 404
    assert not any(opened.state().values())


def test_companies_are_listed_queried_and_tagged(desk: OpenDesk) -> None:
    specs = [{"name": "One", "tags": {"region": "north"}}, {"name": "Two", "connections": [{"status": "PendingAuth"}]}]
    opened = desk({"companies": specs})
    assert [one["name"] for one in opened.get("/companies?orderBy=-name")["results"]] == ["Two", "One"]
    found = opened.get("/companies?query=dataConnections.status%3DPendingAuth")
    assert [one["name"] for one in found["results"]] == ["Two"]
    assert [one["name"] for one in opened.get("/companies?tags=region:north")["results"]] == ["One"]


def test_a_company_shows_its_connections_and_its_last_sync(desk: OpenDesk) -> None:
    company = desk().get("/companies")["results"][0]
    assert [one["status"] for one in company["dataConnections"]] == ["Linked"]
    assert company["lastSync"] == company["dataConnections"][0]["lastSync"]
