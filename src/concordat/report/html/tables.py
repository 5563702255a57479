"""View models of the page's tables: write safety, changed answers and assertion coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.coverage.model import KINDS, counts_by_kind
from concordat.report.summary import write_safety_failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.coverage.model import Coverage
    from concordat.runner.result import Report, Result

__all__ = ["WriteSafetyCase", "WriteSafetyRow", "coverage_tables", "write_safety_table"]

CoverageTable = tuple[str, tuple[str, ...], tuple[tuple[str, tuple[tuple[int, int], ...]], ...]]
"""A contract, the heads, and for each operation the asserted and all elements of each kind."""


@dataclass(frozen=True, slots=True)
class WriteSafetyRow:
    """One row of a case. A cell is a client's label, its write safety (empty without one), and whether it is red."""

    key: str
    name: str
    cells: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class WriteSafetyCase:
    """One case with its rows."""

    title: str
    rows: tuple[WriteSafetyRow, ...]


def write_safety_table(report: Report, clients: Sequence[str]) -> tuple[WriteSafetyCase, ...]:
    """Return the cases about write safety in the report's order, with a cell for each client."""
    found: dict[str, dict[str, dict[str, Result]]] = {}
    for result in report.results:
        if result.write_safety:
            found.setdefault(result.case, {}).setdefault(result.key, {})[result.client] = result
    return tuple(_case(rows, clients) for rows in found.values())


def _case(rows: dict[str, dict[str, Result]], clients: Sequence[str]) -> WriteSafetyCase:
    first = next(iter(next(iter(rows.values())).values()))
    return WriteSafetyCase(
        title=first.title or first.case,
        rows=tuple(
            WriteSafetyRow(key, _row_name(key), tuple(_cell(client, by_client.get(client)) for client in clients))
            for key, by_client in rows.items()
        ),
    )


def _row_name(key: str) -> str:
    """Return the row's id with spaces, or the case's id."""
    _, bracket, row = key.rstrip("]").partition("[")
    return row.replace("-", " ") if bracket else key


def _cell(client: str, result: Result | None) -> tuple[str, str, bool]:
    if result is None or result.write_safety is None:
        return client, "", False
    return client, result.write_safety, write_safety_failed(result)


def coverage_tables(coverage: Coverage | None) -> tuple[CoverageTable, ...]:
    """Return a table for each contract; empty without coverage."""
    if coverage is None:
        return ()
    return tuple(
        (contract.contract, KINDS, tuple((one.operation, counts_by_kind(one.places)) for one in contract.operations))
        for contract in coverage.contracts
    )
