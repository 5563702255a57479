"""The longest wait of a call for what a live target does by itself, such as the end of a write that it accepted."""

from __future__ import annotations

from typing import Final

__all__ = ["LONGEST_WAIT", "Patience"]

LONGEST_WAIT: Final = 240.0
"""Seconds of the longest real wait of one call. A push takes seconds to minutes."""
_SHORTEST_WAIT = 2.0
_IN_VAIN = 480.0
"""Seconds in a row that calls may wait in vain."""


class Patience:
    """The longest wait of the calls of one process.

    A mock never does what a call waits for, and hundreds of cases may wait for it. So calls wait eight minutes in vain,
    and from then on two seconds each. A wait that is not in vain restores the longest one.
    """

    def __init__(self) -> None:
        self._in_vain = 0.0

    @property
    def limit(self) -> float:
        """Seconds of the longest wait from now on."""
        return max(_SHORTEST_WAIT, min(LONGEST_WAIT, _IN_VAIN - self._in_vain))

    def lost(self, seconds: float) -> None:
        """Notice a wait in vain."""
        self._in_vain += seconds

    def restore(self) -> None:
        """Notice a wait that was not in vain."""
        self._in_vain = 0.0
