"""Events into a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.checks import Verdict
from concordat.errors import ReportError
from concordat.report import ReportBuilder

if TYPE_CHECKING:
    from tests.report.conftest import MakeEvents, MakeReport, MakeResult


def test_totals_count_every_verdict_and_a_skip_is_never_a_pass(result: MakeResult, report: MakeReport) -> None:
    totals = report([result(str(verdict), case=f"c.{verdict}") for verdict in Verdict]).totals
    assert totals == {
        **{str(verdict): 1 for verdict in Verdict},
        "results": len(Verdict),
        "executed": len(Verdict) - 3,
        "clients": 2,
        "unavailable": 1,
    }


def test_results_and_clients_are_in_a_stable_order(result: MakeResult, report: MakeReport) -> None:
    made = report(
        [result(case="b"), result(case="a", row="2"), result(case="a", row="1"), result(case="a", client="a@1")]
    )
    assert [(r.case, r.row, r.client) for r in made.results] == [
        ("a", None, "a@1"),
        ("a", "1", "one@1.0.0"),
        ("a", "2", "one@1.0.0"),
        ("b", None, "one@1.0.0"),
    ]
    assert [info.label for info in made.clients] == ["gone@3", "one@1.0.0", "two@2.0.0"]


@pytest.mark.parametrize("missing", [0, -1])
def test_a_run_without_its_first_or_last_event_has_no_report(
    missing: int, result: MakeResult, events: MakeEvents
) -> None:
    reported = events([result()])
    del reported[missing]
    builder = ReportBuilder()
    for event in reported:
        builder(event)
    with pytest.raises(ReportError, match=r"no footer.*run it again"):
        _ = builder.report
