"""The marks of one run on a live target: the names by which its records can be found again."""

from __future__ import annotations

from itertools import count
from secrets import token_hex

__all__ = ["Marks"]

_OF_ONE_PROCESS = 10_000
"""Marks between the first ones of two processes."""


class Marks:
    """Makes the marks of one process of a run: `prefix` is that of the whole run, `process` counts from 0.

    Without `run`, its id, the marks have a random one.
    """

    def __init__(self, run: str | None = None, process: int = 0) -> None:
        self.prefix = f"Concordat {run or token_hex(3)}-"
        self._numbers = count(process * _OF_ONE_PROCESS + 1)

    def next(self) -> str:
        """Return a mark that no other case of the run has: `Concordat 1a2b3c-0001`."""
        return f"{self.prefix}{next(self._numbers):04d}"
