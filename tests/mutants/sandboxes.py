"""Every sandbox mutant, by name (`sandbox:page-off-by-one`); see `sandbox_registry.py`."""

from __future__ import annotations

from tests.mutants import sandbox_reads, sandbox_writes
from tests.mutants.sandbox_registry import SANDBOXES, BrokenTarget

__all__ = ["SANDBOXES", "BrokenTarget", "sandbox_reads", "sandbox_writes"]
