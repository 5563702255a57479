"""Equality of dates and times in text: one instant has many spellings (RFC 3339)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from concordat.compare.canonical import WrittenNumber

__all__ = ["instant_text", "same_date", "same_instant"]

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):?(\d\d))")
_UNZONED = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?)?")


def same_instant(expected: Any, observed: Any) -> bool:
    """Return whether two scalars are equal, or texts of one instant: `2022-10-23T00:00:00Z` and `...00.000+00:00`.

    A call style that takes dates as date values cannot keep the caller's spelling; cases about the spelling say so with
    `body-text`. Text of a written number is not an instant.
    """
    if expected == observed:
        return True
    if isinstance(expected, WrittenNumber) or not isinstance(expected, str) or not isinstance(observed, str):
        return False
    left, right = _instant(expected), _instant(observed)
    return left is not None and left == right


def same_date(expected: Any, observed: Any) -> bool:
    """Return whether two scalars are one instant, or one date without a zone; a date alone is also its midnight."""
    return same_instant(expected, observed) or _same_unzoned(expected, observed)


def instant_text(text: str) -> str | None:
    """Return one spelling for all spellings of an instant, None for other text."""
    found = _instant(text)
    return None if found is None else f"{found[0].isoformat()}.{found[1]}"


def _instant(text: str) -> tuple[datetime, str] | None:
    """Return a UTC second and the digits of its fraction without trailing zeros."""
    if text[4:5] != "-":  # most texts are not instants, and this test is cheap
        return None
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    day, time, fraction, zulu, sign, hours, minutes = found.groups()
    zone = "+00:00" if zulu else f"{sign}{hours}:{minutes}"
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment, (fraction or "").rstrip("0")


def _same_unzoned(expected: Any, observed: Any) -> bool:
    left, right = (_UNZONED.fullmatch(text) if isinstance(text, str) else None for text in (expected, observed))
    if left is None or right is None or left[1] != right[1]:
        return False
    times = [(found[2] or "00:00:00", (found[3] or "").rstrip("0")) for found in (left, right)]
    return times[0] == times[1]
