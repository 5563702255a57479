"""Versions and ranges of versions: `>=7,<9`, `==8.0.1`, `*`.

The rules are the same for PyPI, npm, Go and Maven: a version is its release numbers and a suffix. Ranges compare the
release numbers only, so that a candidate belongs to its release: `9.0.0rc1` is in `>=9`, not in `<9`. `==` and `!=`
compare the suffix too. An artifact whose version is not a number counts as newer than every release.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from concordat.errors import UsageError

__all__ = ["Version", "check_range", "covers", "parse_version"]

_VERSION = re.compile(r"v?(?P<release>\d+(?:\.\d+)*)(?P<rest>.*)", re.DOTALL)
_BEFORE_RELEASE = re.compile(r"[.-]?(a|b|c|rc|alpha|beta|dev|pre|preview|snapshot|m)[.-]?\d*|-.+", re.IGNORECASE)
_WORD = re.compile(r"\d+|[a-z]+")
_SHORT = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*([^\s,]+)\s*")
_HINT = "write clauses such as `>=7,<9`, or `*` for all"


class Version(NamedTuple):
    """A version that sorts: release numbers without trailing zeros, then candidates before their release."""

    release: tuple[int, ...]
    final: bool
    rest: tuple[tuple[int, str], ...]


def parse_version(text: str) -> Version:
    """Return the version of a text, with or without a leading `v`.

    Raises ValueError when it does not begin with a number. Build metadata (`+incompatible`) is ignored.
    """
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        message = f"`{text}` is not a version"
        raise ValueError(message)
    numbers = [int(part) for part in found["release"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    rest = found["rest"].split("+")[0].lower()
    words = ((int(word), "") if word.isdigit() else (-1, _SHORT.get(word, word)) for word in _WORD.findall(rest))
    return Version(tuple(numbers), _BEFORE_RELEASE.match(rest) is None, tuple(words))


def check_range(text: str) -> None:
    """Raise UsageError when `text` is not a range."""
    _clauses(text)


def covers(text: str, version: str) -> bool:
    """Return whether a range includes a version, both as text. Raises UsageError when `text` is not a range."""
    try:
        candidate = parse_version(version)
    except ValueError:
        return all(operator in (">=", ">", "!=") for operator, _ in _clauses(text))
    return all(_includes(candidate, operator, bound) for operator, bound in _clauses(text))


@lru_cache(maxsize=1024)
def _clauses(text: str) -> tuple[tuple[str, Version], ...]:
    if text.strip() == "*":
        return ()
    clauses: list[tuple[str, Version]] = []
    for part in text.split(","):
        found = _CLAUSE.fullmatch(part)
        try:
            if found is None:
                message = f"`{text}` is not a range of versions"
                raise UsageError(message, hint=_HINT)
            clauses.append((found[1], parse_version(found[2])))
        except ValueError as error:
            message = f"`{text}` is not a range of versions"
            raise UsageError(message, cause=str(error), hint=_HINT) from error
    return tuple(clauses)


def _includes(version: Version, operator: str, bound: Version) -> bool:
    if operator == "==":
        return version == bound
    if operator == "!=":
        return version != bound
    ordered = {
        ">=": version.release >= bound.release,
        "<=": version.release <= bound.release,
        ">": version.release > bound.release,
        "<": version.release < bound.release,
    }
    return ordered[operator]
