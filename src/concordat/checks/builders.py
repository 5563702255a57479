"""Check builders: a check of its differences, the place that stands for them, and the form that reports carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.checks.model import Check, Verdict
from concordat.compare.diff import Difference, as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["block", "bounded", "check_of", "full_id", "invalid", "located", "prefixed", "signature_place"]

_MOST_PLACES = 6
_MOST_SHOWN = 8
_MOST_REPORTED = 50
_MOST_JSON = 300
"""Characters of one side of a difference in a report."""


def signature_place(differences: Sequence[Difference]) -> tuple[str, str]:
    """Return the pointer and the kind that stand for all differences in a ledger's signature.

    Up to six pointers stand side by side with a space between, so that a further one changes the signature; more become
    the pointer that they share. Kinds that differ become `changed`; the kind of `invalid` is the broken rule.
    """
    pointers = sorted({item.pointer for item in differences})
    kinds = {str(item.expected) if item.kind == "invalid" else item.kind for item in differences}
    kind = kinds.pop() if len(kinds) == 1 else "changed"
    if len(pointers) <= _MOST_PLACES:
        return " ".join(pointers), kind
    shared: list[str] = []
    for level in zip(*(pointer.split("/") for pointer in pointers), strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join([*shared, "*"]), kind


def located(check: Check, differences: Sequence[Difference]) -> Check:
    """Return the check with its differences, and with the pointer and the kind that stand for them."""
    shown = tuple(item.shown() for item in differences)
    pointer, kind = signature_place(shown)
    return msgspec.structs.replace(check, differences=shown, pointer=pointer, kind=kind)


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

    A passed check shows `expected` and `observed`.
    """
    if not differences:
        return Check(id=check_id, verdict=Verdict.PASS, expected=expected, observed=observed, exchange=exchange)
    failed = Check(id=check_id, verdict=Verdict.FAIL, exchange=exchange, error_class=error_class, status=status)
    check = located(failed, differences)
    first = check.differences[:_MOST_SHOWN]
    wanted, found = ({item.pointer: item.sides[side] for item in first} for side in (0, 1))
    several = len(differences) > 1
    return msgspec.structs.replace(
        check,
        expected=wanted if several else first[0].sides[0],
        observed=found if several else first[0].sides[1],
        message="; ".join(map(str, first)),
    )


def invalid(pointer: str, rule: str, message: str) -> Difference:
    """Return the difference of a message that breaks a rule of the contract."""
    return Difference(pointer, "invalid", rule, message)


def bounded(check: Check) -> Check:
    """Return the check as reports carry it: its first 50 differences with long values cut, and the number of others."""
    if not check.differences:
        return check
    kept = tuple(_cut(item) for item in check.differences[:_MOST_REPORTED])
    return msgspec.structs.replace(check, differences=kept, further_differences=len(check.differences) - len(kept))


def _cut(item: Difference) -> Difference:
    return msgspec.structs.replace(item, expected=_cut_value(item.expected), observed=_cut_value(item.observed))


def _cut_value(value: Any) -> Any:
    text = as_json(value)
    return value if len(text) <= _MOST_JSON else text[:_MOST_JSON] + " ..."


def block(check: Check, because: str) -> Check:
    """Return the check as blocked: another one failed, so that it says nothing by itself."""
    return msgspec.structs.replace(check, verdict=Verdict.BLOCKED, message=f"blocked by {because}")


def full_id(check: Check, label: str | None) -> str:
    """Return the id of a check after its step's label, if it has one."""
    return check.id if label is None else f"{label}:{check.id}"


def prefixed(check: Check, label: str | None) -> Check:
    """Return the check with its full id."""
    return check if label is None else msgspec.structs.replace(check, id=full_id(check, label))
