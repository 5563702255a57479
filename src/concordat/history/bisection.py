"""Finds the first bad and the first good release with few trials.

A bisection assumes a single change. Therefore the middle of every skipped range is tried as well, and when one
contradicts the assumption, all releases are tried.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.release_record import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Bisection", "bisect"]

FEW = 8
"""Up to this number of releases, trying all costs no more than a bisection and its checks."""
_DECISIVE = ("ok", "fails")


class Bisection(msgspec.Struct, frozen=True):
    """The outcomes of the tried releases in order, and the releases at which the outcome changed."""

    results: dict[str, Word]
    turns: tuple[tuple[str, str, Word], ...]
    """The last release before a change, the first one after it, and the outcome of that one."""

    @property
    def monotonic(self) -> bool:
        """Whether the outcome changed at most once."""
        return len(self.turns) <= 1

    def first(self, word: Word) -> str | None:
        """Return the first tried release with an outcome, None without one."""
        return next((version for version, known in self.results.items() if known == word), None)


def bisect(versions: Sequence[str], trial: Callable[[str], Word], *, every: bool = False) -> Bisection:
    """Try releases, oldest first, until the change lies between two neighbours.

    Releases with an outcome other than `ok` and `fails` are skipped. With `every`, or up to `FEW` releases, all are
    tried.
    """
    outcomes: dict[str, Word] = {}

    def word(index: int) -> Word:
        version = versions[index]
        if version not in outcomes:
            outcomes[version] = trial(version)
        return outcomes[version]

    if every or len(versions) <= FEW:
        for index in range(len(versions)):
            word(index)
        return _bisection(versions, outcomes)
    low = next((index for index in range(len(versions)) if word(index) in _DECISIVE), None)
    if low is None:
        return _bisection(versions, outcomes)
    high = next(index for index in reversed(range(len(versions))) if word(index) in _DECISIVE)
    left, right = low, high
    while word(low) != word(high) and (middle := _middle(left, right, word)) is not None:
        left, right = (middle, right) if word(middle) == word(low) else (left, middle)
    ranges = [(low, left), (right, high)] if word(low) != word(high) else [(low, high)]
    checked = [(start, _middle(start, end, word)) for start, end in ranges]
    if any(middle is not None and word(middle) != word(start) for start, middle in checked):
        return bisect(versions, lambda version: outcomes.get(version) or trial(version), every=True)
    return _bisection(versions, outcomes)


def _middle(left: int, right: int, word: Callable[[int], Word]) -> int | None:
    """Return the release with a decisive outcome nearest to the middle of two, None without one."""
    between = sorted(range(left + 1, right), key=lambda index: abs(2 * index - left - right))
    return next((index for index in between if word(index) in _DECISIVE), None)


def _bisection(versions: Sequence[str], outcomes: dict[str, Word]) -> Bisection:
    ordered = {version: outcomes[version] for version in versions if version in outcomes}
    decisive = [(version, word) for version, word in ordered.items() if word in _DECISIVE]
    turns = tuple((before, after, word) for (before, was), (after, word) in pairwise(decisive) if was != word)
    return Bisection(ordered, turns)
