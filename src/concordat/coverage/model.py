"""Coverage of assertion as frozen types: what a report says of the catalogue itself."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from concordat.catalogue.model import Level

__all__ = ["KINDS", "ContractCoverage", "Coverage", "Covered", "Hole", "Kind", "OperationCoverage"]

Kind: TypeAlias = Literal["path", "query", "header", "body", "response", "status"]
KINDS: tuple[Kind, ...] = ("path", "query", "header", "body", "status", "response")
"""What can be asserted of an operation: where an argument stands, a status, a path of a success's body."""


class Covered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place of an operation.

    `path` is an argument's wire name, a property path (`results[].addresses[].line1`), or a status. `cases` assert it
    (rows of a table are one case), `written` of them in words of their own and not only through the request that the
    contract and the arguments make; `touched` further ones pass it and compare nothing.
    """

    kind: Kind
    path: str
    cases: int = 0
    written: int = 0
    level: Level | None = None
    """The strongest level at which it is asserted."""
    example: str | None = None
    """One of the cases that assert it, of that level."""
    touched: int = 0


class OperationCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """Every place of one operation, request first."""

    operation: str
    places: tuple[Covered, ...]


class ContractCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """Every operation of one contract, in its order."""

    contract: str
    operations: tuple[OperationCoverage, ...]


class Hole(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place that no case asserts.

    `rank`: 1 what is sent to, and the documented statuses of, the operations that the contract is about (its first
    tag); 2 what they answer; 3 and 4 the same of its other operations.
    """

    rank: int
    contract: str
    operation: str
    kind: Kind
    path: str
    touched: int = 0


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What a catalogue asserts of its contracts, and the holes, the gravest first."""

    contracts: tuple[ContractCoverage, ...]
    holes: tuple[Hole, ...]
