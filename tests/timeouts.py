"""Timeouts of tests: the only place that says how long a test waits for what has to come.

A timeout ends a hang; it measures nothing. So each is many times what the step takes on two idle cores, and it grows
with the machine: `slowness()` is taken once a session, under the load of that moment, and `scaled` multiplies by it.
The workers of pytest-xdist inherit the number through the environment, where a person may set it as well.

    subprocess.run(command, timeout=scaled(60))     has to come within this
    process.call(operation, {}, deadline=elapses(0.3))     has to elapse, so it stays as short as it is
    until(path.exists, "the file")                  polls, and names what did not come

`test_timeouts.py` refuses every other number of seconds in a place where a timeout stands.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")

__all__ = ["VARIABLE", "elapses", "scaled", "slowness", "until"]

VARIABLE: Final = "CONCORDAT_TESTS_SLOWNESS"
"""Names the environment variable that holds the number of a session, or what a person sets instead of measuring."""
LIMITS: Final = (1.0, 10.0)
"""A machine that is quicker than the reference gets no shorter timeouts, and a hang ends within ten times as long."""
REFERENCE: Final = 0.15
"""Seconds that one sample takes on two idle cores of 2026."""
SAMPLES: Final = 4
_AT_ONCE: Final = 2
"""Interpreters in one sample: as many as `tox run -e tests` has workers."""
_WORK: Final = "total = 0\nfor number in range(1_000_000): total += number * number % 7"
_HANGS: Final = 60.0
_POLL: Final = 0.02


def scaled(seconds: float) -> float:
    """Return a timeout for this machine, given what is generous on two idle cores."""
    return seconds * slowness()


def elapses(seconds: float) -> float:
    """Return a timeout that has to elapse for the test to hold, as it is: a longer one proves no more."""
    return seconds


def until(true: Callable[[], _T], what: str, *, seconds: float = 60.0) -> _T:
    """Poll until `true()`, and return its value. Raises AssertionError that names `what`, after the scaled timeout."""
    end = time.monotonic() + scaled(seconds)
    while not (value := true()):
        if time.monotonic() > end:
            message = f"not within {scaled(seconds):.0f} s: {what}"
            raise AssertionError(message)
        time.sleep(_POLL)
    return value


@functools.cache
def slowness() -> float:
    """Return how many times as long as on two idle cores work takes here, between the limits."""
    return read(os.environ) or bounded(max(_sample() for _ in range(SAMPLES)) / REFERENCE)


def read(environment: Mapping[str, str]) -> float | None:
    """Return the number that a person or the session's controller has set, None if there is none.

    Raises ValueError for what is not a number of at least 1.
    """
    text = environment.get(VARIABLE)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number >= LIMITS[0]:
        message = f"{VARIABLE} is `{text}`: set a number of at least 1, or unset it"
        raise ValueError(message)
    return number


def bounded(ratio: float) -> float:
    """Return a ratio within the limits."""
    lowest, highest = LIMITS
    return min(max(ratio, lowest), highest)


def _sample() -> float:
    """Return how long it takes to start interpreters at once and do a fixed loop in each."""
    began = time.monotonic()
    command = (sys.executable, "-I", "-S", "-c", _WORK)
    started = [subprocess.Popen(command) for _ in range(_AT_ONCE)]
    for process in started:
        try:
            process.wait(_HANGS)
        finally:
            process.kill()
    return time.monotonic() - began
