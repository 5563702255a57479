"""Lint with the sandbox at hand: what a run would refuse is found before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.errors import Severity
from concordat.lint.project import lint_all
from concordat.lint.worlds import Worlds

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.errors import Finding

CASE = """
- id: mine.list
  title: A list is asked for
  why: Somebody has to measure the others against this one.
  source: contract:accounting#list-customers
  {state}
  steps:
    - call: customers.list
      with: {{companyId: {company}}}
    - change: {{{change}: [customers]}}
    - call: companies.list
"""


def case(
    path: Path, *, state: str = "world: {customers: 2}", company: str = "$company", change: str = "synced"
) -> Path:
    file = path / "cases.yaml"
    file.write_text(CASE.format(state=state, company=company, change=change))
    return file


def findings(file: Path) -> list[Finding]:
    """The findings of a case file, without those of the project's own files."""
    return [one for one in lint_all(load_catalogue([file])) if one.where and one.where.path.parent == file.parent]


def test_a_good_case_has_no_findings(tmp_path: Path) -> None:
    assert not findings(case(tmp_path))


@pytest.mark.parametrize(
    ("wrong", "line", "message", "hint"),
    [
        ({"state": "world: {customrs: 2}"}, 6, "`customrs` is not a word of `world`", "did you mean `customers`?"),
        ({"state": "world: {synced: [customer]}"}, 6, "`customer` in `world.synced`", "did you mean `customers`"),
        (
            {"state": "world: {companies: [{id: a}, {id: a}]}"},
            6,
            "two things of the world have one id",
            "leave the ids out, or make them distinct",
        ),
        ({"state": "world: {customers: -5}"}, 6, "`int` >= 0 - at `$.customers`", ""),
        ({"state": "world: {companies: [{connections: -1}]}"}, 6, "`int` >= 0 - at `$.companies[0].connections`", ""),
        ({"company": "$compny"}, 9, "`$compny` is not bound", "did you mean `company`?"),
        ({"change": "sinced"}, 10, "`sinced` is not a word of `change`", "did you mean `synced`"),
    ],
)
def test_a_world_that_a_run_would_refuse_is_found_with_its_line(
    wrong: dict[str, str], line: int, message: str, hint: str, tmp_path: Path
) -> None:
    (finding,) = findings(case(tmp_path, **wrong))
    assert finding.severity is Severity.ERROR
    assert finding.where
    assert finding.where.line == line
    assert message in finding.message
    assert hint in (finding.hint or "")


def test_names_are_those_that_the_world_binds(tmp_path: Path) -> None:
    (good,) = load_catalogue([case(tmp_path)]).cases
    assert {"company", "connection", "customer", "customer2"} <= (Worlds().names(good) or set())
    (bad,) = load_catalogue([case(tmp_path, state="world: {customrs: 1}")]).cases
    assert Worlds().names(bad) is None


PLAIN = """
- id: mine.list
  title: A list is asked for
  why: Somebody has to measure the others against this one.
  source: contract:accounting#list-customers
  {state}
  steps:
{more}    - call: customers.list
      with: {{companyId: $company}}
"""


def plain(path: Path, state: str, more: str = "") -> Path:
    file = path / "cases.yaml"
    file.write_text(PLAIN.format(state=state, more=more))
    return file


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        ("world: {}", "write `needs: {}`"),
        ("world: {customers: 7, integration: qbo}", 'write `needs: {"customers":7,"integration":"qbo"}`'),
        ("world: {pushes: 2}", "`exact: true` if the case depends on the numbers"),
    ],
)
def test_a_world_that_says_no_more_than_needs_can_say_is_found(state: str, hint: str, tmp_path: Path) -> None:
    (finding,) = findings(plain(tmp_path, state))
    assert "says no more than `needs` can say" in finding.message
    assert finding.where
    assert finding.where.line == 6
    assert hint in (finding.hint or "")


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("needs: {customers: 7}", ""),
        ("world: {customers: 7, exact: true}", ""),
        ("world: {customers: []}", ""),
        ("world: {synced: []}", "    - change: {synced: [customers]}\n"),
        ("world: {customers: 7}", "    - advance: 1m\n"),
        ("world: {push: {takes: 0s}}", ""),
    ],
)
def test_a_world_that_says_more_is_right(state: str, more: str, tmp_path: Path) -> None:
    assert not findings(plain(tmp_path, state, more))
