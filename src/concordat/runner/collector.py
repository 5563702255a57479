"""Garbage collection of a run: between results instead of automatically, and of new objects only.

A run keeps its record to the end, so that automatic collections traverse a growing record and find nothing. Without
them the engine's process takes 12 % less CPU time (12.3 s instead of 13.9 s), and the whole run with its clients 7 %
less; collections between results that include the record would cost 9 of the 12. Measured as `benchmarks/engine.py
--what cpu` does: whole runs of 3,023 executed results (`reference` and `python-expenses`), two of each kind in turns,
on a busy machine. The peak of memory is the same.
"""

from __future__ import annotations

import gc

__all__ = ["COLLECT_EVERY", "finished", "planned", "recorded", "switch_off"]

COLLECT_EVERY = 500
"""Results between two collections."""


def switch_off() -> None:
    """Switch off automatic collections for the whole process."""
    gc.disable()


def planned() -> None:
    """Exclude the plan, which lives as long as the run, from all collections."""
    gc.freeze()


def recorded(results: int) -> None:
    """Collect after every `COLLECT_EVERY` results, and exclude the record so far from later collections.

    Does nothing while automatic collections are on.
    """
    if not gc.isenabled() and results % COLLECT_EVERY == 0:
        gc.collect()
        gc.freeze()


def finished() -> None:
    """Exclude the whole record from the collections that pytest makes at its end.

    Does nothing while automatic collections are on.
    """
    if not gc.isenabled():
        gc.freeze()
