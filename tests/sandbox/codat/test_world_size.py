"""The size of a world by arithmetic, against the world that is made."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.contract import load_contract
from concordat.errors import CatalogueError
from concordat.sandbox import open_sandbox, world_for_needs
from concordat.sandbox.codat.attachments import Kind, attachment, size_of
from concordat.sandbox.codat.world import parse_world, size_of_world

COMPANY_AND_CONNECTION = 2
"""Every world has these, and a refresh of each data type, and they do not count."""


@pytest.mark.parametrize(
    ("world", "records"),
    [
        ({}, 3),
        ({"customers": 7}, 7),
        ({"customers": [{"id": "a"}, {"id": "b"}]}, 2),
        ({"companies": 4}, 12),
        ({"companies": 4, "customers": 0, "synced": []}, 6),
        ({"companies": [{"connections": 2, "customers": 5}, {"customers": [{"id": "a"}]}]}, 11),
        ({"companies": [{"customers": 5}], "customers": 1, "connections": 3}, 5),
        ({"customers": 2, "attachments": 6, "pushes": 3, "pulls": 4}, 15),
        ({"synced": ["customers", "invoices"], "connections": 3, "customers": 0}, 6),
    ],
)
def test_the_records_are_those_that_are_made(world: dict[str, Any], records: int) -> None:
    parsed = parse_world(world)
    assert size_of_world(parsed).records == records
    sandbox = open_sandbox(load_contract("accounting"), parsed)
    made = sum(len(rows) for name, rows in sandbox.state().items() if name != "cached" and isinstance(rows, list))
    sandbox.close()
    assert made == records + COMPANY_AND_CONNECTION + len(parsed.synced)


def test_a_world_of_nothing_counts_nothing() -> None:
    assert size_of_world(parse_world({"companies": 0})).records == 0


@pytest.mark.parametrize(
    "world",
    [
        *({name: -1} for name in ("companies", "connections", "customers", "attachments", "pushes", "pulls")),
        {"companies": [{"connections": -1}]},
        {"companies": [{"customers": -1}]},
    ],
)
def test_a_negative_count_is_refused(world: dict[str, Any]) -> None:
    with pytest.raises(CatalogueError, match=r"Expected `int` >= 0"):
        parse_world(world)


def test_a_negative_need_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"needs: Expected `int` >= 0"):
        world_for_needs({"customers": -1})


@pytest.mark.parametrize(
    ("kind", "size"),
    [(kind, size) for kind in Kind for size in (None, 0, 700) if size != 700 or kind is not Kind.EMPTY],
)
def test_the_size_of_a_content_is_known_before_it_is_made(kind: Kind, size: int | None) -> None:
    assert size_of(kind, size) == len(attachment("a", 1, kind, size=size).content)


def test_only_generated_contents_count() -> None:
    written: list[Any] = [{"text": "a" * 900}, {"base64": "YQ=="}, {"kind": "random", "size": 5000}, {"kind": "random"}]
    assert size_of_world(parse_world({"attachments": written})).content == 6024
    assert size_of_world(parse_world({})).content < 4096
    assert 10_000_000 < size_of_world(parse_world({"attachments": 100_000})).content < 64 * 1024 * 1024
