"""The tables of changed answers and of coverage, as the page lays them out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.coverage.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.coverage.model import Coverage, Covered
    from concordat.runner.result import DecodingScore

__all__ = ["coverage_tables", "decoding_table"]

DecodingRow = tuple[str, tuple[tuple[str, "DecodingScore | None"], ...]]
"""A rule, and for each client its label and its score."""
CoverageTable = tuple[str, tuple[str, ...], tuple[tuple[str, tuple[tuple[int, int], ...]], ...]]
"""A contract, the heads, and for each operation how many places are asserted, of how many, by kind."""


def decoding_table(scores: Sequence[DecodingScore], clients: Sequence[str]) -> tuple[DecodingRow, ...]:
    """Return a row for each evolution rule, in the order of the report."""
    by_key = {(score.rule, score.client): score for score in scores}
    rules = dict.fromkeys(score.rule for score in scores)
    return tuple((rule, tuple((client, by_key.get((rule, client))) for client in clients)) for rule in rules)


def coverage_tables(coverage: Coverage | None) -> tuple[CoverageTable, ...]:
    """Return a table for each contract; none without coverage."""
    if coverage is None:
        return ()
    return tuple(
        (contract.contract, KINDS, tuple((one.operation, _counts(one.places)) for one in contract.operations))
        for contract in coverage.contracts
    )


def _counts(places: Iterable[Covered]) -> tuple[tuple[int, int], ...]:
    total: Counter[str] = Counter()
    asserted: Counter[str] = Counter()
    for place in places:
        total[place.kind] += 1
        asserted[place.kind] += bool(place.cases)
    return tuple((asserted[kind], total[kind]) for kind in KINDS)
