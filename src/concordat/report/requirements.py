"""The scores of requirement sets, as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.report.tables import table_head, table_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import RequirementScore, Score

__all__ = ["requirements_section", "score_text"]


def requirements_section(scores: Sequence[RequirementScore]) -> list[str]:
    """Return the section of the summary; nothing without scores."""
    if not scores:
        return []
    lines = ["## Requirement sets", "", "Passed of executed, at the levels that the set froze.", ""]
    lines += table_head(["set", "client", "must", "should", "may", "after the freeze", "not played"])
    for one in scores:
        cells = [one.set, one.client, *map(score_text, (one.must, one.should, one.may, one.after_freeze))]
        lines.append(table_row([*cells, str(one.unplayed or "")]))
    return [*lines, ""]


def score_text(score: Score) -> str:
    """Return `passed/executed`, or an empty text where nothing was executed."""
    return f"{score.passed}/{score.executed}" if score.executed else ""
