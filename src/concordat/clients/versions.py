"""Versions and ranges of versions: `>=7,<9`, `==8.0.1`, `*`.

One rule for PyPI, npm, Go and Maven: a version is its release numbers and what follows them. Ranges compare the
release numbers only, so a candidate belongs to the release that it is a candidate of: `9.0.0rc1` is in `>=9`, not in
`<9`. `==` and `!=` compare everything.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Version", "VersionRange", "parse_range", "parse_version"]

_VERSION = re.compile(r"v?(?P<release>\d+(?:\.\d+)*)(?P<rest>.*)", re.DOTALL)
_BEFORE_RELEASE = re.compile(r"[.-]?(a|b|c|rc|alpha|beta|dev|pre|preview|snapshot|m)[.-]?\d*|-.+", re.IGNORECASE)
_WORD = re.compile(r"\d+|[a-z]+")
_SHORT = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*")


class Version(NamedTuple):
    """A version that sorts: release numbers without trailing zeros, then candidates before their release."""

    release: tuple[int, ...]
    final: bool
    rest: tuple[tuple[int, str], ...]


def parse_version(text: str) -> Version:
    """Return the version written as `text`, with or without a leading `v`.

    Raises ValueError when it does not begin with a number. Build metadata (`+incompatible`) is left out.
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


class VersionRange(NamedTuple):
    """A conjunction of clauses; no clause at all holds every version, unreadable ones too."""

    text: str
    clauses: tuple[tuple[str, Version], ...]

    def __contains__(self, version: object) -> bool:
        """Whether the version, given as text, is in the range; a text that is no version is only in `*`."""
        if not self.clauses:
            return True
        try:
            candidate = parse_version(str(version))
        except ValueError:
            return False
        return all(_holds(candidate, operator, bound) for operator, bound in self.clauses)


def parse_range(text: str) -> VersionRange:
    """Return the range written as `text`: clauses separated by commas, or `*`.

    Raises ValueError for anything else.
    """
    if text.strip() == "*":
        return VersionRange(text, ())
    clauses: list[tuple[str, Version]] = []
    for part in text.split(","):
        found = _CLAUSE.fullmatch(part)
        if found is None:
            message = f"`{part.strip()}` is not a clause such as `>=7` or `<9`"
            raise ValueError(message)
        clauses.append((found[1], parse_version(found[2])))
    return VersionRange(text, tuple(clauses))


def _holds(version: Version, operator: str, bound: Version) -> bool:
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
