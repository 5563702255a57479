"""Assertion coverage and requirement sets as text and Markdown."""

from __future__ import annotations

import re

from concordat.coverage.model import ContractCoverage, Coverage, Covered, Gap, OperationCoverage
from concordat.report.coverage import coverage_markdown, coverage_section, coverage_text, operation_text
from concordat.report.markdown import requirements_section
from concordat.runner.result import RequirementScore, Score

PLACES = (
    Covered(kind="query", path="page", cases=2, written=1, level=None, example="things.list.pages"),
    Covered(kind="query", path="size", touched=3),
    Covered(kind="status", path="404"),
)


def coverage(gaps: int = 2) -> Coverage:
    listed = [
        Gap(rank=1, contract="tiny", operation="things.list", kind="query", path="size", touched=3),
        Gap(rank=4, contract="tiny", operation="things.get", kind="response", path="a|b"),
    ]
    one = OperationCoverage(operation="things.list", places=PLACES)
    return Coverage(contracts=(ContractCoverage(contract="tiny", operations=(one,)),), gaps=tuple(listed * gaps)[:gaps])


def test_the_text_counts_each_operation_and_names_the_first_gaps() -> None:
    text = coverage_text(coverage())
    assert re.search(r"^  things\.list +1/2 +0/1$", text, re.MULTILINE)
    assert "Gaps: 1 in requests and statuses of the contract's main operations; 1 in responses of" in text
    assert "  1  tiny things.list query size (3 cases touch it)" in text


def test_the_text_is_cut_unless_every_gap_is_wanted() -> None:
    assert coverage_text(coverage(50)).endswith("  ... and 10 more (--all)")
    assert len(coverage_text(coverage(50), every_gap=True).splitlines()) == 4 + 50


def test_one_operation_is_shown_place_by_place() -> None:
    lines = operation_text(coverage()).splitlines()
    assert lines[0] == "things.list of tiny"
    assert "2 cases (1 explicitly)" in lines[1]
    assert lines[1].endswith("things.list.pages")
    assert [line.split(maxsplit=2)[2] for line in lines[2:]] == ["GAP (3 cases touch it)", "GAP"]


def test_the_summary_has_a_section_only_where_coverage_was_taken() -> None:
    assert coverage_section(None) == []
    assert "| tiny |  | 1/2 |  |  | 0/1 |  |" in coverage_section(coverage())
    assert "No gaps." in coverage_section(coverage(0))


def test_the_whole_of_it_names_every_gap_and_breaks_no_table() -> None:
    text = coverage_markdown(coverage(50))
    assert text.count("| things.list | query size (3 cases touch it) |") == 25
    assert text.count("response a\\|b") == 25


def test_scores_stand_in_one_table() -> None:
    score = RequirementScore(
        set="release-1.0",
        client="one@1",
        must=Score(passed=9, executed=10),
        should=Score(),
        may=Score(passed=1, executed=1),
        after_freeze=Score(executed=2),
        unplayed=3,
    )
    assert requirements_section([score])[-2] == "| release-1.0 | one@1 | 9/10 |  | 1/1 | 0/2 | 3 |"
    assert requirements_section([]) == []
