"""The first bad and the first good release of something, by as few trials as can be trusted.

A bisection sees one change and believes that there is no other. So the middle of every stretch that it jumped over is
tried as well; where one contradicts, all releases are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.release_record import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Found", "bisect"]

FEW = 8
_TELLING = ("ok", "fails")


class Found(msgspec.Struct, frozen=True):
    """What came of it: every release tried, in order, and each at which the word changed, with the one before it."""

    seen: dict[str, Word]
    turns: tuple[tuple[str, str, Word], ...]
    """(the last release before, the first after, its word)."""

    @property
    def monotonic(self) -> bool:
        """Whether it changed at most once."""
        return len(self.turns) <= 1

    def first(self, word: Word) -> str | None:
        """The first release with a word, as far as releases were tried."""
        return next((version for version, seen in self.seen.items() if seen == word), None)


def bisect(versions: Sequence[str], trial: Callable[[str], Word], *, every: bool = False) -> Found:
    """Try releases, given oldest first, until the turn from one word to the other is between two neighbours.

    What is neither `ok` nor `fails` says nothing and is passed over. With `every`, and where there are no more than a
    bisection and its second looks would come to (`FEW`), all are tried.
    """
    seen: dict[str, Word] = {}

    def word(index: int) -> Word:
        version = versions[index]
        if version not in seen:
            seen[version] = trial(version)
        return seen[version]

    if every or len(versions) <= FEW:
        for index in range(len(versions)):
            word(index)
        return _found(versions, seen)
    low = next((index for index in range(len(versions)) if word(index) in _TELLING), None)
    if low is None:
        return _found(versions, seen)
    high = next(index for index in reversed(range(len(versions))) if word(index) in _TELLING)
    left, right = low, high
    while word(low) != word(high) and (middle := _middle(left, right, word)) is not None:
        left, right = (middle, right) if word(middle) == word(low) else (left, middle)
    stretches = [(low, left), (right, high)] if word(low) != word(high) else [(low, high)]
    checked = [(start, _middle(start, end, word)) for start, end in stretches]
    if any(middle is not None and word(middle) != word(start) for start, middle in checked):
        return bisect(versions, lambda version: seen.get(version) or trial(version), every=True)
    return _found(versions, seen)


def _middle(left: int, right: int, word: Callable[[int], Word]) -> int | None:
    """The release nearest to the middle between two that says something, None where there is none."""
    between = sorted(range(left + 1, right), key=lambda index: abs(2 * index - left - right))
    return next((index for index in between if word(index) in _TELLING), None)


def _found(versions: Sequence[str], seen: dict[str, Word]) -> Found:
    ordered = {version: seen[version] for version in versions if version in seen}
    telling = [(version, word) for version, word in ordered.items() if word in _TELLING]
    turns = tuple((before, after, word) for (before, was), (after, word) in pairwise(telling) if was != word)
    return Found(ordered, turns)
