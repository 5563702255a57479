"""Hazards: every combination of commits and of what the caller was told."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.checks import Verdict, hazard_of, judge
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.http1.exchange import Ending
from concordat.values import Problem

CREATE: dict[str, Any] = {
    "call": "customers.create",
    "with": {
        "companyId": "8a210b68-6988-11ed-a1eb-0242ac120002",
        "connectionId": "2e9d2c44-f675-40ba-8049-353bfcb5e171",
        "body": {"customerName": "Ada", "status": "Active", "modifiedDate": "2022-10-23T00:00:00Z"},
    },
}
HAZARD = {"hazard": {"of": "customers.create"}}
TOLD = {
    "ok": Outcome("call", "returned", 200, payload={}),
    "failed": Outcome("call", "raised", error=ErrorShown("SDKError", status=500)),
    "unknown": Outcome("call", "raised", error=ErrorShown("Timeout")),
    "silent": Outcome("call", "returned", 500),
}


def hazard(case: Any) -> Any:
    return next((check for check in judge(case) if check.id == "hazard"), None)


@pytest.mark.parametrize(
    ("commits", "told", "verdict"),
    [
        (0, "ok", "fail"),
        (0, "silent", "fail"),
        (0, "failed", "pass"),
        (0, "unknown", "pass"),
        (1, "ok", "pass"),
        (1, "silent", "pass"),
        (1, "unknown", "pass"),
        (1, "failed", "pass"),
        (2, "ok", "fail"),
        (2, "failed", "fail"),
        (2, "unknown", "fail"),
        (3, "silent", "fail"),
    ],
)
def test_commits_against_what_was_told(trace: Any, exchange: Any, commits: int, told: str, verdict: str) -> None:
    sent = exchange(write=True, ending=Ending.CUT, faults=("f",))
    case = trace((CREATE, [sent], TOLD[told]), case=HAZARD, commits={"customers.create": commits})
    assert hazard(case).verdict == verdict
    assert hazard_of(case) == f"{commits} commit{'' if commits == 1 else 's'}, told {told}"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "fail"),
        ({"ending": Ending.CUT}, "pass"),
        ({"status": 503}, "pass"),
        ({"response_problems": (Problem("body", "", "type", "x"),)}, "pass"),
    ],
)
def test_one_commit_told_failed_is_red_only_when_a_whole_valid_success_arrived(
    trace: Any, exchange: Any, change: dict[str, Any], verdict: str
) -> None:
    sent = exchange(write=True, faults=("f",), **change)
    case = trace((CREATE, [sent], TOLD["failed"]), case=HAZARD, commits={"customers.create": 1})
    assert hazard(case).verdict == verdict


@pytest.mark.parametrize(("commits", "verdict"), [(1, "pass"), (2, "fail")])
def test_a_write_sent_again_is_judged_by_its_commits_and_not_by_its_count(
    trace: Any, exchange: Any, commits: int, verdict: str
) -> None:
    sent = [exchange(write=True, status=503, faults=("f",)), exchange(write=True, number=2)]
    checks = judge(trace((CREATE, sent, TOLD["ok"]), commits={"customers.create": commits}))
    found = {check.id: check.verdict for check in checks}
    assert found["request.count"] is Verdict.PASS
    assert found["hazard"] == verdict


@pytest.mark.parametrize(
    ("commits", "unknown", "told", "verdict", "words"),
    [
        (0, 1, "ok", "not-applicable", "0 to 1 commits, told ok"),
        (0, 1, "silent", "not-applicable", "0 to 1 commits, told silent"),
        (0, 1, "failed", "not-applicable", "0 to 1 commits, told failed"),
        (0, 1, "unknown", "not-applicable", "0 to 1 commits, told unknown"),
        (0, 2, "ok", "not-applicable", "0 to 2 commits, told ok"),
        (1, 1, "ok", "not-applicable", "1 to 2 commits, told ok"),
        (1, 1, "failed", "not-applicable", "1 to 2 commits, told failed"),
        (2, 1, "ok", "fail", "2 to 3 commits, told ok"),
        (2, 3, "failed", "fail", "2 to 5 commits, told failed"),
    ],
)
def test_what_a_script_leaves_open_is_neither_red_nor_a_pass(
    trace: Any, exchange: Any, *, commits: int, unknown: int, told: str, verdict: str, words: str
) -> None:
    sent = [exchange(write=True, status=503, faults=("f",)), exchange(write=True, number=2, status=503, faults=("g",))]
    case = trace(
        (CREATE, sent, TOLD[told]),
        commits={"customers.create": commits},
        unknown_writes={"customers.create": unknown, "customers.update": 9},
    )
    check = hazard(case)
    assert check.verdict == verdict
    assert hazard_of(case) == words
    assert ("write safety is unknown" in check.message) is (verdict == "not-applicable")


def test_two_calls_told_ok_with_one_script_that_says_nothing_may_still_be_one_too_few(
    trace: Any, exchange: Any
) -> None:
    case_run = ((CREATE, [exchange(write=True)], TOLD["ok"]), (CREATE, [exchange(write=True, number=2)], TOLD["ok"]))
    unknown = {"customers.create": 1}
    known = {"customers.create": 0}
    assert hazard(trace(*case_run, case=HAZARD, commits=known, unknown_writes=unknown)).verdict is Verdict.FAIL
    known = {"customers.create": 1}
    found = hazard(trace(*case_run, case=HAZARD, commits=known, unknown_writes=unknown))
    assert found.verdict is Verdict.NOT_APPLICABLE


def test_a_write_sent_once_asks_for_no_hazard(trace: Any, exchange: Any) -> None:
    case = trace((CREATE, [exchange(write=True)], TOLD["ok"]), commits={"customers.create": 1})
    assert hazard(case) is None
    assert hazard_of(case) is None


def test_live_the_accepted_answers_are_counted(trace: Any, exchange: Any) -> None:
    sent = [exchange(write=True), exchange(write=True, number=2)]
    case = trace((CREATE, sent, TOLD["ok"]), commits=None, state=None)
    assert hazard(case).verdict is Verdict.FAIL


def test_what_the_harness_wrote_is_not_the_client_s(trace: Any, exchange: Any) -> None:
    prepared = [{**CREATE, "via": "harness"}, CREATE]
    case_run: Any = (
        (prepared[0], [], TOLD["ok"]),
        (CREATE, [exchange(write=True)], TOLD["ok"]),
    )
    more: Any = {"case": HAZARD, "prepared": ("customers.create",)}
    assert hazard(trace(*case_run, **more, commits={"customers.create": 2})).verdict is Verdict.PASS
    assert hazard(trace(*case_run, **more, commits={"customers.create": 3})).verdict is Verdict.FAIL


def test_two_calls_may_commit_twice(trace: Any, exchange: Any) -> None:
    case_run = ((CREATE, [exchange(write=True)], TOLD["ok"]), (CREATE, [exchange(write=True, number=2)], TOLD["ok"]))
    assert hazard(trace(*case_run, case=HAZARD, commits={"customers.create": 2})).verdict is Verdict.PASS
    assert hazard(trace(*case_run, case=HAZARD, commits={"customers.create": 1})).verdict is Verdict.FAIL
