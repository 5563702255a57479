"""The rows of the evolution rules are the same every time, each has a name of its own, and a few stand for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contracts
from concordat.contract.evolution import RULES, changes_of, pairwise

if TYPE_CHECKING:
    from concordat.contract import Contract

OPERATIONS = ["customers.list", "customers.create", "customers.getAttachment"]


def test_a_change_has_the_contracts_that_have_its_place() -> None:
    changes = changes_of(load_contracts(), ["new-field"], OPERATIONS)
    apis = {change.name(with_rule=False): change.apis for change in changes}
    assert apis["customers.list:results.0"] == ("accounting", "sync-for-expenses")
    assert apis["customers.getAttachment"] == ("accounting",)


def test_names_are_distinct_and_hold_no_bracket_and_no_space() -> None:
    changes = changes_of(load_contracts(), list(RULES), OPERATIONS)
    names = [change.name(with_rule=True) for change in changes]
    assert len(set(names)) == len(names) > 100
    assert not any(letter in name for name in names for letter in "[] \t/*")


def test_an_unknown_operation_has_no_changes(shelves: Contract) -> None:
    assert changes_of({"shelves": shelves}, ["new-field"], ["shelves.burn", "shelves.clear"]) == ()


def test_an_unknown_rule_is_an_error(shelves: Contract) -> None:
    with pytest.raises(KeyError):
        changes_of({"shelves": shelves}, ["no-such-rule"], ["shelves.list"])


@pytest.mark.parametrize("rules", [["new-field"], ["null"], ["date-utc", "date-alone"], list(RULES)])
def test_in_the_selection_each_rule_meets_each_operation_and_each_level(rules: list[str]) -> None:
    changes = changes_of(load_contracts(), rules, OPERATIONS)
    gate = OPERATIONS[:2]
    chosen = pairwise(changes, gate)
    of_gate = [change for change in changes if change.operation in gate]
    assert {(change.rule, change.operation) for change in chosen} == {(one.rule, one.operation) for one in of_gate}
    assert {(change.rule, change.level) for change in chosen} == {(one.rule, one.level) for one in of_gate}
    assert len(chosen) < len(of_gate)
    assert pairwise(changes, gate) == chosen


def test_without_operations_nothing_is_selected() -> None:
    assert pairwise(changes_of(load_contracts(), ["null"], OPERATIONS), []) == frozenset()
