"""The page of a CI job: short, red first, and whatever the texts are, a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.checks import Verdict
from concordat.report.markdown import summary_markdown
from concordat.runner.result import Footer, Rerun

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


def test_what_is_red_stands_first_with_its_place_and_its_past(result: MakeResult, report: MakeReport) -> None:
    text = summary_markdown(report([result("fail", history="0.9 ok, 1.0 fails"), result("pass", case="b")]))
    lines = text.splitlines()
    assert lines[:3] == ["## SDK conformance", "", "**1 red results.**"]
    assert "| things.list.second-page | one@1.0.0 | request.query at /page | 0.9 ok, 1.0 fails |" in lines
    assert "| one@1.0.0 | 2 | 1 | 1 |" in lines
    assert "| gone@3 (unavailable: no \\`go\\` \\| here) | 0 | 0 | 0 |" in lines


def test_a_complete_run_without_red_results_has_a_sentence_and_an_incomplete_one_has_not(
    result: MakeResult, report: MakeReport
) -> None:
    assert "Nothing is red." in summary_markdown(report([result("pass")]))
    footer = Footer(complete=False, finished="f", exit_code=3, note="ended early")
    text = summary_markdown(msgspec.structs.replace(report([result("pass")]), footer=footer))
    assert "**Not complete:** ended early" in text
    assert "Nothing is red." not in text


def test_a_comparison_stands_in_place_of_the_red_results(result: MakeResult, report: MakeReport) -> None:
    text = summary_markdown(report([result("fail")]), ["### Gate", ""])
    assert "### Gate\n\n| client |" in text
    assert "red results" not in text


def test_of_many_red_results_a_page_is_shown(result: MakeResult, report: MakeReport) -> None:
    text = summary_markdown(report([result("fail", case=f"c{number}") for number in range(40)]))
    assert text.count("request.query at /page") == 25
    assert "... and 15 more, in the report." in text


def test_a_rerun_is_in_the_summary(result: MakeResult, report: MakeReport) -> None:
    flaky = result("fail", rerun=Rerun(verdict=Verdict.PASS), flaky=True)
    assert "request.query at /page (rerun: pass, flaky)" in summary_markdown(report([flaky]))
