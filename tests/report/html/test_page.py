"""The page as a file: whole in itself, closed to the network, and nothing in it is taken for markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.coverage.model import ContractCoverage, Coverage, Covered, Gap, OperationCoverage
from concordat.report.html import render_html
from concordat.report.html.page import source_hash
from concordat.runner.result import CauseView, DecodingScore, RequirementScore, Score

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult

    from concordat.runner.result import Report


class Page(HTMLParser):
    """A page taken apart: its tags, its attributes, its text, and what stands in its scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self._in: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in self.inside:
            self._in = tag
            self.inside[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in is None:
            self.text.append(data)
        else:
            self.inside[self._in][-1] += data

    def values(self, name: str) -> set[str]:
        return {value for _, key, value in self.attributes if key == name}


@pytest.fixture
def whole(result: MakeResult, report: MakeReport) -> Report:
    """A report with something in every section."""
    made = report(
        [
            result("pass"),
            result("known-failure", row="b", write_safety="2 accepted writes, reported ok"),
            result("fail", row="c"),
        ]
    )
    cause = CauseView(id="late-decoding", reason="It decodes too late.", smallest="one call", source="rfc:9110#9")
    clients = tuple(msgspec.structs.replace(info, causes=(cause,)) for info in made.clients)
    place = Covered(kind="query", path="page", cases=1)
    gap = Gap(rank=1, contract="accounting", operation="things.list", kind="query", path="size")
    operation = OperationCoverage(operation="things.list", places=(place, Covered(kind="query", path="size")))
    coverage = Coverage(contracts=(ContractCoverage(contract="accounting", operations=(operation,)),), gaps=(gap,))
    score = Score(passed=1, executed=2)
    requirement = RequirementScore(
        set="2026", client="one@1.0.0", must=score, should=Score(), may=Score(), after_freeze=Score()
    )
    decoding = DecodingScore(rule="new-member", client="one@1.0.0", retentions={"dropped": 3}, kept=1, total=4, red=1)
    return msgspec.structs.replace(
        made, clients=clients, coverage=coverage, requirements=(requirement,), decoding=(decoding,), notes=("a note",)
    )


def test_the_page_asks_the_network_for_nothing(whole: Report) -> None:
    page = Page(render_html(whole))
    assert not page.values("src")
    assert {value for value in page.values("href") if not value.startswith("#")} == {
        value for tag, name, value in page.attributes if (tag, name) == ("link", "href")
    }
    assert all(
        value.startswith("data:image/svg+xml,") for tag, _, value in page.attributes if tag == "link" and ":" in value
    )
    assert not {"iframe", "img", "object", "embed", "form action"} & set(page.tags)
    assert "@import" not in "".join(page.inside["style"])
    assert "url(" not in "".join(page.inside["style"])


def test_the_policy_allows_just_the_pages_own_style_and_script(whole: Report) -> None:
    page = Page(render_html(whole))
    (policy,) = (value for value in page.values("content") if value.startswith("default-src"))
    (style,) = page.inside["style"]
    module = page.inside["script"][-1]
    assert policy == (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(module)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"]


def test_every_section_stands_in_the_page_without_its_script(whole: Report) -> None:
    page = Page(render_html(whole))
    text = " ".join(" ".join(page.text).split())
    for words in (
        "1 result is not as expected",
        "It decodes too late.",
        "Smallest: one call",
        "2 accepted writes, reported ok",
        "new-member",
        "Assertion coverage",
        "1/2",
        "Requirement sets",
        "unavailable: no `go` | here",
        "Adapter integrity" if any(info.integrity for info in whole.clients) else "Installed packages",
        "a note",
        "c" * 64,
    ):
        assert words in text, words


def test_a_section_of_which_the_report_has_nothing_is_left_away(result: MakeResult, report: MakeReport) -> None:
    page = Page(render_html(report([result("pass")])))
    assert {"overview", "matrix", "clients", "run", "case"} <= page.values("id")
    assert not {"write-safety", "decoding", "catalogue", "causes", "red"} & page.values("id")


def test_hostile_texts_add_no_element_no_attribute_and_no_script(hostile: Report) -> None:
    page = Page(render_html(hostile))
    assert page.tags.count("script") == 2 + len(re.findall(r'id="piece-\d+"', render_html(hostile)))
    assert page.tags.count("style") == page.tags.count("title") == 1
    assert not {"img", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert all(value.startswith(("#", "data:image/svg+xml,")) for value in page.values("href"))
    assert "hacked" not in page.inside["script"][-1]


def test_hostile_texts_can_be_read(hostile: Report, hostile_texts: tuple[str, ...]) -> None:
    text = "".join(Page(render_html(hostile)).text)
    for one in hostile_texts[:-2]:
        assert one in text
    assert "\\u2028window.hacked = 8//\\u202e\\u0000\\u200b]]>" in text


def test_the_same_report_makes_the_same_page(whole: Report) -> None:
    assert render_html(whole) == render_html(whole)


def test_a_page_that_shortens_texts_says_so(result: MakeResult, report: MakeReport) -> None:
    html = render_html(report([result("pass", outcomes=("z" * 9000,))]), limit=100)
    assert "the case pages shorten texts of more than 128\n  characters" in html


def test_a_report_without_any_result_has_a_page(report: MakeReport) -> None:
    page = Page(render_html(report([])))
    assert "overview" in page.values("id")
