"""The Markdown summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from concordat.engine.result import Footer
from concordat.report.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.engine.result import Report, Result


def _tables(text: str) -> list[list[str]]:
    """Return the rows of each table of a Markdown text."""
    blocks = re.split(r"\n\s*\n", text)
    return [block.splitlines() for block in blocks if block.startswith("|")]


@pytest.mark.parametrize("text", ["a|b", "a\\|b", "a\\", "two\nlines", "a\r\nb", "| x |", "\\\\|", "<b>|</b>", "` | `"])
def test_no_text_can_break_a_table(text: str, result: Callable[..., Result], report: Callable[..., Report]) -> None:
    red = [result("fail", case=text), result("harness-error", reason=text, checks=(), case="d.two")]
    for table in _tables(markdown(report(red))):
        cells = {len(re.sub(r"\\.", "", row).strip("|").split("|")) for row in table}
        assert len(cells) == 1, table


def test_no_text_becomes_markup(result: Callable[..., Result], report: Callable[..., Report]) -> None:
    made = markdown(report([result("fail", case="<script>x</script>")], notes=("<img>",)))
    assert "<script>" not in made
    assert "<img>" not in made
    assert "&lt;script>" in made


def test_it_has_a_section_for_each_thing_that_happened(
    result: Callable[..., Result], report: Callable[..., Report]
) -> None:
    results = [
        result(),
        result("fail", client="two@2.0.0", hazard="2 commits, told ok"),
        result("known-failure", case="things.other"),
    ]
    made = markdown(report(results, notes=("an old entry",)))
    heads = [line for line in made.splitlines() if line.startswith("#")]
    assert heads == [
        "# Conformance report",
        "## Red",
        "## Areas",
        "## Known causes",
        "## Hazards of a write",
        "## Clients that differ",
        "## Notes",
    ]
    assert "| two@2.0.0 | pkg-two | 0 | 1 |" in made
    assert "| gone@3 | pkg-gone | unavailable: no `go` \\| here |" in made
    assert "| things | 1/2 | 0/1 |" in made, "a known failure was executed, and is not passed"
    assert "| one@1.0.0 | late-decoding | 1 |" in made
    assert "**2 commits, told ok**" in made
    assert "3 results of 2 clients executed." in made
    assert "- an old entry" in made


def test_a_report_that_is_not_complete_says_so_first(report: Callable[..., Report]) -> None:
    footer = Footer(complete=False, finished="now", exit_code=3, note="interrupted | early")
    lines = markdown(report([], footer=footer)).splitlines()
    assert lines[2] == "**Not complete:** interrupted \\| early"
