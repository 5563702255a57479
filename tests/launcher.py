"""Starts programs with a known action for SIGINT.

A process inherits "ignored" from the one that starts it, and a suite that runs in the background of a script, or under
some CI systems, was itself started so: then no test of an interrupt would reach its program.
"""

from __future__ import annotations

import sys
from typing import Final

__all__ = ["interruptible", "uninterruptible"]

_PROGRAM: Final = """
import os, signal, sys
signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
os.execvp(sys.argv[2], sys.argv[2:])
"""


def interruptible(*command: str) -> tuple[str, ...]:
    """Return a command that runs `command` with SIGINT's default action, in the same process."""
    return (sys.executable, "-I", "-S", "-c", _PROGRAM, "SIG_DFL", *command)


def uninterruptible(*command: str) -> tuple[str, ...]:
    """Return a command that runs `command` with SIGINT ignored, as a script's `command &` does."""
    return (sys.executable, "-I", "-S", "-c", _PROGRAM, "SIG_IGN", *command)
