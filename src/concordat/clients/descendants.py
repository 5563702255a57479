"""What an adapter started, wherever it went: found by a mark in its environment or by its ancestry, and killed.

A process group is left by anyone who starts a session of its own; the environment that it was started with, and who
its parents are, stay readable in /proc. Elsewhere than on Linux there is no /proc, nothing is found, and the process
group is all that is killed.

Run as a program, this file is the reaper: see `concordat.clients.reaper`. It imports nothing but the standard library.
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
"""The environment variable that tells one adapter's processes from all others: a number nobody else has."""
_ROUNDS = 20
"""How often to look again: what is killed may have started another one in the meantime."""
_LOOKS = (0.0, 0.1, 0.5, 1.0)
"""Seconds that the reaper waits before each time it looks."""
_PROC = Path("/proc")


def kill_group(group: int) -> None:
    """Kill a process group that may already be gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def kill_descendants(marks: Iterable[str], root: int | None = None) -> None:
    """Kill every process that carries one of the marks, and the descendants of `root`, itself left out.

    Only processes of the same user can be seen and killed. Does nothing where there is no /proc.
    """
    wanted = {f"{MARK}={mark}".encode("ascii") for mark in marks}
    killed: set[int] = set()
    for _ in range(_ROUNDS):
        found = _found(wanted, root) - killed
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed |= found


def _found(wanted: set[bytes], root: int | None) -> set[int]:
    parents: dict[int, int] = {}
    marked: set[int] = set()
    for pid in _pids():
        # It may end while it is read, or be another user's: then it is none of ours.
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = _read(pid, "stat").rpartition(b")")[2].split()[:2]
            if state == b"Z":
                continue
            parents[pid] = int(parent)
            process_environment = _read(pid, "environ")
            if any(mark in process_environment for mark in wanted) and wanted & set(process_environment.split(b"\0")):
                marked.add(pid)
    return (marked | _below(root, parents)) - {root, os.getpid()}


def _read(pid: int, name: str) -> bytes:
    with open(f"{_PROC}/{pid}/{name}", "rb") as file:  # noqa: PTH123 - of hundreds of files, each a path object shows
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
        return [int(name) for name in os.listdir(_PROC) if name.isdigit()]  # noqa: PTH208 - names are all it takes
    except OSError:
        return []


def main() -> None:
    """Read `+GROUP MARK` (the mark may be missing) and `-GROUP` lines; at the end kill what is still listed."""
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
    # a process that is being started at this moment has no environment that can be read: it is found a little later
    for pause in _LOOKS if marks else ():
        time.sleep(pause)
        kill_descendants(marks)


if __name__ == "__main__":
    main()
