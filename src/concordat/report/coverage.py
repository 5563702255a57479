"""Coverage of assertion for people: tables of counts, and the holes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.coverage.model import KINDS
from concordat.printable import markdown_text
from concordat.report.tables import table_head, table_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.coverage.model import Coverage, Covered, Hole

__all__ = ["coverage_markdown", "coverage_section", "coverage_text", "operation_text"]

_SECTION_HOLES = 10
_TEXT_HOLES = 40
_RANKS = {
    1: "requests and statuses of the operations that the contract is about",
    2: "answers of those operations",
    3: "requests and statuses of its other operations",
    4: "answers of the others",
}


def coverage_text(coverage: Coverage, *, every_hole: bool = False) -> str:
    """Return counts for each operation and the gravest holes (or all), as aligned text."""
    lines: list[str] = []
    for contract in coverage.contracts:
        lines.append(_aligned(contract.contract, KINDS))
        lines += [_aligned("  " + one.operation, _counts(one.places)) for one in contract.operations]
        lines.append("")
    shown = coverage.holes if every_hole else coverage.holes[:_TEXT_HOLES]
    lines.append(_headline(coverage))
    lines += [f"  {hole.rank}  {hole.contract} {hole.operation} {_place(hole)}" for hole in shown]
    if len(shown) < len(coverage.holes):
        lines.append(f"  ... and {len(coverage.holes) - len(shown)} more (--all)")
    return "\n".join(lines)


def operation_text(coverage: Coverage) -> str:
    """Return every place of every operation, in each contract that has it, with who asserts it."""
    lines: list[str] = []
    for contract in coverage.contracts:
        for one in contract.operations:
            lines.append(f"{one.operation} of {contract.contract}")
            lines += [f"  {place.kind:<9} {place.path:<48} {_said(place)}" for place in one.places]
    return "\n".join(lines)


def _said(place: Covered) -> str:
    if place.cases:
        return f"{place.cases} cases ({place.written} in words), {place.level}: {place.example}"
    return f"HOLE ({place.touched} touch it)" if place.touched else "HOLE"


def coverage_section(coverage: Coverage | None) -> list[str]:
    """Return the section of the summary: counts for each contract, and the gravest holes; nothing without coverage."""
    if coverage is None:
        return []
    lines = ["## Coverage of assertion", "", "Places that some case asserts, of those that the contract has.", ""]
    lines += _table(
        ("contract", *KINDS),
        (
            (contract.contract, *_counts(place for one in contract.operations for place in one.places))
            for contract in coverage.contracts
        ),
    )
    return [*lines, "", _headline(coverage), "", *_holes(coverage.holes[:_SECTION_HOLES])]


def coverage_markdown(coverage: Coverage) -> str:
    """Return the whole of it: counts for each operation, and every hole."""
    lines = ["# Coverage of assertion", ""]
    for contract in coverage.contracts:
        lines += [f"## {markdown_text(contract.contract)}", ""]
        lines += _table(("operation", *KINDS), ((one.operation, *_counts(one.places)) for one in contract.operations))
        lines.append("")
    return "\n".join([*lines, "## Holes", "", _headline(coverage), "", *_holes(coverage.holes)])


def _headline(coverage: Coverage) -> str:
    ranks = Counter(hole.rank for hole in coverage.holes)
    if not ranks:
        return "No holes."
    return "Holes: " + "; ".join(f"{ranks[rank]} in {words}" for rank, words in _RANKS.items() if ranks[rank]) + "."


def _holes(holes: Sequence[Hole]) -> list[str]:
    if not holes:
        return []
    rows = ((str(hole.rank), hole.contract, hole.operation, _place(hole)) for hole in holes)
    return [*_table(("rank", "contract", "operation", "not asserted"), rows), ""]


def _place(hole: Hole) -> str:
    return f"{hole.kind} {hole.path}" + (f" ({hole.touched} touch it)" if hole.touched else "")


def _counts(places: Iterable[Covered]) -> list[str]:
    total: Counter[str] = Counter()
    asserted: Counter[str] = Counter()
    for place in places:
        total[place.kind] += 1
        asserted[place.kind] += bool(place.cases)
    return [f"{asserted[kind]}/{total[kind]}" if total[kind] else "" for kind in KINDS]


def _aligned(name: str, cells: Iterable[str]) -> str:
    return (f"{name:<40}" + "".join(f"{cell:>10}" for cell in cells)).rstrip()


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [*table_head(head), *map(table_row, rows)]
