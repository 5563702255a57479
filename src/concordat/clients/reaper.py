"""No orphans: a tiny process that outlives this one by a moment and kills the adapters it left behind.

Adapters exit at the end of their pipe by themselves; the reaper is for those that hang, and for what they started. It
reads which are there (`concordat.clients.descendants` is its program), and at the end of its input, however this
process ended, kills the groups still listed and what left them for a session of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from concordat.clients import descendants
from concordat.clients.descendants import kill_group

__all__ = ["Reaper", "kill_group", "the_reaper"]

_PROGRAM = Path(descendants.__file__)
_FAREWELL = 4.0


class Reaper:
    """One reaper process; `register` and `forget` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, a constant program
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def register(self, group: int, mark: str = "") -> None:
        """Kill the process group, and all that carries the mark, when this process ends; unless it is forgotten."""
        self._tell(f"+{group} {mark}\n")

    def forget(self, group: int) -> None:
        """Leave the process group alone: it is gone, and its number may be another's soon."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """End the reaper; it kills what is still registered."""
        stdin = self._process.stdin
        with self._lock, contextlib.suppress(OSError):
            if stdin is not None:
                stdin.close()
        try:
            self._process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: str) -> None:
        stdin = self._process.stdin
        # A reaper that was killed from outside costs only the second line of defence.
        with self._lock, contextlib.suppress(OSError, ValueError):
            if stdin is not None:
                stdin.write(line.encode("ascii"))
                stdin.flush()


class _Holder:
    """The reaper of this process, made when first needed; a fork makes its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reaper: Reaper | None = None
        self.pid = 0


_HOLDER = _Holder()


def the_reaper() -> Reaper:
    """Return this process's reaper."""
    with _HOLDER.lock:
        if _HOLDER.reaper is None or _HOLDER.pid != os.getpid():
            _HOLDER.reaper = Reaper()
            _HOLDER.pid = os.getpid()
            atexit.register(_HOLDER.reaper.close)
        return _HOLDER.reaper
