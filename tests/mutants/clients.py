"""Every client mutant, by name. Each is a function that breaks `concordat_reference` in one way; see `mutant.py`."""

from __future__ import annotations

from tests.mutants import (
    client_arguments,
    client_async,
    client_bodies,
    client_calls,
    client_customers,
    client_decoding,
    client_errors,
    client_files,
    client_headers,
    client_json,
    client_pages,
    client_paths,
    client_payloads,
    client_pushes,
    client_queries,
    client_retries,
    client_setup,
    client_write_safety,
)
from tests.mutants.client_registry import MUTANTS

__all__ = [
    "MUTANTS",
    "client_arguments",
    "client_async",
    "client_bodies",
    "client_calls",
    "client_customers",
    "client_decoding",
    "client_errors",
    "client_files",
    "client_headers",
    "client_json",
    "client_pages",
    "client_paths",
    "client_payloads",
    "client_pushes",
    "client_queries",
    "client_retries",
    "client_setup",
    "client_write_safety",
]
