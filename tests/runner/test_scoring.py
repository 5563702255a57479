"""Scores of requirement sets."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from concordat.catalogue.model import Level
from concordat.catalogue.requirements import Requirement, RequirementSet
from concordat.checks import Verdict
from concordat.runner.result import Result, Score
from concordat.runner.scoring import level_scores, requirement_scores

FROZEN = RequirementSet(
    name="release-1.0",
    frozen=dt.date(2026, 1, 1),
    cases={
        "a.one": Requirement(level=Level.MUST),
        "a.table": Requirement(level=Level.SHOULD, rows=["x", "y"]),
        "a.may": Requirement(level=Level.MAY),
    },
)


def result(case: str, verdict: str, row: str | None = None, **more: Any) -> Result:
    given = {"client": "one@1", "level": "must", "source": ("rfc:9110#9",)} | more
    return Result(case=case, row=row, verdict=Verdict(verdict), **given)


def test_a_client_is_scored_at_the_frozen_levels_and_later_cases_apart() -> None:
    results = [
        result("a.one", "pass"),
        result("a.table", "pass", "x", level="must"),
        result("a.table", "fail", "y"),
        result("a.table", "fail", "z"),
        result("a.new", "pass"),
    ]
    (score,) = requirement_scores(results, [FROZEN])
    assert (score.set, score.client) == ("release-1.0", "one@1")
    assert (score.must, score.should) == (Score(passed=1, executed=1), Score(passed=1, executed=2))
    assert (score.may, score.after_freeze) == (Score(), Score(passed=1, executed=2))
    assert score.unplayed == 1


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("pass", Score(passed=1, executed=1)),
        ("fail", Score(executed=1)),
        ("known-failure", Score(executed=1)),
        ("unexpected-pass", Score(executed=1)),
        ("blocked", Score(executed=1)),
        ("observation", Score()),
        ("not-applicable", Score()),
        ("harness-error", Score()),
        ("target", Score()),
    ],
)
def test_a_known_failure_is_no_pass_and_what_was_not_judged_is_not_executed(verdict: str, expected: Score) -> None:
    (score,) = requirement_scores([result("a.one", verdict)], [FROZEN])
    assert score.must == expected


def test_a_question_that_no_source_answers_is_no_requirement() -> None:
    (score,) = requirement_scores([result("a.other", "pass", source=("undefined:x",))], [FROZEN])
    assert score.after_freeze == Score()


def test_every_set_and_every_client_has_a_score() -> None:
    results = [result("a.one", "pass", client=name) for name in ("two@1", "one@1")]
    assert [score.client for score in requirement_scores(results, [FROZEN, FROZEN])] == ["one@1", "two@1"] * 2
    assert requirement_scores(results, []) == ()


def test_all_cases_are_scored_by_client_and_level_without_a_set() -> None:
    results = [
        result("a.one", "pass"),
        result("a.two", "known-failure"),
        result("a.three", "pass", level="may"),
        result("a.four", "observation"),
        result("a.five", "pass", source=("undefined:x",)),
        result("a.one", "not-applicable", client="two@1"),
    ]
    assert level_scores(results) == {"one@1": {"must": Score(passed=1, executed=2), "may": Score(passed=1, executed=1)}}
