"""Durations of the virtual clock as the format writes them: `90s`, `5m`, `2h`, `1d`."""

from __future__ import annotations

import re

from concordat.errors import CatalogueError

__all__ = ["seconds"]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float:
    """Return the seconds that `text` stands for. Raises CatalogueError when it is no duration."""
    found = _DURATION.fullmatch(text)
    if found is None:
        message = f"`{text}` is not a duration"
        raise CatalogueError(message, hint="write a number and a unit: `90s`, `5m`, `2h` or `1d`")
    return float(found[1]) * _UNITS[found[2]]
