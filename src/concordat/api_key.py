"""The API key of a live endpoint, removed from this process's environment before any third-party code runs.

Child processes inherit `os.environ`, and on Linux a process of the same user can read the environment that this one
started with (`/proc/PID/environ`). `take_api_key` removes the key from both, so that neither a package's build script
nor an SDK nor one of their child processes can read it there. A parent process that started with the key, such as a
shell, keeps it: Concordat cannot change that.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from concordat.errors import HarnessError

__all__ = ["VARIABLE", "Secret", "hide_memory", "take_api_key"]

VARIABLE = "CONCORDAT_API_KEY"

_STAT = Path("/proc/self/stat")
_ENVIRON = Path("/proc/self/environ")
_ENV_START, _ENV_END = 47, 48
"""Indexes of `env_start` and `env_end` in /proc/PID/stat after the command's name (proc(5), fields 50, 51)."""
_PR_SET_DUMPABLE = 4


class Secret(str):
    """A string whose `repr` is `***`, so that a traceback with local variables (`pytest -l`) does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"


def take_api_key() -> str:
    """Return the key, or an empty string without one, and remove it from this process's environment.

    On Linux, other processes of the same user cannot read this process's memory afterwards; those of root still can.
    Raises HarnessError when the environment that this process started with still shows the key.
    """
    value = os.environb.get(VARIABLE.encode(), b"")
    if not value:
        os.environ.pop(VARIABLE, None)
        return ""
    key = Secret(os.environ[VARIABLE])
    _overwrite(_getenv())
    os.environ.pop(VARIABLE)
    if sys.platform == "linux":
        _blank_initial_environment()
        hide_memory()
    return key


def _getenv() -> tuple[int, int]:
    """Return the address and length of the value in the C library's environment, zeros without one."""
    getenv = ctypes.CDLL(None).getenv
    getenv.restype, getenv.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    address = getenv(VARIABLE.encode())
    return (address, len(ctypes.string_at(address))) if address else (0, 0)


def _overwrite(place: tuple[int, int]) -> None:
    address, length = place
    if address:
        ctypes.memset(address, ord("*"), length)


def _blank_initial_environment() -> None:
    """Overwrite the value in the memory that the kernel shows as /proc/PID/environ.

    The C library's variable may have another address: a variable that is set again moves, and its old text remains.
    """
    name = VARIABLE.encode() + b"="
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = _STAT.read_bytes().rpartition(b")")[2].split()
        start, end = int(fields[_ENV_START]), int(fields[_ENV_END])
        place = start
        for entry in ctypes.string_at(start, end - start).split(b"\0") if 0 < start < end else ():
            if entry.startswith(name):
                _overwrite((place + len(name), len(entry) - len(name)))
            place += len(entry) + 1
    shown = b""
    with contextlib.suppress(OSError):
        shown = _ENVIRON.read_bytes()
    values = [entry.removeprefix(name) for entry in shown.split(b"\0") if entry.startswith(name)]
    if any(value.strip(b"*") for value in values):
        message = f"{VARIABLE} cannot be removed from this process's environment"
        raise HarnessError(message, hint="every package that is installed could read it; report this platform")


def hide_memory() -> None:
    """Deny other processes of the same user this process's memory, environment and open files (prctl(2))."""
    with contextlib.suppress(OSError, AttributeError):  # only Linux has this call
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
