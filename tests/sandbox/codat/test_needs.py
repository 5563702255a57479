"""`needs`: the world that offers them, the worlds that they can say, and the errors of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.contract import load_contract
from concordat.errors import CatalogueError
from concordat.sandbox import open_sandbox
from concordat.sandbox.codat.needs import parse_needs, said_by_needs
from concordat.sandbox.codat.world import parse_world

CONTRACT = load_contract("accounting")


@pytest.mark.parametrize("needs", [{}, {"customers": 7}, {"pushes": 2, "pulls": 1}, {"integration": "qbo"}])
def test_the_world_of_needs_is_the_one_that_says_the_same(needs: dict[str, Any]) -> None:
    states = [open_sandbox(CONTRACT, world).state() for world in (parse_needs(needs).world(), parse_world(needs))]
    assert states[0] == states[1]
    assert said_by_needs(needs) == needs


@pytest.mark.parametrize(
    "world",
    [
        {"customers": [{"id": "1", "status": "Active"}]},
        {"customers": 0},
        {"customers": 3, "exact": True},
        {"synced": []},
        {"push": {"takes": "0s"}},
        {"auth": {"key": "another"}},
        {"refuse": 503},
        {"customers": True},
    ],
)
def test_a_world_that_says_more_has_no_needs(world: dict[str, Any]) -> None:
    assert said_by_needs(world) is None


@pytest.mark.parametrize("fields", [["emailAddress"], ["customerName", "taxNumber", "contacts"]])
def test_the_first_customer_has_the_fields_of_the_needs(fields: list[str]) -> None:
    sandbox = open_sandbox(CONTRACT, parse_needs({"fields": fields, "customers": 2}).world())
    records: Any = sandbox.state()["customers"]
    first, *others = records
    assert len(others) == 1
    assert sandbox.bindings["customer"] == first["id"]
    assert all(first[name] for name in fields)


def test_an_offline_connection_leaves_writes_pending_in_its_world() -> None:
    world = parse_needs({"offline": True}).world()
    assert (world.integration, world.push.offline) == ("qbd", "pending-forever")


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        ({"customer": 1}, "`customer` is not a word of `needs`"),
        ({"customers": -1}, "needs: "),
        ({"customers": "many"}, "needs: "),
        ({"integration": "xerox"}, "no integration is called `xerox`"),
        ({"integration": "xero", "offline": True}, "`xero` is never offline"),
        ({"synced": ["customer"]}, "`customer` in `needs.synced`"),
        ({"fields": ["no-such-field"]}, "no sample customer has `no-such-field`"),
    ],
)
def test_wrong_needs_are_named(needs: dict[str, Any], message: str) -> None:
    with pytest.raises(CatalogueError, match=message) as caught:
        parse_needs(needs).world()
    assert caught.value.hint or "needs: " in message
