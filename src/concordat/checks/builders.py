"""Checks made from differences: one check an id, however many places differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.checks.model import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.compare.diff import Difference

__all__ = ["block", "check_of", "prefixed", "signature_place"]

_MOST_PLACES = 6
_MOST_SHOWN = 8


def signature_place(places: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the pointer and the kind that stand for all (pointer, kind) pairs.

    A few pointers stand side by side with a space between, so that a further one changes a ledger's signature; many
    become the pointer that they share. Kinds that differ become `changed`.
    """
    pointers = sorted({pointer for pointer, _ in places})
    kinds = {kind for _, kind in places}
    kind = kinds.pop() if len(kinds) == 1 else "changed"
    if len(pointers) <= _MOST_PLACES:
        return " ".join(pointers), kind
    shared: list[str] = []
    for level in zip(*(pointer.split("/") for pointer in pointers), strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join([*shared, "*"]), kind


def check_of(
    check_id: str,
    differences: Sequence[Difference],
    *,
    expected: Any = None,
    observed: Any = None,
    exchange: int | None = None,
    error_class: str | None = None,
    status: int | None = None,
) -> Check:
    """Return a passed check, or a failed one that shows both sides of each difference.

    `expected` and `observed` are shown when the check passes.
    """
    if not differences:
        return Check(id=check_id, verdict=Verdict.PASS, expected=expected, observed=observed, exchange=exchange)
    pointer, kind = signature_place([(item.pointer, item.kind) for item in differences])
    sides = [(item.pointer, *item.sides) for item in differences[:_MOST_SHOWN]]
    several = len(differences) > 1
    return Check(
        id=check_id,
        verdict=Verdict.FAIL,
        expected={pointer: side for pointer, side, _ in sides} if several else sides[0][1],
        observed={pointer: side for pointer, _, side in sides} if several else sides[0][2],
        message="; ".join(str(item) for item in differences[:_MOST_SHOWN]),
        pointer=pointer,
        kind=kind,
        exchange=exchange,
        error_class=error_class,
        status=status,
    )


def block(check: Check, because: str) -> Check:
    """Return the check as blocked: it says nothing by itself, because another one failed."""
    return msgspec.structs.replace(check, verdict=Verdict.BLOCKED, message=f"blocked by {because}")


def prefixed(check: Check, label: str) -> Check:
    """Return the check with its step's label before its id."""
    return msgspec.structs.replace(check, id=f"{label}:{check.id}")
