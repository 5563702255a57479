"""The key of a live endpoint, taken out of this process's environment before anything of a stranger runs.

Child processes inherit `os.environ`, and on Linux a process of the same user can read the environment that this one
was started with (`/proc/PID/environ`). `take_api_key` removes the key from both, so that a package's build script, an
SDK or a sibling of theirs cannot find it there. A process above this one that was itself started with the key, such as
a shell, keeps it: that is outside of Concordat's reach.
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
"""Places of `env_start` and `env_end` in /proc/PID/stat, counted behind the command's name (proc(5), fields 50, 51)."""
_PR_SET_DUMPABLE = 4


class Secret(str):
    """A text whose `repr` is `***`: a traceback that shows local variables (`pytest -l`) does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"


def take_api_key() -> str:
    """Return the key and remove it from this process's environment; empty when there is none.

    On Linux the memory of this process cannot be read by other processes of the same user afterwards; those of root
    still can. Raises HarnessError when the environment that the process was started with still shows the key.
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
    """Return address and length of the value in the C library's environment; zeros when it is not there."""
    getenv = ctypes.CDLL(None).getenv
    getenv.restype, getenv.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    address = getenv(VARIABLE.encode())
    return (address, len(ctypes.string_at(address))) if address else (0, 0)


def _overwrite(place: tuple[int, int]) -> None:
    address, length = place
    if address:
        ctypes.memset(address, ord("*"), length)


def _blank_initial_environment() -> None:
    """Overwrite the value where the kernel reads /proc/PID/environ from.

    The C library's variable may stand elsewhere: one that is set anew moves, and its old text stays.
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
    """Let no other process of the same user read this one's memory, environment or open files (prctl(2))."""
    with contextlib.suppress(OSError, AttributeError):  # elsewhere than on Linux there is no such call
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
