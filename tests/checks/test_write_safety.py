"""Write safety: every combination of accepted writes and of what the client reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.checks import Verdict, judge, write_safety_of
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.http1.exchange import Ending
from concordat.values import Problem

if TYPE_CHECKING:
    from tests.checks.conftest import CallMade, MakeExchange, MakeTrace

    from concordat.checks import CaseTrace, Check


CREATE: dict[str, Any] = {
    "call": "customers.create",
    "with": {
        "companyId": "8a210b68-6988-11ed-a1eb-0242ac120002",
        "connectionId": "2e9d2c44-f675-40ba-8049-353bfcb5e171",
        "body": {"customerName": "Ada", "status": "Active", "modifiedDate": "2022-10-23T00:00:00Z"},
    },
}
WRITE_SAFETY = {"write-safety": {"of": "customers.create"}}
OUTCOMES = {
    "ok": Outcome("call", "returned", 200, payload={}),
    "failed": Outcome("call", "raised", error=ErrorShown("SDKError", status=500)),
    "unknown": Outcome("call", "raised", error=ErrorShown("Timeout")),
    "silent": Outcome("call", "returned", 500),
}


def write_safety(case: CaseTrace) -> Check:
    return next(check for check in judge(case) if check.id == "write-safety")


@pytest.mark.parametrize(
    ("commits", "reported", "verdict"),
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
def test_accepted_writes_against_what_was_reported(
    trace: MakeTrace, exchange: MakeExchange, commits: int, reported: str, verdict: str
) -> None:
    sent = exchange(write=True, ending=Ending.CUT, faults=("f",))
    case = trace((CREATE, [sent], OUTCOMES[reported]), case=WRITE_SAFETY, commits={"customers.create": commits})
    assert write_safety(case).verdict == verdict
    assert write_safety_of(case) == f"{commits} accepted write{'' if commits == 1 else 's'}, reported {reported}"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "fail"),
        ({"ending": Ending.CUT}, "pass"),
        ({"status": 503}, "pass"),
        ({"response_problems": (Problem("body", "", "type", "x"),)}, "pass"),
    ],
)
def test_one_accepted_write_reported_failed_is_red_only_when_a_whole_valid_success_arrived(
    trace: MakeTrace, exchange: MakeExchange, change: dict[str, Any], verdict: str
) -> None:
    sent = exchange(write=True, faults=("f",), **change)
    case = trace((CREATE, [sent], OUTCOMES["failed"]), case=WRITE_SAFETY, commits={"customers.create": 1})
    assert write_safety(case).verdict == verdict


@pytest.mark.parametrize(("commits", "verdict"), [(1, "pass"), (2, "fail")])
def test_a_write_sent_again_is_judged_by_its_commits_and_not_by_its_count(
    trace: MakeTrace, exchange: MakeExchange, commits: int, verdict: str
) -> None:
    sent = [exchange(write=True, status=503, faults=("f",)), exchange(write=True, number=2)]
    checks = judge(trace((CREATE, sent, OUTCOMES["ok"]), commits={"customers.create": commits}))
    found = {check.id: check.verdict for check in checks}
    assert found["request.count"] is Verdict.PASS
    assert found["write-safety"] == verdict


@pytest.mark.parametrize(
    ("commits", "unknown", "reported", "verdict", "words"),
    [
        (0, 1, "ok", "not-applicable", "0 to 1 accepted writes, reported ok"),
        (0, 1, "silent", "not-applicable", "0 to 1 accepted writes, reported silent"),
        (0, 1, "failed", "not-applicable", "0 to 1 accepted writes, reported failed"),
        (0, 1, "unknown", "not-applicable", "0 to 1 accepted writes, reported unknown"),
        (0, 2, "ok", "not-applicable", "0 to 2 accepted writes, reported ok"),
        (1, 1, "ok", "not-applicable", "1 to 2 accepted writes, reported ok"),
        (1, 1, "failed", "not-applicable", "1 to 2 accepted writes, reported failed"),
        (2, 1, "ok", "fail", "2 to 3 accepted writes, reported ok"),
        (2, 3, "failed", "fail", "2 to 5 accepted writes, reported failed"),
    ],
)
def test_what_a_script_leaves_open_is_neither_red_nor_a_pass(
    trace: MakeTrace, exchange: MakeExchange, *, commits: int, unknown: int, reported: str, verdict: str, words: str
) -> None:
    sent = [exchange(write=True, status=503, faults=("f",)), exchange(write=True, number=2, status=503, faults=("g",))]
    case = trace(
        (CREATE, sent, OUTCOMES[reported]),
        commits={"customers.create": commits},
        unknown_writes={"customers.create": unknown, "customers.update": 9},
    )
    check = write_safety(case)
    assert check.verdict == verdict
    assert write_safety_of(case) == words
    assert ("write safety is unknown" in check.message) is (verdict == "not-applicable")


def test_two_calls_that_report_ok_with_one_script_of_unknown_effect_may_still_be_one_too_few(
    trace: MakeTrace, exchange: MakeExchange
) -> None:
    calls_made = (
        (CREATE, [exchange(write=True)], OUTCOMES["ok"]),
        (CREATE, [exchange(write=True, number=2)], OUTCOMES["ok"]),
    )
    unknown = {"customers.create": 1}
    known = {"customers.create": 0}
    assert (
        write_safety(trace(*calls_made, case=WRITE_SAFETY, commits=known, unknown_writes=unknown)).verdict
        is Verdict.FAIL
    )
    known = {"customers.create": 1}
    found = write_safety(trace(*calls_made, case=WRITE_SAFETY, commits=known, unknown_writes=unknown))
    assert found.verdict is Verdict.NOT_APPLICABLE


def test_a_write_sent_once_has_no_check_of_write_safety(trace: MakeTrace, exchange: MakeExchange) -> None:
    case = trace((CREATE, [exchange(write=True)], OUTCOMES["ok"]), commits={"customers.create": 1})
    assert "write-safety" not in {check.id for check in judge(case)}
    assert write_safety_of(case) is None


def test_live_the_accepted_answers_are_counted(trace: MakeTrace, exchange: MakeExchange) -> None:
    sent = [exchange(write=True), exchange(write=True, number=2)]
    case = trace((CREATE, sent, OUTCOMES["ok"]), commits=None, state=None)
    assert write_safety(case).verdict is Verdict.FAIL


def test_what_the_harness_wrote_is_not_the_client_s(trace: MakeTrace, exchange: MakeExchange) -> None:
    prepared = [{**CREATE, "via": "harness"}, CREATE]
    calls_made: tuple[CallMade, ...] = (
        (prepared[0], [], OUTCOMES["ok"]),
        (CREATE, [exchange(write=True)], OUTCOMES["ok"]),
    )
    more: Any = {"case": WRITE_SAFETY, "prepared": ("customers.create",)}
    assert write_safety(trace(*calls_made, **more, commits={"customers.create": 2})).verdict is Verdict.PASS
    assert write_safety(trace(*calls_made, **more, commits={"customers.create": 3})).verdict is Verdict.FAIL


def test_two_calls_may_commit_twice(trace: MakeTrace, exchange: MakeExchange) -> None:
    calls_made = (
        (CREATE, [exchange(write=True)], OUTCOMES["ok"]),
        (CREATE, [exchange(write=True, number=2)], OUTCOMES["ok"]),
    )
    assert write_safety(trace(*calls_made, case=WRITE_SAFETY, commits={"customers.create": 2})).verdict is Verdict.PASS
    assert write_safety(trace(*calls_made, case=WRITE_SAFETY, commits={"customers.create": 1})).verdict is Verdict.FAIL
