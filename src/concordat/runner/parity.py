"""Which clients agree on the same case: same canonical requests, same outcome."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from concordat.checks.model import Verdict
from concordat.runner.result import ParityGroup, ParityRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.runner.result import Result

__all__ = ["parity_rows"]

_TWO = 2


def parity_rows(results: Iterable[Result]) -> tuple[ParityRow, ...]:
    """Return a row for each case on which at least two clients ran and do not all agree, biggest group first."""
    shapes: dict[tuple[str, str | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        if result.shape is not None and result.verdict not in (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR):
            shapes[result.case, result.row][result.shape].append(result.client)
    rows = []
    for (case, row), groups in shapes.items():
        if len(groups) < _TWO:
            continue
        ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1]))
        rows.append(
            ParityRow(case=case, row=row, groups=tuple(ParityGroup(tuple(names), shape) for shape, names in ordered))
        )
    return tuple(sorted(rows, key=lambda parity: (parity.case, parity.row or "")))
