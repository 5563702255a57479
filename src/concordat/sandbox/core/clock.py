"""The virtual clock of push, sync and idempotency: only `advance` moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from concordat.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["START", "VirtualClock"]

START = datetime(2026, 1, 15, 9, 30, 0, 123456, tzinfo=UTC)
"""The default start of a clock; fixed, so that two runs produce the same bytes."""


class VirtualClock:
    """A clock that only `advance` moves. `start` must be aware of its zone; None is `START`."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = (start or START).astimezone(UTC)
        self._waiting: list[tuple[datetime, int, str]] = []
        self._callbacks: dict[str, tuple[int, Callable[[], None]]] = {}
        self._count = 0

    def now(self) -> datetime:
        """Return the current virtual time, in UTC."""
        return self._now

    def at(self, when: datetime, key: str, callback: Callable[[], None]) -> None:
        """Call `callback` when the clock reaches `when` (at the next advance if that is past).

        A later callback under the same `key` replaces this one.
        """
        self._count += 1
        self._callbacks[key] = (self._count, callback)
        heappush(self._waiting, (when, self._count, key))

    def cancel(self, key: str) -> None:
        """Forget the callback under `key`, if there is one."""
        self._callbacks.pop(key, None)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, and call due callbacks in order of time, ties in the order of their creation.

        A callback sees its own time as `now()`; callbacks that it schedules within the span are called too. Raises
        CatalogueError when `seconds` is negative or leads beyond the year 9999.
        """
        try:
            end = self._now + timedelta(seconds=seconds)
        except (OverflowError, ValueError) as error:
            message = f"the virtual clock cannot be advanced by {seconds} seconds"
            raise CatalogueError(message, cause=str(error)) from error
        if end < self._now:
            message = f"the virtual clock cannot go back by {-seconds} seconds"
            raise CatalogueError(message)
        while self._waiting and self._waiting[0][0] <= end:
            when, number, key = heappop(self._waiting)
            current = self._callbacks.get(key)
            if current is None or current[0] != number:
                continue
            del self._callbacks[key]
            self._now = max(self._now, when)
            current[1]()
        self._now = end
