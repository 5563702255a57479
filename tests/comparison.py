"""Holds two reports against each other: result by result, check by check, cause by cause, with names set apart.

The older report may have been written by an older Concordat whose words were others. A file of names says which:

    members: {channel: mode}                    members of report.json
    checks: {outcome.reported: outcome.reported}    the last part of a check's id
    cases: {dangers.*: write-safety.*}          `*` at the end stands for whatever follows
    clients: {}
    causes: {}
    verdicts: {}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from concordat.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Names", "Record", "disagreements", "load_names", "read_record"]

MISSING = "missing"
"""Stands for a result, a check or a cause that one of the reports does not have."""


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The older report's words, each with the newer report's word for it."""

    members: Mapping[str, str] = {}
    checks: Mapping[str, str] = {}
    cases: Mapping[str, str] = {}
    clients: Mapping[str, str] = {}
    causes: Mapping[str, str] = {}
    verdicts: Mapping[str, str] = {}


@dataclass(frozen=True)
class Record:
    """What a report says, by the names of the newer one."""

    results: Mapping[str, str]
    """The verdict by result."""
    checks: Mapping[str, str]
    """The verdicts by result and check; a check may stand for several requests."""
    causes: Mapping[str, str]
    """The causes by result and check, for checks that a cause explains."""
    parity: Mapping[str, str] = field(default_factory=dict)
    """The groups of agreeing clients by case and row."""


def load_names(path: Path) -> Names:
    """Return the names of a YAML file. Raises ReportError when it cannot be read."""
    try:
        return msgspec.convert(yaml.safe_load(path.read_text("utf-8")) or {}, Names)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        message = f"{path}: not a file of names"
        raise ReportError(message, cause=str(error)) from error


def read_record(path: Path, names: Names) -> Record:
    """Return the record of a report (a folder or its report.json). Raises ReportError when it is not whole."""
    file = path / "report.json" if path.is_dir() else path
    try:
        report = msgspec.json.decode(file.read_bytes())
        if not report["footer"]["complete"]:
            message = f"{file}: the report is not complete"
            raise ReportError(message)
        return _Reading(names).record(report)
    except (OSError, msgspec.DecodeError, KeyError, TypeError) as error:
        message = f"{file}: not a report"
        raise ReportError(message, cause=f"{type(error).__name__}: {error}") from error


def disagreements(old: Record, new: Record) -> Iterator[str]:
    """Yield one line for each result, check, cause and parity row that the two records do not share."""
    for what in ("results", "checks", "causes", "parity"):
        before, after = getattr(old, what), getattr(new, what)
        for key in sorted(before.keys() | after.keys()):
            was, now = before.get(key, MISSING), after.get(key, MISSING)
            if was != now:
                yield f"{what}: {key}: {was} -> {now}"


class _Reading:
    def __init__(self, names: Names) -> None:
        self._names = names

    def record(self, report: Mapping[str, Any]) -> Record:
        results: dict[str, str] = {}
        checks: dict[str, str] = {}
        causes: dict[str, str] = {}
        for result in report["results"]:
            key = self._key(result)
            if key in results:
                message = f"two results are called {key}"
                raise ReportError(message)
            results[key] = self._verdict(result["verdict"])
            for check in result.get("checks", ()):
                named = f"{key}: {self._check(check['id'])}"
                checks[named] = f"{checks.get(named, '')} {self._verdict(check['verdict'])}".strip()
                if check.get("cause"):
                    causes[named] = f"{causes.get(named, '')} {renamed(check['cause'], self._names.causes)}".strip()
        return Record(results, checks, causes, dict(self._parity(report.get("parity", ()))))

    def _parity(self, rows: Any) -> Iterator[tuple[str, str]]:
        for row in rows:
            groups = sorted(
                " = ".join(sorted(renamed(client, self._names.clients) for client in group["clients"]))
                for group in row["groups"]
            )
            yield self._case(row), " | ".join(groups)

    def _key(self, result: Mapping[str, Any]) -> str:
        mode = self._member(result, "mode")
        client = renamed(result["client"], self._names.clients)
        return f"{self._case(result)} with {client}" + (f" ({mode})" if mode else "")

    def _case(self, entry: Mapping[str, Any]) -> str:
        case = renamed(entry["case"], self._names.cases)
        return f"{case}[{entry['row']}]" if entry.get("row") else case

    def _member(self, entry: Mapping[str, Any], name: str) -> Any:
        """Return a member of the newer report's name, under that name or under its older one."""
        older = (old for old, new in self._names.members.items() if new == name)
        return next((entry[key] for key in (name, *older) if key in entry), None)

    def _verdict(self, verdict: str) -> str:
        return renamed(verdict, self._names.verdicts)

    def _check(self, check: str) -> str:
        step, colon, name = check.rpartition(":")
        return f"{step}{colon}{renamed(name, self._names.checks)}"


def renamed(name: str, names: Mapping[str, str]) -> str:
    """Return the newer word for a name: an exact entry, else the longest entry with `*` that it begins with."""
    if name in names:
        return names[name]
    stems = [old for old in names if old.endswith("*") and name.startswith(old[:-1])]
    if not stems:
        return name
    stem = max(stems, key=len)
    return names[stem].removesuffix("*") + name[len(stem) - 1 :]
