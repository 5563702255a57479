"""A change replays the lines of the table that it touches, and no others."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.mutants.harness import cases_by_key
from tests.mutants.kill import Kill
from tests.mutants.kills import KILLS
from tests.mutants.page import case_of
from tests.mutants.replay import ROOT, Replayed, base_revision, changed_lines, replay, revision
from tests.timeouts import scaled

if TYPE_CHECKING:
    from pathlib import Path

CASE = "customers.list.first-page"
HOLDS = Kill("page-off-by-one", CASE, "request.query")


def git(root: Path, *words: str) -> None:
    own = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *own, "-C", root, *words], check=True, capture_output=True, timeout=scaled(60))


def commit(root: Path) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "one")
    found = revision(root, "HEAD")
    assert found is not None
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository that holds the catalogue and the mutants as they stand here, not committed."""
    for folder in ("cases", "tests/mutants"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    git(tmp_path, "init", "--quiet")
    return tmp_path


def as_it_was(copy: Path, name: str, old: str, new: str) -> str:
    """Commit the repository with one file otherwise, as the base; the file itself stays as it is."""
    file = copy / name
    now = file.read_text("utf-8")
    assert now.count(old) == 1
    file.write_text(now.replace(old, new), "utf-8")
    base = commit(copy)
    file.write_text(now, "utf-8")
    return base


def test_against_itself_nothing_is_changed(copy: Path) -> None:
    found = changed_lines(commit(copy), copy)
    assert (found.cases, found.mutants, found.new, found.lines) == (frozenset(), frozenset(), frozenset(), ())


def test_a_changed_case_has_its_lines_replayed_and_a_comment_changes_none(copy: Path) -> None:
    place = cases_by_key()[CASE].path
    base = as_it_was(copy, place, f"- id: {CASE}\n", f"# a remark\n- id: {CASE}-of-old\n")
    found = changed_lines(base, copy)
    assert (found.cases, found.mutants, found.new) == (frozenset({CASE}), frozenset(), frozenset())
    assert set(found.lines) == {kill for kill in KILLS if case_of(kill) == CASE}


def test_a_base_that_cannot_be_read_any_more_has_changed_altogether(copy: Path) -> None:
    place = cases_by_key()[CASE].path
    base = as_it_was(copy, place, f"- id: {CASE}\n", f"- id: {CASE}\n  of-another-format: true\n")
    assert CASE in changed_lines(base, copy).cases


def test_a_changed_mutant_has_its_lines_replayed(copy: Path) -> None:
    base = as_it_was(
        copy, "tests/mutants/client_queries.py", "def page_off_by_one() -> None:", "def page_of_old() -> None:"
    )
    found = changed_lines(base, copy)
    assert (found.cases, found.mutants, found.new) == (frozenset(), frozenset({"page-off-by-one"}), frozenset())
    assert set(found.lines) == {kill for kill in KILLS if kill.mutant == "page-off-by-one"}


def test_a_changed_helper_changes_every_mutant_of_its_module(copy: Path) -> None:
    base = as_it_was(
        copy, "tests/mutants/client_pages.py", "from tests.mutants.client_registry import Object", "import Object"
    )
    found = changed_lines(base, copy)
    assert len(found.mutants) > 5
    assert {kill.mutant for kill in found.lines} == found.mutants


def test_a_new_line_is_replayed(copy: Path) -> None:
    line = KILLS[0]
    [file] = [
        path
        for path in (copy / "tests" / "mutants").glob("kills_*.py")
        if f'Kill("{line.mutant}", "{line.case}", "{line.check}")' in path.read_text("utf-8")
    ]
    name = str(file.relative_to(copy))
    base = as_it_was(
        copy, name, f'Kill("{line.mutant}", "{line.case}", "{line.check}")', f'Kill("{line.mutant}", "x", "")'
    )
    found = changed_lines(base, copy)
    assert (found.cases, found.mutants, found.new, found.lines) == (
        frozenset(),
        frozenset(),
        frozenset({line}),
        (line,),
    )


def test_before_there_were_mutants_everything_is_new_and_each_case_comes_once_before_the_rest(copy: Path) -> None:
    git(copy, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    found = changed_lines("HEAD", copy)
    assert set(found.lines) == set(KILLS)
    assert len(found.lines) == len(KILLS)
    whole = {case.id for case in cases_by_key().values()}
    assert {case_of(kill) for kill in found.lines[: len(whole)]} == whole


def test_the_base_is_where_the_branch_left_main_and_on_main_the_commit_before(tmp_path: Path) -> None:
    assert base_revision(tmp_path) is None
    git(tmp_path, "init", "--quiet")
    assert base_revision(tmp_path) is None
    first = commit(tmp_path)
    assert base_revision(tmp_path) is None, "the first commit has none before it"
    second = commit(tmp_path)
    assert base_revision(tmp_path) == first
    git(tmp_path, "checkout", "--quiet", "-b", "branch")
    commit(tmp_path)
    commit(tmp_path)
    assert base_revision(tmp_path) == second
    git(tmp_path, "branch", "--delete", "--force", "main")
    assert base_revision(tmp_path) == revision(tmp_path, "HEAD~1")
    assert revision(tmp_path, "no-such-name") is None


def test_a_replay_says_which_lines_do_not_hold() -> None:
    broken, survived = Kill("no-such-mutant", CASE, "request.query"), Kill("page-off-by-one", CASE, "state.pushes")
    done = replay([HOLDS, broken, survived], seconds=scaled(60))
    assert done.left == 0
    assert [problem.partition("`")[0] for problem in done.problems] == [
        f"broken: no-such-mutant {CASE}: ",
        f"survived: page-off-by-one {CASE} state.pushes",
    ]


def test_lines_that_hold_are_no_problem_and_those_without_time_are_counted() -> None:
    assert replay([HOLDS, HOLDS], seconds=scaled(60)) == Replayed(problems=(), left=0)
    assert replay([HOLDS, HOLDS], seconds=0) == Replayed(problems=(), left=2)


def test_a_case_that_the_unbroken_client_does_not_pass_is_a_problem() -> None:
    problems = replay([Kill("page-off-by-one", "no.such-case", "request.query")], seconds=scaled(60)).problems
    assert "red without a mutant: no.such-case" in problems
