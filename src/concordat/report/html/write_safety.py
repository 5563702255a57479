"""The table of write safety: accepted writes against what each client reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.checks import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import Report, Result

__all__ = ["WriteSafetyCase", "WriteSafetyRow", "write_safety_table"]

_RED = (Verdict.FAIL, Verdict.KNOWN_FAILURE, Verdict.UNEXPECTED_PASS)


@dataclass(frozen=True, slots=True)
class WriteSafetyRow:
    """One row of a case: a client's label, its write safety in words (empty: did not run), whether it is red."""

    key: str
    name: str
    cells: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class WriteSafetyCase:
    """One case with its rows."""

    title: str
    rows: tuple[WriteSafetyRow, ...]


def write_safety_table(report: Report, clients: Sequence[str]) -> tuple[WriteSafetyCase, ...]:
    """Return the cases about write safety with a cell for each client, in the report's order."""
    found: dict[str, dict[str, dict[str, Result]]] = {}
    for result in report.results:
        if result.write_safety:
            found.setdefault(result.case, {}).setdefault(result.key, {})[result.client] = result
    return tuple(_case(rows, clients) for rows in found.values())


def _case(rows: dict[str, dict[str, Result]], clients: Sequence[str]) -> WriteSafetyCase:
    some = next(iter(next(iter(rows.values())).values()))
    return WriteSafetyCase(
        title=some.title or some.case,
        rows=tuple(
            WriteSafetyRow(key, _name(key), tuple(_cell(client, by_client.get(client)) for client in clients))
            for key, by_client in rows.items()
        ),
    )


def _name(key: str) -> str:
    """The row in plain words, or the case's id."""
    _, bracket, row = key.rstrip("]").partition("[")
    return row.replace("-", " ") if bracket else key


def _cell(client: str, result: Result | None) -> tuple[str, str, bool]:
    if result is None or result.write_safety is None:
        return client, "", False
    red = any(check.id.rpartition(":")[2] == "write-safety" and check.verdict in _RED for check in result.checks)
    return client, result.write_safety, red or result.verdict in _RED
