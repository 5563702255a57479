"""The table of hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks import Check, Verdict
from concordat.report.html.hazards import hazard_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.runner.result import Report, Result


def test_hazards_stand_by_case_and_row_red_where_they_fail_known_or_not(
    result: Callable[..., Result], report: Callable[..., Report]
) -> None:
    red = Check(id="s1:hazard", verdict=Verdict.KNOWN_FAILURE)
    results = [
        result("known-failure", case="h.create", row="lost-answer", hazard="2 commits, told ok", checks=(red,)),
        result("pass", case="h.create", row="lost-answer", client="two@2.0.0", hazard="1 commit, told unknown"),
        result("pass", case="h.other", hazard="1 commit, told ok"),
        result("pass", case="no.hazard"),
    ]
    (create, other) = hazard_table(report(results), ["one@1.0.0", "two@2.0.0"])
    assert [row.name for row in create.rows] == ["lost answer"]
    assert create.rows[0].cells == (
        ("one@1.0.0", "2 commits, told ok", True),
        ("two@2.0.0", "1 commit, told unknown", False),
    )
    assert other.rows[0].name == "h.other"
    assert other.rows[0].cells[1] == ("two@2.0.0", "", False)
