"""Version ranges such as `>=7,<9`, over the version texts of PyPI, npm, Go and Maven.

A range is open upwards until a fix is named: `>=7` holds for a release candidate, and for an artifact whose version is
no number. A pre-release counts as its release on both sides: `9.0.0-rc.1` is in `>=9` and not in `<9`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from concordat.errors import UsageError

__all__ = ["check_range", "covers"]

_CLAUSE = re.compile(r"(>=|<=|==|!=|>|<|=)?\s*v?([0-9][^\s,]*)")
_RELEASE = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")
_HINT = "write clauses such as `>=7,<9`, or `*` for all"


@lru_cache(maxsize=1024)
def _clauses(text: str) -> tuple[tuple[str, str], ...]:
    if text.strip() in ("", "*"):
        return ()
    clauses: list[tuple[str, str]] = []
    for part in text.split(","):
        found = _CLAUSE.fullmatch(part.strip())
        if found is None:
            message = f"`{text}` is not a range of versions"
            raise UsageError(message, hint=_HINT)
        clauses.append((found[1] or "==", found[2]))
    return tuple(clauses)


def check_range(text: str) -> None:
    """Raise UsageError when `text` is not a range."""
    _clauses(text)


def covers(text: str, version: str) -> bool:
    """Whether a range holds for a version. Raises UsageError when `text` is not a range."""
    release = _release(version)
    for operator, bound in _clauses(text):
        if operator in ("==", "=", "!="):
            if (_plain(bound) == _plain(version)) is (operator == "!="):
                return False
            continue
        if release is None:
            # an artifact without a number is taken to be the newest there is
            if operator in ("<", "<="):
                return False
            continue
        limit = _release(bound) or ()
        left, right = _padded(release, limit)
        holds = {">=": left >= right, ">": left > right, "<=": left <= right, "<": left < right}[operator]
        if not holds:
            return False
    return True


def _release(version: str) -> tuple[int, ...] | None:
    found = _RELEASE.match(version.strip())
    return tuple(int(part) for part in found[1].split(".")) if found else None


def _plain(version: str) -> str | tuple[int, ...]:
    """Return a release without its trailing zeros, so that 8.0 is 8.0.0; a text with more to it as it is."""
    text = version.strip().removeprefix("v")
    if not re.fullmatch(r"[0-9.]+", text):
        return text
    release = list(_release(text) or ())
    while release and release[-1] == 0:
        release.pop()
    return tuple(release)


def _padded(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    width = max(len(left), len(right))
    return left + (0,) * (width - len(left)), right + (0,) * (width - len(right))
