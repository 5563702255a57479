"""Garbage collection of a run: not whenever Python finds it due, but between results, and of what is new.

A run keeps what it records to its end, so Python's own collections go through a growing record and find nothing. Doing
without them buys 12 % of the CPU time of the engine's process (12.3 s instead of 13.9 s) and 7 % of the whole run with
its clients; collecting between results without leaving the record out would cost 9 of the 12. Measured as
`benchmarks/engine.py --what cpu` does it: whole runs of 3,023 executed results (`reference` and `python-expenses`), two
of each kind in turns, on a busy machine. The peak of memory is the same.
"""

from __future__ import annotations

import gc

__all__ = ["COLLECT_EVERY", "finished", "planned", "recorded", "switch_off"]

COLLECT_EVERY = 500
"""Results between two collections."""


def switch_off() -> None:
    """Switch the automatic collections off, for the whole process."""
    gc.disable()


def planned() -> None:
    """Leave the plan, which lives as long as the run, out of all collections."""
    gc.freeze()


def recorded(results: int) -> None:
    """Collect after every `COLLECT_EVERY` results, and leave the record so far out of the next collections.

    Does nothing where the automatic collections are on.
    """
    if not gc.isenabled() and results % COLLECT_EVERY == 0:
        gc.collect()
        gc.freeze()


def finished() -> None:
    """Leave the whole record out of the collections that pytest makes at its end.

    Does nothing where the automatic collections are on.
    """
    if not gc.isenabled():
        gc.freeze()
