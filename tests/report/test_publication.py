"""The published form: the same verdicts, without what only the run's maker needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.checks import Check, Verdict
from concordat.report import load_report
from concordat.report.publication import publish, published

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult


ALL = [str(verdict) for verdict in Verdict]


def test_every_verdict_and_every_failed_check_stays(result: MakeResult, report: MakeReport) -> None:
    whole = report([result(verdict, case=f"c.{verdict}") for verdict in ALL])
    short = published(whole)
    assert [(one.key, one.client, one.verdict) for one in short.results] == [
        (one.key, one.client, one.verdict) for one in whole.results
    ]
    assert short.totals == whole.totals
    (failed,) = (one.checks[0] for one in short.results if one.verdict is Verdict.FAIL)
    assert (failed.id, failed.expected, failed.observed) == ("request.query", {"page": 2}, {"page": 1})


def test_no_exchange_no_outcome_and_no_passed_check_is_left(result: MakeResult, report: MakeReport) -> None:
    (short,) = published(report([result("pass", outcomes=({"ended": "returned"},))])).results
    assert (short.exchanges, short.outcomes, short.command) == ((), (), "")
    assert short.checks == ()


@pytest.mark.parametrize("side", ["expected", "observed"])
def test_a_long_side_is_cut(side: str, result: MakeResult, report: MakeReport) -> None:
    long = Check(id="outcome.payload", verdict=Verdict.FAIL, expected=["x" * 5000], observed=["x" * 5000])
    (short,) = published(report([result("fail", checks=(long,))])).results
    assert getattr(short.checks[0], side).endswith(" ...")
    assert len(getattr(short.checks[0], side)) < 500


def test_what_is_published_is_a_whole_report_with_a_result_a_line(
    tmp_path: Path, result: MakeResult, report: MakeReport
) -> None:
    whole = report([result("pass", case=f"c.{number}") for number in range(3)])
    data, summary = publish(whole, tmp_path / "2026-01")
    assert load_report(tmp_path / "2026-01") == published(whole)
    assert sum('"client":' in line for line in data.read_text().splitlines()) == 3
    assert summary.read_text().startswith("# Conformance report\n")
