from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.contract import load_contracts
from concordat.errors import CatalogueError
from concordat.sandbox import open_sandbox, parse_change, parse_world, world_for_needs
from concordat.sandbox.codat.integrations import INTEGRATIONS

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk


@pytest.mark.parametrize(
    ("raw", "message", "hint"),
    [
        ({"custmers": 3}, "`custmers` is not a word of `world`", "`customers`"),
        ({"push": {"outcom": "failed"}}, "`outcom` is not a word of `world.push`", "`outcome`"),
        ({"companies": [{"conections": 1}]}, "`conections` is not a word", "`connections`"),
        ({"push": {"outcome": "maybe"}}, "maybe", None),
        ({"push": {"takes": "soon"}}, "world.push.takes", "90s"),
        ({"sync": {"takes": "10"}}, "world.sync.takes", "90s"),
        ({"synced": ["customer"]}, "`customer` in `world.synced`", "`customers`"),
        ({"integration": "zero"}, "no integration is called `zero`", "`xero`"),
        ({"connections": [{"integration": "sage"}]}, "no integration is called `sage`", "sage50"),
        ({"customers": "many"}, "customers", None),
        ({"refuse": 418}, "418", None),
        ({"now": "today"}, "`world.now` is not a moment", "2026"),
        ({"now": "2026-01-15T09:30:00"}, "`world.now` is not a moment", "2026"),
    ],
)
def test_a_world_outside_of_the_vocabulary_is_refused(raw: dict[str, Any], message: str, hint: str | None) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_world(raw)
    assert message in caught.value.message
    assert hint is None or hint in (caught.value.hint or "")


def test_a_change_outside_of_the_vocabulary_is_refused() -> None:
    with pytest.raises(CatalogueError, match="did you mean `remove`"):
        parse_change({"customers": {"removed": []}})


def test_a_need_that_no_world_has_is_refused() -> None:
    with pytest.raises(CatalogueError, match="did you mean `customers`"):
        world_for_needs({"customer": 1})


@pytest.mark.parametrize(
    "raw",
    [
        {"customers": [{"id": "1", "status": "Active"}, {"id": "1", "status": "Active"}]},
        {"connections": [{"id": "a"}, {"id": "A"}]},
        {"customers": 0, "attachments": 1},
    ],
)
def test_a_world_that_contradicts_itself_cannot_be_made(raw: dict[str, Any]) -> None:
    with pytest.raises(CatalogueError):
        open_sandbox(load_contracts()["accounting"], parse_world(raw))


def test_needs_make_the_least_world_that_has_them() -> None:
    world = world_for_needs({"customers": 11, "attachments": 1, "connections": 2, "companies": 2, "pushes": 1})
    sandbox = open_sandbox(load_contracts()["accounting"], world)
    state: Any = sandbox.state()
    counts = {name: len(records) for name, records in state.items()}
    assert counts == {
        "companies": 2,
        "connections": 3,
        "customers": 11,
        "cached": 11,
        "attachments": 1,
        "pushes": 1,
        "pulls": 3,
    }
    sandbox.close()


def test_the_names_of_a_world_are_bound(desk: OpenDesk) -> None:
    bound = desk({"customers": 2, "companies": 2, "connections": 2, "attachments": 1}).sandbox.bindings
    assert bound["company"] == "8a210b68-6988-11ed-a1eb-0242ac120002"
    assert bound["connection"] == "2e9d2c44-f675-40ba-8049-353bfcb5e171"
    assert {"customer", "customer2", "company2", "connection2", "connection3", "attachment", "pull"} <= set(bound)
    assert "push" not in bound


def test_records_are_served_as_they_were_written(desk: OpenDesk) -> None:
    record = {"status": "Active", "id": "x/y", "unknown": [1, 2.5], "modifiedDate": "2022-10-23", "metadata": {}}
    opened = desk({"customers": [record]})
    assert opened.get(f"{opened.customers}/x%2Fy") == record
    assert opened.get(opened.customers)["results"] == [record]


def test_companies_can_have_customers_of_their_own(desk: OpenDesk) -> None:
    opened = desk({"companies": [{"customers": 0}, {"name": "Second", "customers": [{"id": "9", "status": "Active"}]}]})
    assert opened.get(opened.customers)["totalResults"] == 0
    other = f"/companies/{opened.sandbox.bindings['company2']}"
    assert opened.get(f"{other}/data/customers/9")["id"] == "9"
    assert opened.ask("GET", f"{opened.customers}/9").status == 404


@pytest.mark.parametrize("integration", sorted(INTEGRATIONS))
def test_every_integration_can_be_a_connection(desk: OpenDesk, integration: str) -> None:
    opened = desk({"integration": integration})
    assert opened.get(opened.connection)["platformName"] == INTEGRATIONS[integration].name
    assert opened.get(f"{opened.connection}/options/customers")["properties"]


def test_a_fresh_world_waits_for_its_first_sync(desk: OpenDesk) -> None:
    opened = desk({"synced": []})
    customer = opened.sandbox.bindings["customer"]
    for target in (
        opened.customers,
        f"{opened.customers}/{customer}",
        f"{opened.connection}/data/customers/{customer}/attachments",
    ):
        assert opened.ask("GET", target).status == 409
    assert opened.get(f"{opened.company}/dataStatus") == {}
    opened.sandbox.change({"synced": ["customers"]})
    assert opened.get(opened.customers)["totalResults"] == 3


def test_changes_in_the_accounting_software_show_after_a_refresh(desk: OpenDesk) -> None:
    opened = desk({"customers": [{"id": name, "status": "Active", "customerName": name} for name in ("a", "b")]})
    added = {"id": "c", "status": "Active"}
    opened.sandbox.change({"customers": {"add": [added], "edit": {"a": {"customerName": "A"}}, "remove": ["b"]}})
    assert [one["customerName"] for one in opened.get(opened.customers)["results"]] == ["a", "b"]
    assert [one["id"] for one in opened.state()["customers"]] == ["a", "c"]
    opened.sandbox.change({"synced": ["customers"]})
    results = opened.get(opened.customers)["results"]
    assert [one["id"] for one in results] == ["a", "b", "c"]
    assert results[0]["customerName"] == "A"
    assert results[1]["metadata"] == {"isDeleted": True}
    assert all(one["modifiedDate"] == "2026-01-15T09:30:00.1234560Z" for one in results)


@pytest.mark.parametrize(
    "change",
    [
        {"customers": {"edit": {"nobody": {}}}},
        {"customers": {"remove": ["nobody"]}},
        {"connection": {"id": "none", "status": "Linked"}},
    ],
)
def test_a_change_of_nothing_is_an_error_and_changes_nothing(desk: OpenDesk, change: dict[str, Any]) -> None:
    opened = desk()
    before = opened.state()
    with pytest.raises(CatalogueError):
        opened.sandbox.change({"customers": {"add": [{"id": "n", "status": "Active"}]}, **change})
    assert opened.state() == before
