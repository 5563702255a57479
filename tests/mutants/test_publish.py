"""The command that publishes the matrix says what it did not do, and publishes no numbers that no run produced."""

from __future__ import annotations

import msgspec
import pytest
from tests.mutants import publish
from tests.mutants.kills import KILLS
from tests.mutants.page import PAGE, SUMMARY, load_summary
from tests.mutants.replay import Changed, Replayed


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["publish", *words])
    return publish.main()


def test_without_a_base_the_replay_says_that_it_did_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(publish, "base_revision", lambda _root: None)
    assert run(monkeypatch, "--changed") == 0
    assert capsys.readouterr().out.startswith("NOT RUN: git knows no revision before this one")


def test_a_base_that_git_does_not_know_is_a_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(monkeypatch, "--changed", "no-such-revision")
    assert "git knows no revision `no-such-revision`" in capsys.readouterr().err


def test_lines_without_time_are_counted_and_a_line_that_does_not_hold_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = KILLS[:2]
    changed = Changed(frozenset({"a"}), frozenset(), frozenset(), lines)
    monkeypatch.setattr(publish, "changed_lines", lambda _base: changed)
    assert publish.replay_changes("0" * 40, 0) == 0
    assert capsys.readouterr().out == (
        "since 000000000000: 1 cases, 0 mutants and 0 lines of the table changed: 2 lines to replay\n"
        "NOT RUN: 2 of 2 lines, after 0 s: `tox -e nightly` runs them\n"
    )
    monkeypatch.setattr(publish, "replay", lambda _lines, _seconds: Replayed(("survived: x",), 0))
    assert publish.replay_changes("0" * 40, 0) == 1
    assert capsys.readouterr().out.endswith("survived: x\n")


def test_numbers_that_are_not_those_of_the_summary_are_not_published(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PAGE.read_bytes(), SUMMARY.read_bytes()
    other = msgspec.structs.replace(load_summary(), numbers="0" * 12)
    monkeypatch.setattr(publish, "load_summary", lambda: other)
    assert run(monkeypatch) == 1
    assert "has other numbers than" in capsys.readouterr().out
    assert (PAGE.read_bytes(), SUMMARY.read_bytes()) == before
