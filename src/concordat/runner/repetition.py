"""The repetition of a call until its payload matches: by the virtual clock, or on a live target by the real one."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from concordat.duration import parse_duration

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from concordat.catalogue.model import Repeat
    from concordat.targets.target import CaseEnvironment

__all__ = ["Repetition"]

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0
_GROWTH = 1.5


class Repetition:
    """The tries of one call: in the sandbox `times` of them, with `advance` of its clock between two.

    On a live target the real clock runs. The tries then go on for as long as those of the sandbox would take, but not
    longer than the patience of the target, with pauses that grow from 250 ms to 5 s.
    """

    def __init__(
        self,
        repeat: Repeat | None,
        environment: CaseEnvironment,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._left = 1 if repeat is None else repeat.times
        self._advance = 0.0 if repeat is None or repeat.advance is None else parse_duration(repeat.advance)
        self._environment = environment
        self._sleep = sleep
        self._monotonic = monotonic
        self._waits = environment.real_time and self._advance > 0
        self._pause = _FIRST_PAUSE
        self._wait = min(self._left * self._advance, environment.patience.limit)
        self._until = monotonic() + self._wait

    async def again(self) -> bool:
        """Let time pass after a try, and return whether there is another one."""
        if self._environment.stopped is not None:
            return False
        if self._waits:
            left = self._until - self._monotonic()
            if left <= 0:
                self._environment.patience.lost(self._wait)
                return False
            await self._sleep(min(self._pause, left))
            self._pause = min(self._pause * _GROWTH, _LONGEST_PAUSE)
            return True
        self._left -= 1
        if self._left > 0 and self._advance:
            self._environment.advance(self._advance)
        return self._left > 0

    def arrived(self) -> None:
        """Notice that the awaited payload came."""
        if self._waits:
            self._environment.patience.restore()
