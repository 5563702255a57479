"""Every client mutant, by name. Each is a function that breaks `concordat_reference` in one way; see `mutant.py`."""

from __future__ import annotations

from tests.mutants import (
    client_arguments,
    client_asynchronous,
    client_bodies,
    client_body_parts,
    client_calls,
    client_customers,
    client_decoding,
    client_errors,
    client_files,
    client_headers,
    client_json,
    client_pages,
    client_paths,
    client_pushes,
    client_reading,
    client_repeating,
    client_sending,
    client_setup,
    client_write_safety,
    client_writing_again,
)
from tests.mutants.registry import MUTANTS

__all__ = [
    "MUTANTS",
    "client_arguments",
    "client_asynchronous",
    "client_bodies",
    "client_body_parts",
    "client_calls",
    "client_customers",
    "client_decoding",
    "client_errors",
    "client_files",
    "client_headers",
    "client_json",
    "client_pages",
    "client_paths",
    "client_pushes",
    "client_reading",
    "client_repeating",
    "client_sending",
    "client_setup",
    "client_write_safety",
    "client_writing_again",
]
