"""The Markdown summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.clients.public_api import PublicApiDifference
from concordat.report.markdown import markdown
from concordat.report.publication import published
from concordat.runner.result import Footer, Integrity

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


def _tables(text: str) -> list[list[str]]:
    """Return the rows of each table of a Markdown text."""
    blocks = re.split(r"\n\s*\n", text)
    return [block.splitlines() for block in blocks if block.startswith("|")]


@pytest.mark.parametrize("text", ["a|b", "a\\|b", "a\\", "two\nlines", "a\r\nb", "| x |", "\\\\|", "<b>|</b>", "` | `"])
def test_no_text_can_break_a_table(text: str, result: MakeResult, report: MakeReport) -> None:
    red = [result("fail", case=text), result("harness-error", reason=text, checks=(), case="d.two")]
    for table in _tables(markdown(report(red))):
        cells = {len(re.sub(r"\\.", "", row).strip("|").split("|")) for row in table}
        assert len(cells) == 1, table


def test_no_text_becomes_markup(result: MakeResult, report: MakeReport) -> None:
    made = markdown(report([result("fail", case="<script>x</script>")], notes=("<img>",)))
    assert "<script>" not in made
    assert "<img>" not in made
    assert "&lt;script>" in made


def test_what_a_document_says_stands_beside_what_is_installed(result: MakeResult, report: MakeReport) -> None:
    made = report([result()])
    by_name = {info.name: info for info in made.clients}
    one, two, gone = (by_name[name] for name in ("one", "two", "gone"))
    found = (
        PublicApiDifference(kind="documented-but-absent", operation="things.get", argument="id", documented="id"),
        PublicApiDifference(kind="otherwise", operation="things.get", documented="Thing", installed="Optional[Thing]"),
        PublicApiDifference(kind="documented-but-absent", documented="errors.Gone"),
    )
    drift = (PublicApiDifference(kind="drift", operation="things.list", argument="page", installed="page"),)
    clients = (
        msgspec.structs.replace(one, document="one-doc 1.0.0", public_api=found),
        msgspec.structs.replace(two, document="two-doc 1.0.0", public_api=drift),
        msgspec.structs.replace(gone, available=True, reason=None, public_api_note="no document covers this version"),
    )
    text = markdown(msgspec.structs.replace(made, clients=tuple(sorted(clients, key=lambda info: info.name))))
    otherwise = "things.get is Optional[Thing], documented Thing | none |"
    section = text.split("## Documented and installed")[1]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert rows[2:] == [
        "| gone@3 |  | no document covers this version |  |  |  |",
        "| one@1.0.0 | one-doc 1.0.0 | things.get id; errors.Gone | none | " + otherwise,
        "| two@2.0.0 | two-doc 1.0.0 | none | none | none | things.list page is new |",
    ]


def test_it_has_a_section_for_each_thing_that_happened(result: MakeResult, report: MakeReport) -> None:
    results = [
        result(),
        result("fail", client="two@2.0.0", write_safety="2 accepted writes, reported ok"),
        result("known-failure", case="things.other"),
    ]
    made = markdown(report(results, notes=("an old entry",)))
    heads = [line for line in made.splitlines() if line.startswith("#")]
    assert heads == [
        "# Conformance report",
        "## Red",
        "## Areas",
        "## Levels",
        "## Known causes",
        "## Write safety",
        "## Clients that differ",
        "## Notes",
    ]
    assert "| two@2.0.0 | pkg-two | 1 | 0 | 1 |" in made
    assert "| gone@3 | pkg-gone; unavailable: no \\`go\\` \\| here | 0 |" in made
    assert "| things | 1/2 | 0/1 |" in made, "a known failure was executed, and is not passed"
    assert "| one@1.0.0 | late-decoding | 1 |" in made
    assert "**2 accepted writes, reported ok**" in made
    assert "3 results of 2 clients executed. gone@3 is unavailable." in made
    assert "- an old entry" in made


def test_a_report_that_is_not_complete_says_so_first(report: MakeReport) -> None:
    footer = Footer(complete=False, finished="now", exit_code=3, note="interrupted | early")
    lines = markdown(report([], footer=footer)).splitlines()
    assert lines[2] == "**Not complete:** interrupted \\| early"


def test_the_integrity_of_each_adapter_has_a_line(result: MakeResult, report: MakeReport) -> None:
    made = report([result()])
    assert "Adapter integrity" not in markdown(made)
    stands = Integrity(imports="it imports httpx (adapter.py:3)", version="ok", user_agent="ok", stub="see | there")
    clients = tuple(msgspec.structs.replace(one, integrity=stands if one.available else None) for one in made.clients)
    table = markdown(msgspec.structs.replace(made, clients=clients)).partition("## Adapter integrity\n\n")[2]
    available = [one.label for one in made.clients if one.available]
    rows = table.partition("\n\n")[0].splitlines()[2:]
    assert rows == [f"| {label} | it imports httpx (adapter.py:3) | ok | ok | see \\| there |" for label in available]


def test_levels_are_scores_of_all_judged_cases(result: MakeResult, report: MakeReport) -> None:
    verdicts = ("pass", "known-failure", "observation", "not-applicable", "harness-error")
    results = [result(verdict, row=verdict) for verdict in verdicts]
    results += [result("pass", level="may", row="open", source=("undefined:x",)), result("pass", level="should")]
    text = markdown(report(results))
    assert "## Levels\n\nPassed of judged, all cases." in text
    assert "| client | must | should | may |\n|---|---|---|---|\n| one@1.0.0 | 1/2 | 1/1 |  |\n" in text


def test_the_published_form_has_the_same_levels(result: MakeResult, report: MakeReport) -> None:
    whole = report([result("pass"), result("pass", level="may", row="open", source=("undefined:x",))])
    assert published(whole).results[1].source == ("undefined:x",)
    assert "| one@1.0.0 | 1/1 |  |  |" in markdown(whole)
    assert "| one@1.0.0 | 1/1 |  |  |" in markdown(published(whole))
