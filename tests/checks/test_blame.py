"""Blame: on a live target, whose fault a failed outcome is; a client that shows something else fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.checks.live_traces import (
    GOOD,
    INVALID,
    LIST,
    MORE,
    NO_PAGE,
    PAGE,
    PLACEHOLDER,
    REFUSED,
    STATUSES,
    SYNTHETIC,
    UNEXPECTED,
    answered,
    failing,
    live,
    verdict_of,
)

from concordat.checks import Verdict, judge
from concordat.checks.blame import target_failures
from concordat.checks.model import TargetFailureKind
from concordat.http1.exchange import Ending

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("shown", ["status", "nothing"])
def test_a_refusal_that_the_client_reports_is_the_targets(
    status: int, shown: str, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    outcome = outcomes.failed(status if shown == "status" else None)
    found = live(trace((LIST, [answered(exchange, status, {"error": "busy"})], outcome)))
    checks = judge(found)
    assert verdict_of(checks) is Verdict.TARGET
    assert failing(checks, Verdict.TARGET) == ["outcome.reported"]
    [failure] = target_failures(found, checks)
    assert (failure.kind, failure.status, failure.requests) == (TargetFailureKind.STATUS, status, 1)
    assert f"answered {status} to GET https://api.example.com/companies/" in failure.message
    assert '"{"error":"busy"}"' in failure.message


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("lie", ["another status", "ok", "ok with data", "silent"])
def test_a_refusal_that_the_client_reports_otherwise_stays_its_failure(
    status: int, lie: str, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    reported = {
        "another status": outcomes.failed(418),
        "ok": outcomes.ok(status=None),
        "ok with data": outcomes.ok(MORE, status=200),
        "silent": msgspec.structs.replace(outcomes.ok(status=max(status, 400)), payload=msgspec.UNSET),
    }[lie]
    checks = judge(live(trace((LIST, [answered(exchange, status)], reported))))
    assert verdict_of(checks) is Verdict.FAIL


def test_the_same_answers_in_the_sandbox_are_judged_as_ever(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    for status in STATUSES:
        checks = judge(trace((LIST, [answered(exchange, status)], outcomes.failed(status))))
        assert verdict_of(checks) is Verdict.FAIL
    checks = judge(trace((LIST, [answered(exchange, body=MORE)], outcomes.ok(MORE))))
    assert verdict_of(checks) is Verdict.FAIL


def test_an_answer_that_a_planned_fault_shaped_explains_nothing(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    for body, outcome in (({}, outcomes.failed(429)), (MORE, outcomes.ok(MORE))):
        planned = answered(exchange, 429 if not body else 200, body, faults=("f1",))
        assert verdict_of(judge(live(trace((LIST, [planned], outcome))))) is Verdict.FAIL


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ((("Authorization", PLACEHOLDER),), Verdict.TARGET),
        ((("Authorization", "Basic x"),), Verdict.FAIL),
        ((), Verdict.FAIL),
    ],
)
def test_a_refused_key_is_the_targets_only_if_the_client_sent_the_key(
    headers: tuple[tuple[str, str], ...],
    verdict: Verdict,
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
) -> None:
    sent = answered(exchange, 401, headers=headers)
    checks = judge(live(trace((LIST, [sent], outcomes.failed(401)))))
    assert verdict_of(checks) is verdict
    assert ("CONCORDAT_API_KEY" in str([check.message for check in checks])) is (verdict is Verdict.TARGET)


def test_a_wrong_request_is_the_clients_fault_whatever_the_target_answers(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    for status in STATUSES:
        wrong = answered(exchange, status, target="/companies/8a210b68-6988-11ed-a1eb-0242ac120002/data/customers")
        checks = judge(live(trace((LIST, [wrong], outcomes.failed(status)))))
        assert verdict_of(checks) is Verdict.FAIL
        assert failing(checks, Verdict.FAIL) == ["request.query"]


@pytest.mark.parametrize(
    ("status", "verdict"), [(400, Verdict.FAIL), (404, Verdict.FAIL), (429, Verdict.TARGET), (500, Verdict.TARGET)]
)
def test_a_refusal_of_a_request_that_the_case_does_not_check_may_be_the_clients_doing(
    status: int, verdict: Verdict, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    unchecked = {**LIST, "expect": {**LIST["expect"], "requests": "any"}}  # type: ignore[dict-item]
    checks = judge(live(trace((unchecked, [answered(exchange, status)], outcomes.failed(status)))))
    assert verdict_of(checks) is verdict
    data = judge(live(trace((unchecked, [answered(exchange, body=MORE)], outcomes.ok(MORE)))))
    assert verdict_of(data) is Verdict.FAIL, "the client may have asked for other data"


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("unknown", Verdict.TARGET),
        ("failed", Verdict.TARGET),
        ("ok", Verdict.FAIL),
    ],
)
@pytest.mark.parametrize("form", ["synthetic 502", "synthetic 504", "open", "left alone"])
def test_a_target_that_does_not_answer_is_no_failure_of_a_client_that_says_so(  # noqa: PLR0917 - a table and its fixtures
    form: str, outcome: str, verdict: Verdict, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    status = 504 if form.endswith("4") else 502
    sent = {
        "open": answered(exchange, response=None, ending=Ending.OPEN),
        "left alone": answered(exchange, response=None, ending=Ending.ABANDONED, finished=9.0),
    }.get(form) or answered(exchange, status, {"error": "Concordat: broke off"}, answer_headers=SYNTHETIC)
    shown = {"unknown": outcomes.failed(), "failed": outcomes.failed(status), "ok": outcomes.ok(GOOD, status=None)}
    found = live(trace((LIST, [sent], shown[outcome])))
    checks = judge(found)
    assert verdict_of(checks) is verdict
    if verdict is Verdict.TARGET:
        [failure] = target_failures(found, checks)
        assert failure.kind is TargetFailureKind.NO_ANSWER
        assert failure.message.startswith("the target did not answer GET https://api.example.com/")


def test_a_client_that_hangs_up_at_once_is_not_excused(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    sent = answered(exchange, response=None, ending=Ending.ABANDONED, finished=0.1)
    assert verdict_of(judge(live(trace((LIST, [sent], outcomes.failed()))))) is Verdict.FAIL


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ("undecodable", Verdict.TARGET),
        ("the page", Verdict.TARGET),
        ("nothing", Verdict.FAIL),
        ("another page", Verdict.FAIL),
        ("a made-up status", Verdict.FAIL),
    ],
)
def test_a_login_page_is_the_targets_unless_the_client_makes_data_of_it(
    shown: str, verdict: Verdict, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    outcome = {
        "undecodable": outcomes.failed(),
        "the page": outcomes.ok(PAGE.decode()),
        "nothing": outcomes.ok({}),
        "another page": outcomes.ok("<html></html>"),
        "a made-up status": outcomes.failed(500),
    }[shown]
    page = answered(exchange, 200, PAGE, "text/html; charset=utf-8", response_problems=NO_PAGE)
    found = live(trace((LIST, [page], outcome)))
    checks = judge(found)
    assert verdict_of(checks) is verdict
    if verdict is Verdict.TARGET:
        [failure] = target_failures(found, checks)
        assert failure.kind is TargetFailureKind.NOT_JSON
        assert 'with text/html, not JSON: "Sign in Please log in"; look at the URL of --target' in failure.message


@pytest.mark.parametrize(
    ("answer", "shown", "verdict"),
    [
        (MORE, MORE, Verdict.TARGET),
        (MORE, {**MORE, "added": 1}, Verdict.TARGET),
        ({**MORE, "undocumented": 1}, MORE, Verdict.TARGET),
        (MORE, {"pageNumber": 2, "totalResults": 20}, Verdict.FAIL),
        (MORE, {"pageNumber": 2}, Verdict.FAIL),
        (MORE, {"pageNumber": 2, "totalResults": None}, Verdict.FAIL),
        (GOOD, MORE, Verdict.FAIL),
        ({"pageNumber": 2}, {"pageNumber": 2}, Verdict.TARGET),
        ({"pageNumber": 2}, {"pageNumber": 2, "totalResults": 0}, Verdict.FAIL),
        ({"pageNumber": 1, "totalResults": 19}, {"pageNumber": 1, "totalResults": 7}, Verdict.FAIL),
        ({}, {}, Verdict.TARGET),
    ],
)
def test_other_data_are_the_targets_if_the_client_shows_them_where_they_differ(  # noqa: PLR0917 - a table and its fixtures
    answer: object,
    shown: object,
    verdict: Verdict,
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
) -> None:
    found = live(trace((LIST, [answered(exchange, body=answer)], outcomes.ok(shown))))
    checks = judge(found)
    assert verdict_of(checks) is verdict
    assert failing(checks, verdict) == ["outcome.payload"]
    kinds = [failure.kind for failure in target_failures(found, checks)]
    assert kinds == ([TargetFailureKind.DATA] if verdict is Verdict.TARGET else [])


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ("refuses", Verdict.TARGET),
        ("19", Verdict.TARGET),
        (19, Verdict.TARGET),
    ],
)
def test_an_answer_that_breaks_the_contract_may_be_refused_or_read_in_any_way_there(
    shown: object, verdict: Verdict, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    answer = answered(exchange, body={"pageNumber": 2, "totalResults": "19"}, response_problems=INVALID)
    outcome = outcomes.failed() if shown == "refuses" else outcomes.ok({"pageNumber": 2, "totalResults": shown})
    found = live(trace((LIST, [answer], outcome)))
    checks = judge(found)
    assert verdict_of(checks) is verdict
    assert [failure.kind for failure in target_failures(found, checks)] == [TargetFailureKind.CONTRACT]


def test_a_place_beside_the_broken_one_is_compared(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    answer = answered(exchange, body={"pageNumber": 3, "totalResults": "19"}, response_problems=INVALID)
    lie = outcomes.ok({"pageNumber": 4, "totalResults": 19})
    assert verdict_of(judge(live(trace((LIST, [answer], lie))))) is Verdict.FAIL


def test_a_valid_answer_must_be_read(trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]) -> None:
    for answer in (GOOD, MORE):
        checks = judge(live(trace((LIST, [answered(exchange, body=answer)], outcomes.failed()))))
        assert verdict_of(checks) is Verdict.FAIL


@pytest.mark.parametrize(
    ("answer", "outcome", "verdict"),
    [
        ((404, {"error": "gone"}), (404, {"error": "gone"}), Verdict.PASS),
        ((404, {"error": "other"}), (404, {"error": "other"}), Verdict.TARGET),
        ((404, {"error": "other"}), (404, {"error": "a lie"}), Verdict.FAIL),
        ((500, {"error": "down"}), (500, {"error": "down"}), Verdict.TARGET),
        ((500, {"error": "down"}), (502, {"error": "down"}), Verdict.FAIL),
        ((404, PAGE), (404, None), Verdict.TARGET),
    ],
)
def test_an_expected_refusal_is_compared_with_the_answer_too(  # noqa: PLR0917 - a table and its fixtures
    answer: tuple[int, object],
    outcome: tuple[int, object],
    verdict: Verdict,
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
) -> None:
    problems = NO_PAGE if answer[1] is PAGE else ()
    sent = answered(exchange, *answer, response_problems=problems)
    shown = outcomes.failed(outcome[0], fields=msgspec.UNSET if outcome[1] is None else outcome[1])
    assert verdict_of(judge(live(trace((REFUSED, [sent], shown))))) is verdict


@pytest.mark.parametrize(("shown", "verdict"), [(GOOD, Verdict.TARGET), (MORE, Verdict.FAIL)])
def test_a_success_in_place_of_a_refusal_must_be_shown_as_it_is(
    shown: object, verdict: Verdict, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    checks = judge(live(trace((REFUSED, [answered(exchange, body=GOOD)], outcomes.ok(shown)))))
    assert verdict_of(checks) is verdict


def test_a_case_that_allows_a_success_and_a_refusal_expects_no_refusal_of_everything(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    either = {**LIST, "expect": {"outcome": {"reported": ["ok", "failed", "unknown"]}}}
    silent = msgspec.structs.replace(outcomes.ok(status=429), payload=msgspec.UNSET)
    checks = judge(live(trace((either, [answered(exchange, 429)], outcomes.failed(429)))))
    assert verdict_of(checks) is Verdict.PASS
    for outcome in (silent, outcomes.ok(GOOD, status=None)):
        [failed] = [
            check
            for check in judge(live(trace((either, [answered(exchange, 429)], outcome))))
            if check.verdict is Verdict.FAIL
        ]
        assert failed.premise_broken


def test_a_step_without_an_expected_outcome_expects_a_success(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    for status in (302, 401, 402, 403, 404, 429, 500):
        refused = judge(live(trace((UNEXPECTED, [answered(exchange, status)], outcomes.failed(status)))))
        assert failing(refused, Verdict.TARGET) == ["outcome.reported"]
    strange = judge(live(trace((UNEXPECTED, [answered(exchange, 400)], outcomes.failed(400)))))
    assert verdict_of(strange) is Verdict.PASS, "a case may send a strange value on purpose"
    allowed = trace((UNEXPECTED, [answered(exchange, 404)], outcomes.failed(404)), case={"allow": ["contract"]})
    assert verdict_of(judge(live(allowed))) is Verdict.PASS
