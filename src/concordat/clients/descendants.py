"""Kills the processes that an adapter started, found by a mark in their environment or by their ancestry.

A process leaves its group when it starts a session of its own, but its environment and its parent stay readable in
/proc. Without /proc, only the process group is killed.

As a program, this file is the reaper (see `concordat.clients.reaper`). It imports only the standard library.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MARK", "kill_descendants", "kill_group"]

MARK = "CONCORDAT_ADAPTER"
"""The environment variable that marks one adapter's processes with a unique id."""
_ROUNDS = 20
"""Rounds of searching: a process may start another one before it is killed."""
_PAUSES = (0.0, 0.1, 0.5, 1.0)
"""Seconds before each search of the reaper."""
_PROC = Path("/proc")


def kill_group(group: int) -> None:
    """Kill a process group, if it still exists."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def kill_descendants(marks: Iterable[str], root: int | None = None) -> None:
    """Kill every process with one of the marks, and the descendants of `root` without `root` itself.

    Only processes of the same user are readable. Does nothing without /proc.
    """
    variables = {f"{MARK}={mark}".encode("ascii") for mark in marks}
    killed: set[int] = set()
    for _ in range(_ROUNDS):
        found = _found(variables, root) - killed
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed |= found


def _found(variables: set[bytes], root: int | None) -> set[int]:
    parents: dict[int, int] = {}
    marked: set[int] = set()
    for pid in _pids():
        # A process may end meanwhile, or belong to another user.
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = _read(pid, "stat").rpartition(b")")[2].split()[:2]
            if state == b"Z":
                continue
            parents[pid] = int(parent)
            process_environment = _read(pid, "environ")
            if any(mark in process_environment for mark in variables) and variables & set(
                process_environment.split(b"\0")
            ):
                marked.add(pid)
    return (marked | _below(root, parents)) - {root, os.getpid()}


def _read(pid: int, name: str) -> bytes:
    with open(f"{_PROC}/{pid}/{name}", "rb") as file:  # noqa: PTH123 - path objects for hundreds of files are slow
        return file.read()


def _below(root: int | None, parents: dict[int, int]) -> set[int]:
    below: set[int] = set()
    if root is None:
        return below
    while True:
        more = {pid for pid, parent in parents.items() if parent == root or parent in below} - below
        if not more:
            return below
        below |= more


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir(_PROC) if name.isdigit()]  # noqa: PTH208 - only names are needed
    except OSError:
        return []


def main() -> None:
    """Read lines `+GROUP MARK` (the mark is optional) and `-GROUP`; kill the listed groups at the end of the input."""
    listed: dict[int, str] = {}
    for line in sys.stdin:
        group, _, mark = line[1:].strip().partition(" ")
        if line[0] == "+":
            listed[int(group)] = mark
        else:
            listed.pop(int(group), None)
    for group in listed:
        kill_group(group)
    marks = [mark for mark in listed.values() if mark]
    # A process that is just starting has no readable environment yet. A later search finds it.
    for pause in _PAUSES if marks else ():
        time.sleep(pause)
        kill_descendants(marks)


if __name__ == "__main__":
    main()
