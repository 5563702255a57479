"""The places of an answer are those of its schema, and what may change there follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contract
from concordat.contract.evolution import RULES, Scope, places_of

if TYPE_CHECKING:
    from concordat.contract import Contract

ITEM = "/results/0"


def by_rule(contract: Contract, rule: str) -> set[str]:
    operation = contract.operation("shelves.list")
    return {place.pointer for place in places_of(contract, operation) if RULES[rule].fits(place)}


def test_every_member_is_a_place_and_lists_count_as_their_first_item(shelves: Contract) -> None:
    found = [(place.pointer, place.level) for place in places_of(shelves, shelves.operation("shelves.list"))]
    assert found[:5] == [("", 0), ("/results", 1), (ITEM, 1), (f"{ITEM}/kind", 2), (f"{ITEM}/label", 2)]


def test_of_two_members_that_refer_to_one_component_the_first_stands_for_both(shelves: Contract) -> None:
    found = {place.pointer for place in places_of(shelves, shelves.operation("shelves.list"))}
    assert f"{ITEM}/left/id" in found
    assert f"{ITEM}/right" not in found


def test_a_component_within_itself_is_not_entered_again(shelves: Contract) -> None:
    found = {place.pointer for place in places_of(shelves, shelves.operation("shelves.list"))}
    assert f"{ITEM}/below" in found
    assert not any(pointer.startswith(f"{ITEM}/below/") for pointer in found)


def test_an_operation_without_a_json_answer_has_no_places(shelves: Contract) -> None:
    assert places_of(shelves, shelves.operation("shelves.clear")) == ()


@pytest.mark.parametrize(
    ("rule", "pointers"),
    [
        ("new-field", {"", ITEM, f"{ITEM}/left", f"{ITEM}/below", f"{ITEM}/extras/*"}),
        ("new-field-in-closed", {f"{ITEM}/room"}),
        ("new-enum-value", {f"{ITEM}/kind"}),
        ("null", {f"{ITEM}/label", f"{ITEM}/room", f"{ITEM}/height"}),
        ("integral-float", {"/count", "/size", f"{ITEM}/height"}),
        ("beyond-32-bits", {"/count"}),
        ("beyond-53-bits", {"/count"}),
        ("date-utc", {f"{ITEM}/made"}),
        ("complete", set()),
    ],
)
def test_a_rule_applies_where_the_schema_says_so(shelves: Contract, rule: str, pointers: set[str]) -> None:
    assert by_rule(shelves, rule) == pointers


def test_what_is_required_is_neither_left_out_nor_null(shelves: Contract) -> None:
    for rule in ("absent", "null-unlisted"):
        assert not by_rule(shelves, rule) & {"", "/count", ITEM, f"{ITEM}/kind", f"{ITEM}/left/id"}
    assert by_rule(shelves, "absent") > {"/results", "/size", f"{ITEM}/label", f"{ITEM}/left", f"{ITEM}/room/name"}
    assert f"{ITEM}/label" not in by_rule(shelves, "null-unlisted")


@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_every_rule_of_one_place_applies_somewhere_in_a_built_in_contract(api: str) -> None:
    contract = load_contract(api)
    places = [place for operation in contract.operations.values() for place in places_of(contract, operation)]
    rules = [rule for rule in RULES.values() if rule.scope is Scope.PLACE and rule.name != "complete"]
    assert [rule.name for rule in rules if not any(map(rule.fits, places))] == []
