"""Rows derived from evolution rules: `rows: {evolution: RULES, of: {OPERATION: ARGUMENTS}, default: [...]}`.

Each row gives the case `operation`, `arguments`, `rule`, `at`, `apis` (the contracts in which the change can be made)
and `profile`: `default` for the pairwise selection over the operations of `default`, `full` for every other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Profile
from concordat.contract import load_contracts
from concordat.contract.evolution import RULES, changes_of, pairwise
from concordat.documents.conversion import convert
from concordat.errors import ConcordatError, Flaw, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from concordat.contract import Contract
    from concordat.contract.evolution import EvolutionChange

__all__ = ["EvolutionTable", "evolution_rows"]


class EvolutionTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `rows` of a case when evolution rules generate them."""

    evolution: str | list[str]
    """One evolution rule, or several rules whose failures have one cause."""
    of: dict[str, dict[str, Any]]
    """The operations whose responses the rules change, with the arguments of the call."""
    default: list[str] = []
    """The operations of the pairwise selection; without them, every row has the profile `full`."""


def evolution_rows(raw: dict[str, Any], home: Sequence[str] = ()) -> tuple[list[dict[str, Any]], list[Flaw]]:
    """Return the rows of a table, or its flaws; pointers begin at the case.

    The operations are those of the contracts whose names `home` lists, or of every contract when `home` is empty.
    """
    table, flaws = convert(raw, EvolutionTable, "/rows")
    if table is None:
        return [], flaws
    try:
        contracts = {name: one for name, one in load_contracts().items() if name in home or not home}
    except ConcordatError as error:
        return [], [Flaw("/rows", f"the contracts cannot be read: {error}", None)]
    rules = [table.evolution] if isinstance(table.evolution, str) else table.evolution
    flaws = list(_flaws(table, rules, contracts))
    if flaws:
        return [], flaws
    changes, chosen = _changes(tuple(contracts.values()), tuple(rules), tuple(table.of), tuple(table.default))
    if not changes:
        message = "the responses of these operations have no place for this evolution rule"
        return [], [Flaw("/rows/of", message, "name operations with a JSON response that has such a place")]
    several = len(rules) > 1
    return [
        {
            "id": change.name(with_rule=several),
            "operation": change.operation,
            "arguments": table.of[change.operation],
            "rule": change.rule,
            "at": change.at,
            "apis": list(change.apis),
            "profile": str(Profile.DEFAULT if change in chosen else Profile.FULL),
        }
        for change in changes
    ], []


def _flaws(table: EvolutionTable, rules: list[str], contracts: Mapping[str, Contract]) -> Iterator[Flaw]:
    known = {name for contract in contracts.values() for name in contract.operations}
    for index, rule in enumerate(rules):
        if rule not in RULES:
            here = "/rows/evolution" if isinstance(table.evolution, str) else join_pointer("rows", "evolution", index)
            yield Flaw(here, f"unknown evolution rule `{rule}`", did_you_mean(rule, RULES))
    for name in table.of:
        if name not in known:
            here = join_pointer("rows", "of", name)
            yield Flaw(here, f"no contract has an operation `{name}`", did_you_mean(name, known))
    for index, name in enumerate(table.default):
        if name not in table.of:
            message = f"`{name}` is not one of the operations in `of`"
            yield Flaw(join_pointer("rows", "default", index), message, did_you_mean(name, table.of))


@lru_cache(maxsize=64)
def _changes(
    contracts: tuple[Contract, ...], rules: tuple[str, ...], operations: tuple[str, ...], default: tuple[str, ...]
) -> tuple[tuple[EvolutionChange, ...], frozenset[EvolutionChange]]:
    changes = changes_of({contract.name: contract for contract in contracts}, rules, operations)
    return changes, pairwise(changes, default)
