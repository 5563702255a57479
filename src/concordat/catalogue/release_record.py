"""How cases went with the releases of a client: `clients/<name>.history.json`, written by a tool, read by reports.

A case that has changed since has no history: each entry carries the digest of the case that was played.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat import resources
from concordat.documents import decode_json, read_document
from concordat.errors import Location, UsageError
from concordat.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HISTORY_SUFFIX", "CasePast", "Past", "Word", "load_past", "past_text", "read_past", "write_past"]

HISTORY_SUFFIX = ".history.json"
_FORMAT = 1
_LISTED = 5
"""Releases that are named one by one; of more, each run of alike ones is named by its ends."""

Word = str
"""`ok`, `fails`, `n/a`, `unavailable` (not installable here) or `unknown` (the harness spoilt it)."""


class CasePast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case (or row): the digest of what was played, and how it came out by version."""

    digest: str
    seen: dict[str, Word]


class Past(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything on record of one client, by the case's key."""

    format: int = _FORMAT
    client: str
    cases: dict[str, CasePast] = {}

    def text(self, key: str, digest: str) -> str | None:
        """How a case went: `3.1.0 ok, 6.2.0 fails, 8.0.1 ok`; None without a record of just this case."""
        found = self.cases.get(key)
        if found is None or found.digest != digest:
            return None
        return past_text(found.seen) or None

    def with_seen(self, key: str, digest: str, seen: Mapping[str, Word]) -> Past:
        """Return the record with what was seen of a case added; of another digest nothing is kept."""
        old = self.cases.get(key)
        kept = old.seen if old is not None and old.digest == digest else {}
        merged = {version: ({**kept, **seen})[version] for version in in_order({**kept, **seen})}
        return msgspec.structs.replace(self, cases={**self.cases, key: CasePast(digest=digest, seen=merged)})


def in_order(seen: Mapping[str, Word]) -> list[str]:
    """Return versions, the oldest first."""
    return sorted(seen, key=parse_version)


def past_text(seen: Mapping[str, Word]) -> str:
    """Return how a case went, the oldest release first; where it says nothing (n/a, unavailable) it is left out."""
    reported = [(version, seen[version]) for version in in_order(seen) if seen[version] in ("ok", "fails")]
    if len(reported) <= _LISTED:
        return ", ".join(f"{version} {word}" for version, word in reported)
    runs: list[list[tuple[str, Word]]] = []
    for version, word in reported:
        if runs and runs[-1][-1][1] == word:
            runs[-1].append((version, word))
        else:
            runs.append([(version, word)])
    return ", ".join(
        f"{run[0][0]} {run[0][1]}" if len(run) == 1 else f"{run[0][0]} to {run[-1][0]} {run[0][1]}" for run in runs
    )


def load_past(client: str) -> Past:
    """Return what is on record of a client, the user's file before the package's; without a file, nothing.

    Raises UsageError, with line and column, for a file that is none.
    """
    path = next(iter(resources.search("clients", f"{client}{HISTORY_SUFFIX}")), None)
    return Past(client=client) if path is None else read_past(path)


def read_past(path: Path) -> Past:
    """Return the record in a file. Raises UsageError, with line and column, for a file that is not a record."""
    past = decode_json(path, Past, UsageError, "the history")
    name = path.name.removesuffix(HISTORY_SUFFIX)
    if past.client != name:
        message = f"the history of `{name}` says that its client is `{past.client}`"
        document = read_document(path, UsageError, "the history")
        raise document.error(message, "/client", f"write `{name}`, or rename the file")
    return past


def write_past(past: Past) -> Path:
    """Write a client's history into the user's project and return the file: a line for each case, sorted."""
    folder = (resources.project_root() or Path.cwd() / "concordat") / "clients"
    path = folder / f"{past.client}{HISTORY_SUFFIX}"
    lines = [f'  "{key}": {msgspec.json.encode(past.cases[key]).decode()}' for key in sorted(past.cases)]
    text = f'{{"format": {past.format}, "client": "{past.client}", "cases": {{\n' + ",\n".join(lines) + "\n}}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        message = "the history cannot be written"
        raise UsageError(message, where=Location(path), cause=error.strerror, hint="check its permissions") from error
    return path
