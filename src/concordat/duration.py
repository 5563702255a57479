"""Durations in case files, worlds, the control endpoint and the test fixture: `250ms`, `90s`, `5m`, `2h`."""

from __future__ import annotations

import re

from concordat.errors import CatalogueError

__all__ = ["parse_duration"]

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def parse_duration(text: str) -> float:
    """Return a duration in seconds.

    Raises CatalogueError, without a location, for a text that is not a number with a unit.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        message = f"`{text}` is not a duration"
        raise CatalogueError(message, hint="write a number and one of ms, s, m, h, d: `90s`, `5m`, `2h`, `1d`")
    return float(match[1]) * _UNITS[match[2]]
