"""The heartbeat of a run in a log: a line with the progress after 30 seconds in which nothing else was printed.

CI services end a job whose log is silent for minutes.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from concordat.runner.event import CaseFinished, RunStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.runner.event import Event

__all__ = ["EVERY", "Heartbeat"]

EVERY = 30.0
"""Seconds without output before a line."""


class Heartbeat:
    """A sink that counts the results, and prints their number when `tick` finds that nothing was printed for a while.

    `say` prints a line. With `results_are_printed`, each result is output, such as the dots of pytest.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        results_are_printed: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._results_are_printed = results_are_printed
        self._clock = clock
        self._lock = threading.Lock()  # the controller of several processes ticks in a thread
        self._planned = self._done = self._failed = 0
        self._began = self._printed = clock()

    def __call__(self, event: Event) -> None:
        """Count one event."""
        if isinstance(event, RunStarted):
            self._planned = event.planned
            self._began = self._printed = self._clock()
        elif isinstance(event, CaseFinished):
            self._done += 1
            self._failed += event.result.verdict.red
            if self._results_are_printed:
                self._printed = self._clock()
            else:
                self.tick()

    def tick(self) -> None:
        """Print the progress if it is due."""
        with self._lock:
            now = self._clock()
            if now - self._printed < EVERY:
                return
            self._printed = now
        progress = f"{self._done:,} of {self._planned:,} results, {self._failed:,} failed"
        self._say(f"... {progress}, {_elapsed(now - self._began)}")


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
