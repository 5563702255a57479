"""What a person sees, to the letter."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from concordat.checks import Verdict
from concordat.errors import NothingRan
from concordat.report.console import RED_SHOWN, ConsoleReporter
from concordat.runner.result import Footer

if TYPE_CHECKING:
    from tests.report.conftest import MakeEvents, MakeResult

    from concordat.runner.event import Event

ESCAPE = "\x1b["


def _printed(reported: list[Event], *, terminal: bool = False, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    reporter = ConsoleReporter(console, folder=Path("reports/latest"))
    for event in reported:
        reporter(event)
    return out.getvalue()


def test_a_run_with_one_failure_reads_like_this(result: MakeResult, events: MakeEvents) -> None:
    reported = events([result(client="two@2.0.0"), result("fail")], notes=("ledger: nothing matches",))
    assert _printed(reported) == (
        "concordat 0.1.0: 2 results to come, target sandbox\n"
        "\n"
        "things.list.second-page with one@1.0.0: fail\n"
        "  The second page is asked for\n"
        "  why: Page one for ever.\n"
        "  source: contract:accounting#list.page  (must)\n"
        "  case: cases/things/list.yaml:3\n"
        "\n"
        "  request.query: fail at /page\n"
        '    expected (case):   {"page":2}\n'
        '    observed (client): {"page":1}\n'
        "\n"
        "  exchange 1 (things.list, complete):\n"
        "    > GET /things?page=1 HTTP/1.1\n"
        "    > Accept: application/json\n"
        "    < HTTP/1.1 200 OK\n"
        "    <\n"
        '    < {"n": 1}\n'
        "\n"
        "  outcomes:\n"
        '    {"phase":"call","ended":"returned"}\n'
        "\n"
        "  same result from: two@2.0.0\n"
        "\n"
        "  run it alone: concordat run 'things.list.second-page' --client one@1.0.0\n"
        "\n"
        "client     pass  fail\n"
        "one@1.0.0           1\n"
        "two@2.0.0     1      \n"
        "unavailable: gone@3: no `go` | here\n"
        "ledger: nothing matches\n"
        "\n"
        "2 executed in 1.2 s, exit 1; report in reports/latest\n"
    )


def test_red_results_beyond_the_first_are_one_line_each(result: MakeResult, events: MakeEvents) -> None:
    more = 3
    printed = _printed(events([result("fail", case=f"things.c{number:02}") for number in range(RED_SHOWN + more)]))
    assert printed.count("run it alone:") == RED_SHOWN
    lines = [line for line in printed.splitlines() if line.startswith("fail: ")]
    assert lines == [f"fail: things.c{RED_SHOWN + n:02} with one@1.0.0: request.query" for n in range(more)]


def test_a_narrow_log_loses_nothing_of_the_table(result: MakeResult, events: MakeEvents) -> None:
    reported = events([result(str(verdict), client="a-client-of-a-long-name@10.11.12") for verdict in Verdict])
    narrow = _printed(reported, width=20).replace("\n", "")
    assert "a-client-of-a-long-name@10.11.12" in narrow
    assert "…" not in narrow


def test_what_was_not_executed_is_not_counted_as_executed(result: MakeResult, events: MakeEvents) -> None:
    footer = Footer(complete=False, finished="now", exit_code=3, duration_ms=100, note="interrupted, 1 missing")
    printed = _printed(events([result("not-applicable", reason="no world")], footer=footer))
    assert printed.endswith(
        "\n0 executed in 0.1 s, exit 3, NOT COMPLETE: interrupted, 1 missing; report in reports/latest\n"
    )


def test_markup_in_a_text_is_printed_as_it_is(result: MakeResult, events: MakeEvents) -> None:
    printed = _printed(events([result("fail", title="[red]not[/red] [link=x]", case="things[1]")], notes=("[bold]",)))
    assert "  [red]not[/red] [link=x]\n" in printed
    assert "\n[bold]\n" in printed


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False)])
def test_colour_is_there_on_a_terminal_unless_no_color_is_set(
    no_color: str | None,
    *,
    coloured: bool,
    result: MakeResult,
    events: MakeEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "1")
    monkeypatch.setenv("TERM", "xterm")
    if no_color is None:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", no_color)
    printed = _printed(events([result("fail")]), terminal=True)
    assert (f"{ESCAPE}31m" in printed) is coloured


def test_there_is_no_live_progress_in_ci(
    result: MakeResult, events: MakeEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert f"{ESCAPE}?25l" not in _printed(events([result()]), terminal=True)
    monkeypatch.delenv("CI")
    assert f"{ESCAPE}?25l" in _printed(events([result()]), terminal=True), "the cursor is hidden under a live display"


def test_the_error_that_ended_a_run_is_kept_for_the_command() -> None:
    reporter = ConsoleReporter(Console(file=io.StringIO()))
    error = NothingRan("nothing")
    reporter.plain(error)
    assert reporter.refused is error
    assert reporter.exit_code is None
