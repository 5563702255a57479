"""Dates as the API writes and reads them: ISO 8601 in the four documented forms, compared as instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

__all__ = ["nanoseconds", "timestamp"]

_FORM = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
_DAY = 86_400
_LAST_HOUR, _LAST_MINUTE = 23, 59


def nanoseconds(text: str) -> int | None:
    """Return the instant that `text` names, in nanoseconds since the year 1, or None when it is not a date.

    A date alone is its midnight in UTC (domain 3.4), and so is a time without zone, for which no source names one.
    Digits beyond the ninth decimal are dropped.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3, 4, 5, 6))
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LAST_MINUTE:
        return None
    try:
        days = date(year, month, day).toordinal()
    except ValueError:
        return None
    offset = 0
    if match[9]:
        if int(match[10]) > _LAST_HOUR or int(match[11]) > _LAST_MINUTE:
            return None
        offset = (int(match[10]) * 60 + int(match[11])) * (60 if match[9] == "+" else -60)
    whole = days * _DAY + hour * 3600 + minute * 60 + second - offset
    return whole * 10**9 + int((match[7] or "0")[:9].ljust(9, "0"))


def timestamp(moment: datetime) -> str:
    """Return `moment` in the API's own form: UTC, seven decimals and `Z`.

    `moment` must be aware of its zone.
    """
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}0Z".rjust(28, "0")
