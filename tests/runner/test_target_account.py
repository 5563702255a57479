"""The account of a live target: one sentence for every kind of failure, the most frequent first."""

from __future__ import annotations

import pytest

from concordat.checks.model import TargetFailureKind, Verdict
from concordat.runner.result import Result, TargetEvent
from concordat.runner.target_account import target_account


def result(case: str, *events: TargetEvent, verdict: Verdict = Verdict.TARGET) -> Result:
    return Result(case=case, client="a@1", level="must", verdict=verdict, target_events=events)


def status(code: int, first: str, requests: int = 1) -> TargetEvent:
    return TargetEvent(kind=TargetFailureKind.STATUS, status=code, first=f"2026-11-29T{first}+00:00", requests=requests)


def test_a_run_without_such_results_has_none() -> None:
    assert target_account([]) is None
    assert target_account([result("a", verdict=Verdict.FAIL), result("b", verdict=Verdict.HARNESS_ERROR)]) is None


def test_requests_are_counted_by_kind_with_the_first_of_each() -> None:
    silent = TargetEvent(kind=TargetFailureKind.NO_ANSWER, first="2026-11-29T10:31:00+00:00")
    results = [
        result("later", status(429, "10:33:00", 30)),
        result("first", status(429, "10:32:05", 7), silent),
        result("fine", verdict=Verdict.PASS),
    ]
    assert target_account(results) == (
        "the target answered 429 to 37 requests, first at 10:32:05 UTC in first;"
        " it did not answer one request, first at 10:31:00 UTC in first; 2 results say nothing about a client"
    )


def test_many_kinds_are_not_all_listed() -> None:
    account = target_account([result("a", *(status(code, "10:00:00") for code in range(500, 509)))]) or ""
    assert account.count("answered 5") == 5
    assert account.endswith("; it failed in 4 other ways; 1 result says nothing about a client")


def test_an_unexpected_success_is_named_as_that() -> None:
    account = target_account([result("a", status(200, "10:00:00", 2))]) or ""
    assert account.startswith("the target answered 200 to 2 requests that the cases expect it to refuse, first at")


@pytest.mark.parametrize(
    ("kind", "code", "outage"),
    [
        (TargetFailureKind.NO_ANSWER, None, True),
        (TargetFailureKind.NOT_JSON, None, True),
        (TargetFailureKind.STATUS, 404, True),
        (TargetFailureKind.STATUS, 302, True),
        (TargetFailureKind.STATUS, 200, False),
        (TargetFailureKind.DATA, None, False),
        (TargetFailureKind.CONTRACT, None, False),
    ],
)
def test_a_mock_with_data_of_its_own_has_no_outage(kind: TargetFailureKind, code: int | None, outage: bool) -> None:  # noqa: FBT001 - a table
    assert TargetEvent(kind=kind, status=code, first="").outage is outage
