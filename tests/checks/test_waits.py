"""How long a client waited: what is too short, what is too long, and what a slow machine changes of that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from concordat.checks import judge
from concordat.checks.model import Check, Verdict
from concordat.checks.requests import EARLY, waits_of

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders


COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
ANSWERED_IN = 0.010


class JudgeWaits(Protocol):
    """Judges a list that was asked for again after so many milliseconds."""

    def __call__(self, waits: dict[str, Any], *ms: float, slowness: float = 1.0) -> Check: ...


@pytest.fixture
def waited(trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]) -> JudgeWaits:
    """Return the judgement of a list that was asked for again after so many ms."""

    def judged(waits: dict[str, Any], *ms: float, slowness: float = 1.0) -> Check:
        begins = [1.0]
        for wait in ms:
            begins.append(begins[-1] + ANSWERED_IN + wait / 1000)
        exchanges = [
            exchange(number=number, started=begin, finished=begin + ANSWERED_IN)
            for number, begin in enumerate(begins, 1)
        ]
        step = {
            "call": "customers.list",
            "with": {"companyId": COMPANY, "page": 2},
            "expect": {"attempts": {"at-least": 2}, "waits": waits},
        }
        whole = trace((step, exchanges, outcomes.ok()))
        slow = replace(whole, steps=tuple([replace(one, slowness=slowness) for one in whole.steps]))
        (check,) = [check for check in judge(slow) if check.id == "request.waits"]
        return check

    return judged


@pytest.mark.parametrize(
    ("waits", "ms", "pointer"),
    [
        ({"at-least": 100}, (100, 250), ""),
        ({"at-least": 100}, (100 - EARLY, 100), ""),
        ({"at-least": 100}, (100, 90), "/1/at-least"),
        ({"at-least": 100}, (0, 0), "/0/at-least /1/at-least"),
        ({"at-least": [0, 300]}, (5, 300), ""),
        ({"at-least": [0, 300]}, (300, 5), "/1/at-least"),
        ({"at-least": [100]}, (100, 5), ""),
        ({"at-most": 400}, (400, 1), ""),
        ({"at-most": 400}, (1, 401), "/1/at-most"),
        ({"at-most": [400, 50]}, (100, 100), "/1/at-most"),
        ({"at-least": 100, "at-most": 400}, (50, 500), "/0/at-least /1/at-most"),
    ],
    ids=str,
)
def test_each_wait_has_its_own_limits(
    waited: JudgeWaits, waits: dict[str, Any], ms: tuple[float, ...], pointer: str
) -> None:
    check = waited(waits, *ms)
    assert check.pointer == pointer
    assert check.verdict is (Verdict.FAIL if pointer else Verdict.PASS)


@pytest.mark.parametrize(("slowness", "verdict"), [(1.0, "fail"), (1.9, "fail"), (2.0, "pass"), (5.0, "pass")])
def test_a_slow_machine_makes_the_longest_wait_longer(waited: JudgeWaits, slowness: float, verdict: str) -> None:
    assert waited({"at-most": 400}, 800, slowness=slowness).verdict == verdict


def test_a_slow_machine_does_not_make_the_shortest_wait_shorter(waited: JudgeWaits) -> None:
    assert waited({"at-least": 400}, 300, slowness=9.0).verdict is Verdict.FAIL


def test_where_the_requests_are_too_few_their_number_is_what_failed(waited: JudgeWaits) -> None:
    check = waited({"at-least": 400})
    assert check.verdict is Verdict.BLOCKED
    assert check.message == "blocked by request.count"


def test_a_wait_that_fails_leaves_the_outcome_to_be_judged(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = {
        "call": "customers.list",
        "with": {"companyId": COMPANY, "page": 2},
        "expect": {"attempts": 2, "waits": {"at-least": 50}, "outcome": {"reported": "ok", "payload": {"page": 7}}},
    }
    checks = judge(trace((step, [exchange(), exchange(number=2, started=0.001)], outcomes.ok())))
    assert {check.id for check in checks if check.verdict is Verdict.FAIL} == {"request.waits", "outcome.payload"}


def test_a_wait_is_counted_from_the_end_of_an_answer_or_from_the_request_that_had_none(exchange: MakeExchange) -> None:
    assert waits_of(
        [exchange(started=1.0, finished=1.5), exchange(started=2.0, finished=None), exchange(started=2.25)]
    ) == [500.0, 250.0]
