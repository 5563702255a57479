"""Assertion coverage as frozen types, as a report holds it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from concordat.catalogue.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KINDS", "ContractCoverage", "Coverage", "Covered", "Gap", "Kind", "OperationCoverage", "counts_by_kind"]

Kind: TypeAlias = Literal["path", "query", "header", "body", "response", "status"]
KINDS: tuple[Kind, ...] = ("path", "query", "header", "body", "status", "response")
"""The kinds of contract elements: the location of an argument, a status, a path of a success's body."""


class Covered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contract element of an operation.

    `path` is an argument's wire name, a property path (`results[].addresses[].line1`) or a status. `cases` counts the
    cases that assert it (the rows of a table are one case), `written` those that name it themselves instead of deriving
    it from the contract and the arguments, `touched` those that send or script it without an assertion.
    """

    kind: Kind
    path: str
    cases: int = 0
    written: int = 0
    level: Level | None = None
    """The strongest level at which it is asserted."""
    example: str | None = None
    """A case that asserts it at that level."""
    touched: int = 0


class OperationCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """The contract elements of one operation, the request's first."""

    operation: str
    places: tuple[Covered, ...]


class ContractCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """The operations of one contract, in its order."""

    contract: str
    operations: tuple[OperationCoverage, ...]


class Gap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contract element that no case asserts.

    `rank`: 1 for requests and documented statuses of the contract's main operations (those of its first tag), 2 for
    their responses, 3 and 4 for the same elements of its other operations.
    """

    rank: int
    contract: str
    operation: str
    kind: Kind
    path: str
    touched: int = 0


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The assertions of a catalogue about its contracts, and the gaps by rank."""

    contracts: tuple[ContractCoverage, ...]
    gaps: tuple[Gap, ...]


def counts_by_kind(places: Iterable[Covered]) -> tuple[tuple[int, int], ...]:
    """Return, for each of `KINDS`, the number of asserted elements and the number of elements."""
    total: Counter[str] = Counter()
    asserted: Counter[str] = Counter()
    for place in places:
        total[place.kind] += 1
        asserted[place.kind] += bool(place.cases)
    return tuple((asserted[kind], total[kind]) for kind in KINDS)
