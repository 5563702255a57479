"""The sentence that every reporter begins with: nothing red is no good news where nothing was run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pytest
from rich.console import Console

from concordat.report.badge import badge_svg
from concordat.report.console import ConsoleReporter
from concordat.report.html import render_html
from concordat.report.markdown import markdown, summary_markdown
from concordat.report.summary import headline, nothing_run
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.report.conftest import MakeReport, MakeResult

    from concordat.runner.result import Report

GOOD_WORDS = ("Nothing is red", "meets every expectation", "Every failure is known")


@pytest.fixture
def absent(report: MakeReport) -> Report:
    """The report of a run whose only client is unavailable."""
    made = report([])
    clients = tuple(info for info in made.clients if not info.available)
    return msgspec.structs.replace(made, clients=clients, totals={**made.totals, "clients": 0})


def _console(report: Report) -> str:
    out = io.StringIO()
    reporter = ConsoleReporter(Console(file=out, width=100))
    reporter(RunStarted(report.header, 0))
    for result in report.results:
        reporter(CaseFinished(result))
    for info in report.clients:
        reporter(ClientReady(info))
    reporter(RunFinished(report.footer))
    return out.getvalue()


@pytest.mark.parametrize(
    "made",
    [summary_markdown, markdown, render_html, _console],
    ids=["summary.md", "report.md", "report.html", "console"],
)
@pytest.mark.parametrize("exit_code", [0, 3])
def test_a_run_whose_only_client_is_unavailable_says_that_nothing_was_run_and_why(
    made: Callable[[Report], str], exit_code: int, absent: Report
) -> None:
    footer = msgspec.structs.replace(absent.footer, exit_code=exit_code)
    text = made(msgspec.structs.replace(absent, footer=footer))
    assert "Nothing was run: gone@3 is unavailable" in text
    assert "no `go` | here" in text.replace("\\", "")
    assert not any(words in text for words in GOOD_WORDS)


def test_a_badge_of_it_says_so(absent: Report) -> None:
    assert "unavailable" in badge_svg(absent, "gone")


@pytest.mark.parametrize(
    "made",
    [summary_markdown, markdown, render_html, _console],
    ids=["summary.md", "report.md", "report.html", "console"],
)
def test_a_client_that_is_missing_beside_others_is_named(
    made: Callable[[Report], str], result: MakeResult, report: MakeReport
) -> None:
    whole = report([result()])
    text = made(msgspec.structs.replace(whole, footer=msgspec.structs.replace(whole.footer, exit_code=0)))
    assert "Nothing was run" not in text
    assert "gone" in text
    assert "unavailable" in text


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([], "Nothing was run: no case was selected"),
        (["not-applicable"], "Nothing was run: no case applies to its client"),
        (["not-applicable", "harness-error"], "Nothing was run: the harness failed"),
        (["not-applicable", "blocked"], None),
        (["pass"], None),
    ],
)
def test_why_nothing_was_run(verdicts: list[str], said: str | None, result: MakeResult) -> None:
    assert nothing_run([result(verdict, row=verdict) for verdict in verdicts], []) == said


def test_a_harness_error_alone_is_red_first(result: MakeResult, report: MakeReport) -> None:
    reported = headline(report([result("harness-error")]))
    assert (reported.text, reported.tone) == ("1 result is not as expected", "bad")
    assert "Nothing was run: gone@3 is unavailable, the harness failed" in _console(report([result("harness-error")]))
