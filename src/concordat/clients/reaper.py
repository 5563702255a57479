"""The reaper: a small process that outlives this one and kills its remaining adapters.

Adapters exit by themselves at the end of their pipe. The reaper is for adapters that hang, and for their descendants.
Its program is `concordat.clients.descendants`. At the end of its input, whatever ended this process, it kills the
registered groups and their descendants in other sessions.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

from concordat.clients import descendants
from concordat.clients.descendants import kill_group

__all__ = ["Reaper", "kill_group", "process_reaper"]

_PROGRAM = Path(descendants.__file__)
_GRACE = 4.0


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
        """Kill the process group, and all processes with the mark, at the end of this process."""
        self._write(f"+{group} {mark}\n")

    def forget(self, group: int) -> None:
        """Unregister a process group that has ended. Its number may be reused."""
        self._write(f"-{group}\n")

    def close(self) -> None:
        """End the reaper, which kills the registered groups."""
        stdin = self._process.stdin
        with self._lock, contextlib.suppress(OSError):
            if stdin is not None:
                stdin.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write(self, line: str) -> None:
        stdin = self._process.stdin
        # A killed reaper is only the loss of a second safeguard.
        with self._lock, contextlib.suppress(OSError, ValueError):
            if stdin is not None:
                stdin.write(line.encode("ascii"))
                stdin.flush()


_LOCK = threading.Lock()


def process_reaper() -> Reaper:
    """Return the reaper of this process, which starts on first use. A forked process has its own."""
    with _LOCK:
        return _reaper_of(os.getpid())


@cache
def _reaper_of(_pid: int) -> Reaper:
    reaper = Reaper()
    atexit.register(reaper.close)
    return reaper
