"""Requirement sets: frozen, read back, held by lint."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.catalogue.requirements import (
    freeze,
    is_requirement,
    load_requirement_set,
    load_requirements,
    read_requirements,
    requirements_yaml,
    write_requirements,
)
from concordat.errors import CatalogueError
from concordat.lint.requirements import lint_requirements

if TYPE_CHECKING:
    from pathlib import Path

CASES = """\
- id: area.one
  title: A title
  why: A caller would lose data
  source: rfc:9110#9
  steps: [{call: customers.list, with: {companyId: $company}}]
- id: area.table
  title: A table
  why: A caller would lose pages
  source: rfc:9110#9
  level: should
  rows: [{id: "1", page: 1}, {id: "null", page: 2}, {id: second-page, page: 3}]
  steps: [{call: customers.list, with: {companyId: $company, page: $page}}]
- id: area.open
  title: A question
  why: Nobody has answered it
  source: undefined:page-beyond-the-end
  steps: [{call: customers.list, with: {companyId: $company}}]
"""
TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with three cases, and the working directory in it."""
    folder = tmp_path / "concordat" / "cases" / "area"
    folder.mkdir(parents=True)
    (folder / "x.yaml").write_text(CASES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "concordat" / "cases"


def frozen(project: Path, name: str = "mine") -> Path:
    return write_requirements(freeze(name, load_catalogue([project]).cases, TODAY))


def changed(project: Path, old: str, new: str) -> list[str]:
    frozen(project)
    path = project / "area" / "x.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return [
        f"{finding.where and f'{finding.where.path.name}:{finding.where.line}'}: {finding.message}; {finding.hint}"
        for finding in lint_requirements(load_catalogue([project]))
    ]


def test_a_set_holds_ids_rows_and_levels_but_no_open_question(project: Path) -> None:
    path = frozen(project)
    assert path == project / "requirements" / "mine.yaml"
    assert path.read_text("utf-8") == (
        "name: mine\nfrozen: 2026-11-21\ncases:\n"
        "  area.one: {level: must}\n"
        '  area.table: {level: should, rows: ["1", "null", second-page]}\n'
    )


def test_a_set_is_read_as_it_was_written_and_is_no_case_file(project: Path) -> None:
    made = freeze("mine", load_catalogue([project]).cases, TODAY)
    assert read_requirements(write_requirements(made)) == made
    assert len(load_catalogue([project]).cases) == 5
    assert made in load_requirements()
    assert made.level_of("area.one", None) == "must"
    assert made.level_of("area.table", "null") == "should"
    assert [made.level_of(*key) for key in (("area.one", "x"), ("area.table", None), ("area.table", "9"))] == [None] * 3


def test_what_is_frozen_is_not_frozen_again(project: Path) -> None:
    frozen(project)
    with pytest.raises(CatalogueError, match="the set `mine` exists"):
        frozen(project)


@pytest.mark.parametrize("name", ["", "A", "2026 1", "../x", "a/b", ".hidden", "x."])
def test_a_name_that_no_file_should_have_is_refused(name: str) -> None:
    with pytest.raises(CatalogueError, match="is not a valid name of a set"):
        freeze(name, [], TODAY)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: area.one", "id: area.uno", ["mine.yaml:4: `area.one` was frozen in mine and no longer exists"]),
        ("id: second-page", "id: page-two", ["mine.yaml:5: row `second-page` of `area.table` was frozen in mine"]),
        ("level: should", "level: may", ["mine.yaml:5: `area.table` was frozen as `should` in mine and has the level"]),
        ("level: should", "level: must", []),
        ("A title", "Another title", []),
        ("steps: [{call: customers.list, with: {companyId: $company}}]\n- id: area.table",
         ("rows: [{id: x, page: 1}]\n  steps: [{call: customers.list, with: {companyId: $company, page: $page}}]\n"
          "- id: area.table"), ["mine.yaml:4: `area.one` without rows was frozen in mine and no longer exists"]),
    ],
)  # fmt: skip
def test_lint_holds_what_was_frozen(project: Path, old: str, new: str, expected: list[str]) -> None:
    found = changed(project, old, new)
    assert len(found) == len(expected)
    assert all(line.startswith(start) for line, start in zip(found, expected, strict=True)), found


def test_the_set_does_not_apply_to_a_catalogue_of_other_files(project: Path, tmp_path: Path) -> None:
    frozen(project)
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(CASES.replace("area.one", "area.uno"), "utf-8")
    assert lint_requirements(load_catalogue([elsewhere])) == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name: mine\nfrozen: 2026-11-21\ncases: {}\nmore: 1\n", 4, "unknown key `more`"),
        ("name: other\nfrozen: 2026-11-21\ncases: {}\n", 1, "the set in `mine.yaml` is called `other`"),
        ("name: mine\nfrozen: 2026-11-21\ncases: {a.b: {level: most}}\n", 3, "`most` is not a value of the format"),
        ("name: [\n", 2, "this is not YAML"),
    ],
)
def test_a_set_that_is_none_is_found_with_its_line(project: Path, text: str, line: int, message: str) -> None:
    path = project / "requirements" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_requirements(path)
    assert caught.value.where is not None
    assert (caught.value.where.line, message in caught.value.message) == (line, True), caught.value.message
    (finding,) = lint_requirements(load_catalogue([project]))
    assert message in finding.message


def test_a_set_that_cannot_be_read_is_an_error_of_its_own(project: Path) -> None:
    (project / "requirements" / "mine.yaml").mkdir(parents=True)
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_requirements(project / "requirements" / "mine.yaml")


def test_without_a_set_nothing_is_scored_or_linted_and_the_hint_says_how_to_make_one(project: Path) -> None:
    assert not (project / "requirements").exists()
    assert load_requirements() == ()
    assert lint_requirements(load_catalogue([project])) == ()
    with pytest.raises(CatalogueError, match="there is no requirement set `mine`") as caught:
        load_requirement_set("mine")
    assert caught.value.hint == "the project has no sets; `concordat cases freeze NAME` writes one"


def test_a_set_of_the_whole_built_in_catalogue_is_kept_by_it(project: Path) -> None:
    made = freeze("everything", load_catalogue().cases, TODAY)
    assert len(made.cases) >= 250
    assert read_requirements(write_requirements(made)) == made
    assert [str(finding) for finding in lint_requirements(load_catalogue())] == []
    assert (project / "requirements" / "everything.yaml").is_file()


def test_a_question_that_no_source_answers_is_no_requirement() -> None:
    assert not is_requirement(["undefined:page-beyond-the-end"])
    assert is_requirement(["undefined:page-beyond-the-end", "rfc:9110#9"])
    assert is_requirement([]), "a published report leaves the other sources out"


def test_text_that_yaml_would_read_otherwise_is_quoted() -> None:
    made = freeze("1.0", [], TODAY)
    assert requirements_yaml(made).splitlines()[0] == 'name: "1.0"'
