"""The table of write safety."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks import Check, Verdict
from concordat.report.html.tables import write_safety_table

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


TWICE, ONCE = "2 accepted writes, reported ok", "1 accepted write, reported unknown"


def test_write_safety_stands_by_case_and_row_red_where_they_fail_known_or_not(
    result: MakeResult, report: MakeReport
) -> None:
    red = Check(id="s1:write-safety", verdict=Verdict.KNOWN_FAILURE)
    results = [
        result(
            "known-failure",
            case="h.create",
            row="lost-answer",
            write_safety=TWICE,
            checks=(red,),
        ),
        result(
            "pass",
            case="h.create",
            row="lost-answer",
            client="two@2.0.0",
            write_safety=ONCE,
        ),
        result("pass", case="h.other", write_safety="1 accepted write, reported ok"),
        result("pass", case="no.write-safety"),
    ]
    (create, other) = write_safety_table(report(results), ["one@1.0.0", "two@2.0.0"])
    assert [row.name for row in create.rows] == ["lost answer"]
    assert create.rows[0].cells == (
        ("one@1.0.0", "2 accepted writes, reported ok", True),
        ("two@2.0.0", "1 accepted write, reported unknown", False),
    )
    assert other.rows[0].name == "h.other"
    assert other.rows[0].cells[1] == ("two@2.0.0", "", False)
