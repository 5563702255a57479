"""Outcome checks: the reported result, the payload, and the error that the caller gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.checks import judge
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.http1.exchange import Ending

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

    from concordat.checks import Check

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def reds(checks: tuple[Check, ...]) -> set[str]:
    return {check.id for check in checks if check.verdict.red}


def expecting(step: dict[str, Any], **expect: object) -> dict[str, Any]:
    return {**step, "expect": expect}


@pytest.mark.parametrize(
    ("status", "outcome", "red"),
    [
        (200, Outcome("call", "returned", 200, payload={}), False),
        (200, Outcome("call", "raised", error=ErrorShown("DecodeError", status=200)), True),
        (404, Outcome("call", "raised", error=ErrorShown("SDKError", status=404)), False),
        (404, Outcome("call", "raised", error=ErrorShown("SDKError")), False),
        (404, Outcome("call", "returned", 404, payload={"error": "gone"}), False),
        (404, Outcome("call", "returned", 404), True),
        (404, Outcome("call", "returned", 404, payload=None), True),
        (404, Outcome("call", "returned", 200, payload={}), True),
        (404, Outcome("call", "timed-out"), False),
    ],
)
def test_without_expectation_ok_is_reported_exactly_when_the_last_answer_was_a_success(
    trace: MakeTrace, exchange: MakeExchange, *, status: int, outcome: Outcome, red: bool
) -> None:
    checks = judge(trace((LIST, [exchange(status=status)], outcome)))
    assert reds(checks) == ({"outcome.reported"} if red else set())


@pytest.mark.parametrize("ending", [Ending.RESET, Ending.CLOSED, Ending.CUT, Ending.ABANDONED])
def test_an_answer_that_is_not_whole_is_no_success(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], ending: Ending
) -> None:
    sent = exchange(ending=ending, faults=("f",))
    assert not reds(judge(trace((LIST, [sent], outcomes.failed()))))
    assert reds(judge(trace((LIST, [sent], outcomes.ok())))) == {"outcome.reported"}


@pytest.mark.parametrize(
    ("expected", "payload", "red"),
    [
        ({"pageNumber": 2}, {"pageNumber": 2, "results": []}, False),
        ({"pageNumber": 2}, {"pageNumber": 1}, True),
        ({"pageNumber": 2}, {}, True),
        ({"results": {"length": {"at-most": 1}}}, {"results": [1, 2]}, True),
        ({"rate": 1.5}, {"rate": {"$number": "1.50"}}, False),
        ({"rate": {"number": "1.50"}}, {"rate": {"$number": "1.50"}}, False),
        ({"bytes": "aGk="}, {"$bytes": "aGk="}, False),
        ({"bytes": "aGk="}, {"$bytes": "aG8="}, True),
        ({"$ref": 1}, {"$$ref": 1}, False),
    ],
)
def test_the_payload_is_judged_with_its_tags_read(
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
    *,
    expected: object,
    payload: object,
    red: bool,
) -> None:
    step = expecting(LIST, outcome={"payload": expected})
    checks = judge(trace((step, [exchange()], outcomes.ok(payload))))
    assert reds(checks) == ({"outcome.payload"} if red else set())


@pytest.mark.parametrize(
    ("error", "outcome", "red"),
    [
        ({"status": 404}, Outcome("call", "raised", error=ErrorShown("E", status=404)), set()),
        ({"status": 404}, Outcome("call", "raised", error=ErrorShown("E", status=500)), {"outcome.error.status"}),
        ({"status": 404}, Outcome("call", "returned", 404, payload={"error": "x"}), set()),
        ({"status": 404}, Outcome("call", "raised", error=ErrorShown("E")), {"outcome.reported"}),
        ({"status": 404}, Outcome("call", "returned", 200, payload={}), {"outcome.reported"}),
        ({"body": {"error": "x"}}, Outcome("call", "raised", error=ErrorShown("E", body='{"error":"x","n":1}')), set()),
        ({"body": {"error": "x"}}, Outcome("call", "raised", error=ErrorShown("E", fields={"error": "x"})), set()),
        ({"body": {"error": "x"}}, Outcome("call", "returned", 404, payload={"error": "x"}), set()),
        (
            {"body": {"error": "x"}},
            Outcome("call", "raised", error=ErrorShown("E", body="<p>")),
            {"outcome.error.body"},
        ),
        ({"body": {"error": "x"}}, Outcome("call", "raised", error=ErrorShown("E")), {"outcome.error.body"}),
        ({"body": "<p>"}, Outcome("call", "raised", error=ErrorShown("E", body="<p>")), set()),
    ],
)
def test_what_the_caller_learned_of_an_error_is_judged(
    trace: MakeTrace, exchange: MakeExchange, error: dict[str, Any], outcome: Outcome, red: set[str]
) -> None:
    step = expecting(LIST, outcome={"error": error})
    checks = judge(trace((step, [exchange(status=404)], outcome)))
    assert reds(checks) == red


def test_a_failed_outcome_carries_the_error_class_and_status_for_the_ledger(
    trace: MakeTrace, exchange: MakeExchange
) -> None:
    step = expecting(LIST, outcome={"error": {"status": 404}})
    outcome = Outcome("call", "raised", error=ErrorShown("NotFound", status=410))
    found = by_id(judge(trace((step, [exchange(status=404)], outcome))))["outcome.error.status"]
    assert (found.error_class, found.status, found.kind) == ("NotFound", 410, "changed")


@pytest.mark.parametrize(
    ("payload", "red"), [({"status": "Success"}, set()), ({"status": "Pending"}, {"outcome.until"})]
)
def test_a_repeated_call_ends_when_its_payload_matches(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], payload: object, red: set[str]
) -> None:
    step = {**LIST, "repeat": {"until": {"status": "Success"}, "times": 3}}
    sent = [exchange(number=n) for n in (1, 2, 3)]
    assert reds(judge(trace((step, sent, outcomes.ok(payload))))) == red
    assert "request.count" in reds(judge(trace((step, [*sent, exchange(number=4)], outcomes.ok(payload)))))


@pytest.mark.parametrize(
    ("reported", "payload", "red"),
    [
        (["ok", "unknown"], {"pageNumber": 2}, False),
        (["ok", "unknown"], {"pageNumber": 1}, True),
        (["ok", "unknown"], None, False),
        (["unknown"], None, True),
    ],
)
def test_where_a_failure_is_as_good_as_the_payload_only_a_reported_ok_must_have_it(
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
    *,
    reported: list[str],
    payload: object,
    red: bool,
) -> None:
    step = expecting(LIST, outcome={"reported": reported, "payload": {"pageNumber": 2}})
    outcome = Outcome("call", "raised", error=ErrorShown("DecodeError")) if payload is None else outcomes.ok(payload)
    checks = judge(trace((step, [exchange()], outcome)))
    assert reds(checks) == ({"outcome.payload"} if red else set())
