"""Every reporter with poison in every text of a report, read by the parsers that people's tools use."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from concordat.checks import Verdict
from concordat.cli.report import rendered
from concordat.printable import json_text
from concordat.report.badge import badge_svg
from concordat.report.console import ConsoleReporter
from concordat.report.failure import failure_text
from concordat.report.html import render_html
from concordat.report.index import FoundReports, index_html
from concordat.report.junit import junit_xml
from concordat.report.markdown import markdown, summary_markdown
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.runner.result import CauseView, Integrity, Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult

    from concordat.runner.event import Event

POISON = (
    "\x1b[31m\x1b]0;t\x07\r\x00\x85\x9b2J\x7f\u2028\u202e"
    "|`<script>alert(1)</script> [a](http://h/) ![i](http://h/) *x* &lt; :warning: [red]x[/red]"
    "\n::error::pwned\n  ::set-output name=a::pwned\n##[error]pwned ##vso[task]pwned\nexit 0\n# Head\n```"
)
KEPT = {
    "name",
    "verdict",
    "level",
    "started",
    "finished",
    "retention",
    "kind",
    "ending",
    "body_base64",
    "unparsable_base64",
    "totals",
}
"""Words of our own, which a stranger's text cannot take the place of."""
MARKDOWN = MarkdownIt("commonmark").enable("table")


