"""Every client mutant, by name. Each is a function that breaks `concordat_reference` in one way; see `mutant.py`."""

from __future__ import annotations

from tests.mutants import (
    client_bodies,
    client_errors,
    client_headers,
    client_reading,
    client_repeating,
    client_sending,
)
from tests.mutants.registry import MUTANTS

__all__ = [
    "MUTANTS",
    "client_bodies",
    "client_errors",
    "client_headers",
    "client_reading",
    "client_repeating",
    "client_sending",
]
