"""Every change of a rule to the answers of some operations, and the few of them that stand for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.contract.evolution.places import answer_schema, places_of
from concordat.contract.evolution.rules import RULES, Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from concordat.contract.contract import Contract

__all__ = ["Change", "changes_of", "pairwise"]


class Change(msgspec.Struct, frozen=True):
    """One change: a rule at a place of an operation's answer. `apis` are the contracts in which it can be made."""

    operation: str
    rule: str
    at: str
    level: int
    apis: tuple[str, ...]

    def name(self, *, with_rule: bool) -> str:
        """Return an id that stays: the operation and the place, dots between, and the rule where there are several."""
        way = self.at.strip("/").replace("/", ".").replace("*", "any")
        parts = (self.rule, self.operation, way) if with_rule else (self.operation, way)
        return ":".join(part for part in parts if part)


def changes_of(
    contracts: Mapping[str, Contract], rules: Sequence[str], operations: Iterable[str]
) -> tuple[Change, ...]:
    """Return every change of the rules to the answers of the operations, in a stable order.

    Raises KeyError for an unknown rule. An operation without a JSON answer has none.
    """
    found: dict[tuple[str, str, str], Change] = {}
    for operation in operations:
        for name in rules:
            for api, contract in contracts.items():
                for at, level in _spots(contract, operation, name):
                    key = (operation, name, at)
                    known = found.get(key)
                    apis = (*known.apis, api) if known else (api,)
                    found[key] = Change(operation, name, at, level, apis)
    return tuple(found.values())


def _spots(contract: Contract, operation: str, name: str) -> list[tuple[str, int]]:
    known = contract.operations.get(operation)
    if known is None or answer_schema(contract, known) is None:
        return []
    rule = RULES[name]
    if rule.scope is Scope.BODY:
        return [("", 0)]
    return [
        (place.pointer, place.level)
        for place in places_of(contract, known)
        # the answer as a whole is neither left out nor null
        if rule.fits(place)
    ]


def pairwise(changes: Sequence[Change], operations: Collection[str]) -> frozenset[Change]:
    """Return a few of the changes to these operations in which each rule meets each operation, and each level, once.

    The level is the depth of the place. The choice is the same every time: always the first change that adds most.
    """
    left = [change for change in changes if change.operation in operations]
    wanted = {pair for change in left for pair in _pairs(change)}
    chosen: set[Change] = set()
    while wanted:
        best = max(left, key=lambda change: len(wanted & _pairs(change)))
        chosen.add(best)
        wanted -= _pairs(best)
    return frozenset(chosen)


def _pairs(change: Change) -> frozenset[tuple[str, str]]:
    return frozenset({(change.rule, change.operation), (change.rule, f"level {change.level}")})
