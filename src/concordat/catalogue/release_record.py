"""The results of cases with the releases of a client: `clients/<name>.history.json`. `concordat history` writes it.

Each entry holds the digest of the case that ran, so that a case which has changed since has no history.
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
"""Most releases that a text lists one by one. A longer text joins neighbours of one result: `1 to 4 ok`."""

Word = str
"""`ok`, `fails`, `n/a`, `unavailable` (the release cannot be installed here) or `unknown` (a harness error)."""


class CasePast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case (or row): the digest of the case that ran, and its results by version."""

    digest: str
    results: dict[str, Word]


class Past(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The recorded results of one client, by the case's key."""

    format: int = _FORMAT
    client: str
    cases: dict[str, CasePast] = {}

    def text(self, key: str, digest: str) -> str | None:
        """Return the results of a case: `3.1.0 ok, 6.2.0 fails, 8.0.1 ok`; None without a result of this digest."""
        found = self.cases.get(key)
        if found is None or found.digest != digest:
            return None
        return past_text(found.results) or None

    def with_results(self, key: str, digest: str, results: Mapping[str, Word]) -> Past:
        """Return the record with further results of a case; results of another digest are dropped."""
        old = self.cases.get(key)
        kept = old.results if old is not None and old.digest == digest else {}
        merged = {version: ({**kept, **results})[version] for version in in_order({**kept, **results})}
        return msgspec.structs.replace(self, cases={**self.cases, key: CasePast(digest=digest, results=merged)})


def in_order(results: Mapping[str, Word]) -> list[str]:
    """Return the versions, the oldest first."""
    return sorted(results, key=parse_version)


def past_text(results: Mapping[str, Word]) -> str:
    """Return the results as text, the oldest release first; only `ok` and `fails` are listed."""
    reported = [(version, results[version]) for version in in_order(results) if results[version] in ("ok", "fails")]
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
    """Return the record of a client, the user's file before the package's; without a file, an empty record.

    Raises UsageError, with line and column, for a file that is not a record.
    """
    path = next(iter(resources.search("clients", f"{client}{HISTORY_SUFFIX}")), None)
    return Past(client=client) if path is None else read_past(path)


def read_past(path: Path) -> Past:
    """Return the record in a file. Raises UsageError, with line and column, for a file that is not a record."""
    past = decode_json(path, Past, UsageError, "the history")
    name = path.name.removesuffix(HISTORY_SUFFIX)
    if past.client != name:
        message = f"the history of `{name}` names the client `{past.client}`"
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
