"""The changes of evolution rules to the responses of operations, and a pairwise selection of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.contract.evolution.places import answer_schema, places_of
from concordat.contract.evolution.rules import RULES, Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from concordat.contract.contract import Contract

__all__ = ["EvolutionChange", "changes_of", "pairwise"]


class EvolutionChange(msgspec.Struct, frozen=True):
    """One change: a rule at a place of an operation's response. `apis` are the contracts in which it applies."""

    operation: str
    rule: str
    at: str
    level: int
    apis: tuple[str, ...]

    def name(self, *, with_rule: bool) -> str:
        """Return a stable id: the operation and the place, with dots, and the rule if `with_rule`."""
        path = self.at.strip("/").replace("/", ".").replace("*", "any")
        parts = (self.rule, self.operation, path) if with_rule else (self.operation, path)
        return ":".join(part for part in parts if part)


def changes_of(
    contracts: Mapping[str, Contract], rules: Sequence[str], operations: Iterable[str]
) -> tuple[EvolutionChange, ...]:
    """Return every change of the rules to the responses of the operations, in a stable order.

    An operation without a JSON response has no changes. Raises KeyError for an unknown rule.
    """
    found: dict[tuple[str, str, str], EvolutionChange] = {}
    for operation in operations:
        for name in rules:
            for api, contract in contracts.items():
                for at, level in _applicable_places(contract, operation, name):
                    key = (operation, name, at)
                    known = found.get(key)
                    apis = (*known.apis, api) if known else (api,)
                    found[key] = EvolutionChange(operation, name, at, level, apis)
    return tuple(found.values())


def _applicable_places(contract: Contract, operation: str, name: str) -> list[tuple[str, int]]:
    known = contract.operations.get(operation)
    if known is None or answer_schema(contract, known) is None:
        return []
    rule = RULES[name]
    if rule.scope is Scope.BODY:
        return [("", 0)]
    return [(place.pointer, place.level) for place in places_of(contract, known) if rule.fits(place)]


def pairwise(changes: Sequence[EvolutionChange], operations: Collection[str]) -> frozenset[EvolutionChange]:
    """Return few changes to these operations that cover each pair of rule and operation, and of rule and level.

    The level is the depth of the place. The selection is deterministic: always the first change that covers most.
    """
    candidates = [change for change in changes if change.operation in operations]
    uncovered = {pair for change in candidates for pair in _pairs(change)}
    chosen: set[EvolutionChange] = set()
    while uncovered:
        best = max(candidates, key=lambda change: len(uncovered & _pairs(change)))
        chosen.add(best)
        uncovered -= _pairs(best)
    return frozenset(chosen)


def _pairs(change: EvolutionChange) -> frozenset[tuple[str, str]]:
    return frozenset({(change.rule, change.operation), (change.rule, f"level {change.level}")})
