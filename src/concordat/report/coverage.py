"""Assertion coverage as text and as Markdown: tables of counts, and the gaps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.coverage.model import KINDS, counts_by_kind
from concordat.printable import markdown_text
from concordat.report.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.coverage.model import Coverage, Covered, Gap

__all__ = ["coverage_markdown", "coverage_section", "coverage_text", "operation_text"]

_SECTION_GAPS = 10
_TEXT_GAPS = 40
_RANKS = {
    1: "requests and statuses of the contract's main operations",
    2: "responses of its main operations",
    3: "requests and statuses of its other operations",
    4: "responses of its other operations",
}


def coverage_text(coverage: Coverage, *, every_gap: bool = False) -> str:
    """Return the counts of each operation and the gaps of the lowest ranks (or all gaps), as aligned text."""
    lines: list[str] = []
    for contract in coverage.contracts:
        lines.append(_aligned(contract.contract, KINDS))
        lines += [_aligned("  " + one.operation, _counts(one.places)) for one in contract.operations]
        lines.append("")
    shown = coverage.gaps if every_gap else coverage.gaps[:_TEXT_GAPS]
    lines.append(_headline(coverage))
    lines += [f"  {gap.rank}  {gap.contract} {gap.operation} {_element(gap)}" for gap in shown]
    if len(shown) < len(coverage.gaps):
        lines.append(f"  ... and {len(coverage.gaps) - len(shown)} more (--all)")
    return "\n".join(lines)


def operation_text(coverage: Coverage) -> str:
    """Return every element of every operation, in each contract that has it, with the cases that assert it."""
    lines: list[str] = []
    for contract in coverage.contracts:
        for one in contract.operations:
            lines.append(f"{one.operation} of {contract.contract}")
            lines += [f"  {place.kind:<9} {place.path:<48} {_assertion(place)}" for place in one.places]
    return "\n".join(lines)


def _assertion(place: Covered) -> str:
    if place.cases:
        return f"{place.cases} cases ({place.written} explicitly), {place.level}: {place.example}"
    return f"GAP{_touched(place.touched)}"


def coverage_section(coverage: Coverage | None) -> list[str]:
    """Return the report's section: the counts of each contract and the first gaps. Empty without coverage."""
    if coverage is None:
        return []
    rows = (
        (contract.contract, *_counts(place for one in contract.operations for place in one.places))
        for contract in coverage.contracts
    )
    return [
        "## Assertion coverage",
        "",
        "Contract elements that some case asserts, of all elements.",
        "",
        *table(("contract", *KINDS), rows),
        "",
        _headline(coverage),
        "",
        *_gap_table(coverage.gaps[:_SECTION_GAPS]),
    ]


def coverage_markdown(coverage: Coverage) -> str:
    """Return the counts of each operation, and every gap, as a Markdown page."""
    lines = ["# Assertion coverage", ""]
    for contract in coverage.contracts:
        lines += [f"## {markdown_text(contract.contract)}", ""]
        lines += table(("operation", *KINDS), ((one.operation, *_counts(one.places)) for one in contract.operations))
        lines.append("")
    return "\n".join([*lines, "## Gaps", "", _headline(coverage), "", *_gap_table(coverage.gaps)])


def _headline(coverage: Coverage) -> str:
    ranks = Counter(gap.rank for gap in coverage.gaps)
    if not ranks:
        return "No gaps."
    return "Gaps: " + "; ".join(f"{ranks[rank]} in {text}" for rank, text in _RANKS.items() if ranks[rank]) + "."


def _gap_table(gaps: Sequence[Gap]) -> list[str]:
    if not gaps:
        return []
    rows = ((str(gap.rank), gap.contract, gap.operation, _element(gap)) for gap in gaps)
    return [*table(("rank", "contract", "operation", "not asserted"), rows), ""]


def _element(gap: Gap) -> str:
    return f"{gap.kind} {gap.path}{_touched(gap.touched)}"


def _touched(cases: int) -> str:
    return f" ({cases} cases touch it)" if cases else ""


def _counts(places: Iterable[Covered]) -> list[str]:
    return [f"{asserted}/{total}" if total else "" for asserted, total in counts_by_kind(places)]


def _aligned(name: str, cells: Iterable[str]) -> str:
    return (f"{name:<40}" + "".join(f"{cell:>10}" for cell in cells)).rstrip()