def _poisoned(value: object, key: str = "") -> Any:
    if isinstance(value, str):
        return value if key in KEPT or not value else value + POISON
    if isinstance(value, dict):
        return {name: one if name in KEPT else _poisoned(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_poisoned(one, key) for one in value]
    return value


@pytest.fixture
def clean(result: MakeResult, report: MakeReport) -> Report:
    """A report with every verdict, a cause, an integrity, a straggler and a note."""
    made = report(
        [
            *(result(str(verdict), row=str(verdict), reason="r", write_safety="h", history="h") for verdict in Verdict),
            result("fail", client="two@2.0.0"),
        ],
        notes=("a note",),
    )
    cause = CauseView(id="late-decoding", reason="It decodes late.", source="s", smallest="s")
    stands = Integrity(imports="i", version="v", user_agent="u", stub="s")
    clients = tuple(
        msgspec.structs.replace(info, causes=(cause,), integrity=stands, document="d") if info.available else info
        for info in made.clients
    )
    return msgspec.structs.replace(made, clients=clients, stragglers=("late",))


@pytest.fixture
def poisoned(clean: Report) -> Report:
    """The same report, each of its texts followed by poison."""
    made = msgspec.convert(_poisoned(msgspec.to_builtins(clean)), Report)
    assert made.results[0].client.endswith(POISON)
    return made


def _harmless(text: str) -> None:
    """Fail where a terminal, a log of a CI service or an eye would be deceived."""
    assert not {unicodedata.category(one) for one in text if one not in "\n\t"} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    for line in text.split("\n"):
        assert not line.strip().startswith("::"), line
        assert not re.search(r"##\w*\[", line), line


def test_junit_is_the_same_tree(clean: Report, poisoned: Report) -> None:
    text = junit_xml(poisoned).decode("utf-8")
    _harmless(text)
    root, plain = ET.fromstring(text), ET.fromstring(junit_xml(clean))
    assert [element.tag for element in root.iter()] == [element.tag for element in plain.iter()]
    for suite in root:
        tags = Counter(child.tag for case in suite for child in case)
        assert {name: int(suite.get(name, "")) for name in ("tests", "failures", "errors", "skipped")} == {
            "tests": len(suite),
            "failures": tags["failure"],
            "errors": tags["error"],
            "skipped": tags["skipped"],
        }


def test_a_badge_is_the_same_tree(clean: Report, poisoned: Report) -> None:
    text = badge_svg(poisoned, poisoned.clients[-1].label)
    _harmless(text)
    plain = ET.fromstring(badge_svg(clean, clean.clients[-1].label))
    assert [element.tag for element in ET.fromstring(text).iter()] == [element.tag for element in plain.iter()]


def _structure(text: str) -> list[str]:
    """The tokens of a Markdown text, without the text in them."""
    found = []
    for token in MARKDOWN.parse(text):
        found.append(token.type)
        found += [child.type for child in token.children or () if child.type != "text"]
    return found


@pytest.mark.parametrize("made", [markdown, summary_markdown], ids=["report.md", "summary.md"])
def test_markdown_has_the_same_structure(made: Callable[[Report], str], clean: Report, poisoned: Report) -> None:
    text = made(poisoned)
    _harmless(text)
    assert _structure(text) == _structure(made(clean))
    assert not set(_structure(text)) & {"html_inline", "html_block", "link_open", "image", "fence"}


def _cells(text: str) -> list[list[list[str]]]:
    """The rows of every table of a Markdown text, as a reader sees them."""
    tables: list[list[list[str]]] = []
    for token, following in zip(tokens := MARKDOWN.parse(text), [*tokens[1:], None], strict=True):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type in ("th_open", "td_open") and following is not None:
            tables[-1][-1].append("".join(child.content for child in following.children or ()))
    return tables


@pytest.mark.parametrize("made", [markdown, summary_markdown], ids=["report.md", "summary.md"])
@pytest.mark.parametrize("which", ["clean", "poisoned"])
def test_each_row_of_clients_adds_up_to_its_results(
    made: Callable[[Report], str], which: str, request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(which)
    (table,) = [table for table in _cells(made(report)) if "results" in table[0] and "fail" in table[0]]
    head, *rows = table
    first = head.index("results")
    assert set(head[first + 1 :]) == {str(verdict) for verdict in Verdict}
    counts = Counter(result.client for result in report.results)
    assert [int(row[first]) for row in rows] == [counts[info.label] for info in report.clients]
    for row in rows:
        assert sum(map(int, row[first + 1 :])) == int(row[first]), row
    assert sum(int(row[first]) for row in rows) == len(report.results) == len(Verdict) + 1


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        assert not any(name.startswith("on") for name, _ in attrs)


def test_html_has_the_same_elements(clean: Report, poisoned: Report, tmp_path: Path) -> None:
    text = render_html(poisoned)
    assert _Tags(text).tags == _Tags(render_html(clean)).tags
    _harmless(text)
    index = index_html(
        FoundReports(((tmp_path / "report.json", poisoned),), ((tmp_path / f"x{POISON}", POISON),)), tmp_path
    )
    assert _Tags(index).tags["script"] == 0
    _harmless(index)


@pytest.mark.parametrize("form", ["json", "har"])
def test_json_on_a_terminal_is_the_same_json(form: str, poisoned: Report, tmp_path: Path) -> None:
    text = rendered(poisoned, form, folder=tmp_path)
    _harmless(json_text(text))
    assert json.loads(json_text(text)) == json.loads(text)


def _events_of(report: Report) -> list[Event]:
    return [
        RunStarted(report.header, len(report.results)),
        *(CaseFinished(result) for result in report.results),
        *(ClientReady(info) for info in report.clients),
        RunFinished(report.footer, report.parity, report.notes),
    ]


def test_the_console_obeys_nothing_and_no_line_is_forged(clean: Report, poisoned: Report) -> None:
    printed = []
    for report in (clean, poisoned):
        out = io.StringIO()
        reporter = ConsoleReporter(Console(file=out, width=60))
        reporter.progress(report.notes[0])
        for event in _events_of(report):
            reporter(event)
        printed.append(out.getvalue())
    _harmless(printed[1])
    assert [line for line in printed[1].split("\n") if line.startswith("exit 0")] == []
    assert ":warning:" in printed[1]
    assert "[red]x[/red]" in printed[1]
    # The lines at the left edge are ours, each with its own beginning.
    edge = [[line for line in text.split("\n") if line and not line.startswith(" ")] for text in printed]
    assert len(edge[0]) == len(edge[1])
    assert all(other.startswith(line[:3]) for line, other in zip(*edge, strict=True))


def test_the_console_table_adds_up(clean: Report) -> None:
    out = io.StringIO()
    reporter = ConsoleReporter(Console(file=out, width=200))
    for event in _events_of(clean):
        reporter(event)
    (row,) = [line for line in out.getvalue().split("\n") if re.match(r"one@1\.0\.0\s+\d", line)]
    assert sum(map(int, row.split()[1:])) == len(Verdict)


def test_a_failure_in_words_is_harmless(poisoned: Report) -> None:
    for result in poisoned.results:
        text = failure_text(result, [result.client])
        _harmless(text)
        assert sum(not line.startswith(" ") for line in text.split("\n") if line) == 1
