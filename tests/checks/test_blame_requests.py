"""Blame: retries, waits, values and preparing calls that follow from what a live target answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.checks.live_traces import (
    GOOD,
    LIST,
    MORE,
    PAGE,
    REFUSED,
    SYNTHETIC,
    UNEXPECTED,
    answered,
    failing,
    live,
    verdict_of,
)

from concordat.checks import Verdict, judge
from concordat.checks.blame import target_failures
from concordat.checks.model import MissingValue, TargetFailure, TargetFailureKind
from concordat.http1.exchange import Ending
from concordat.values import Problem

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders


@pytest.mark.parametrize(
    ("retries", "first", "last", "verdict"),
    [
        ("default", 429, 200, Verdict.TARGET),
        ("default", 503, 503, Verdict.TARGET),
        ("default", 404, 200, Verdict.FAIL),
        ("none", 429, 200, Verdict.FAIL),
        ("none", 503, 503, Verdict.FAIL),
    ],
)
def test_a_retry_follows_from_an_answer_only_where_the_case_lets_the_client_retry(  # noqa: PLR0917 - a table and its fixtures
    retries: str,
    first: int,
    last: int,
    verdict: Verdict,
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
) -> None:
    sent = [answered(exchange, first), answered(exchange, last, GOOD if last == 200 else {}, number=2)]
    outcome = outcomes.ok(GOOD) if last == 200 else outcomes.failed(last)
    checks = judge(live(trace((LIST, sent, outcome), case={"client": {"retries": retries}})))
    assert verdict_of(checks) is verdict
    assert "request.count" in failing(checks, verdict)


@pytest.mark.parametrize("status", [406, 411, 415, 431])
def test_a_refused_form_of_a_request_is_the_clients(
    status: int, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    checks = judge(live(trace((LIST, [answered(exchange, status)], outcomes.failed(status)))))
    assert verdict_of(checks) is Verdict.FAIL


def test_a_client_that_retries_until_its_deadline_waits_for_the_target(
    trace: MakeTrace, exchange: MakeExchange
) -> None:
    sent = [answered(exchange, 503), answered(exchange, 503, number=2)]
    for retries, verdict in (("default", Verdict.TARGET), ("none", Verdict.FAIL)):
        found = trace((LIST, sent, None), lost="silent", case={"client": {"retries": retries}})
        assert verdict_of(judge(live(found))) is verdict


def test_a_retry_that_a_planned_fault_asked_for_is_counted(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    sent = [answered(exchange, 429, faults=("f1",)), answered(exchange, body=GOOD, number=2)]
    checks = judge(live(trace((LIST, sent, outcomes.ok(GOOD)), case={"client": {"retries": "default"}})))
    assert failing(checks, Verdict.FAIL) == ["request.count"]


def test_a_followed_redirect_is_the_targets_and_another_request_is_not(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    moved = answered(exchange, 302, b"", answer_headers=(("Location", "/login"),))
    page = answered(exchange, 200, PAGE, "text/html", target="/login", number=2, operation=None)
    checks = judge(live(trace((LIST, [moved, page], outcomes.failed()))))
    assert verdict_of(checks) is Verdict.TARGET
    elsewhere = answered(exchange, 200, PAGE, "text/html", target="/other", number=2, operation=None)
    assert verdict_of(judge(live(trace((LIST, [moved, elsewhere], outcomes.failed()))))) is Verdict.FAIL


def test_a_client_that_waits_for_a_target_up_to_its_deadline_is_not_its_victim(
    trace: MakeTrace, exchange: MakeExchange
) -> None:
    waiting = answered(exchange, response=None, ending=Ending.OPEN)
    assert verdict_of(judge(live(trace((LIST, [waiting], None), lost="silent")))) is Verdict.TARGET
    answered_at_once = answered(exchange, body=GOOD)
    assert verdict_of(judge(live(trace((LIST, [answered_at_once], None), lost="silent")))) is Verdict.FAIL
    assert verdict_of(judge(live(trace((LIST, [waiting], None), lost="died")))) is Verdict.FAIL


def test_a_value_that_the_answer_lacks_is_the_targets_and_blocks_what_needs_it(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    saving = {**UNEXPECTED, "save": {"first": "/results/0/id"}}
    found = trace((saving, [answered(exchange, body={"results": []})], outcomes.ok({"results": []})))
    missing = MissingValue(name="first", pointer="/results/0/id", step="s1", operation="customers.list", position=1)
    checks = judge(live(found, missing=(missing,)))
    assert failing(checks, Verdict.TARGET) == ["outcome.saved"]
    assert verdict_of(judge(replace(found, missing=(missing,)))) is Verdict.HARNESS_ERROR, "the case is wrong there"


def test_a_value_that_a_preparing_call_does_not_get_is_the_targets(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    found = trace((LIST, [answered(exchange, body=GOOD)], outcomes.ok(GOOD)))
    missing = MissingValue(
        name="first", pointer="/a", step="s1", operation="customers.list", position=0, by_client=False
    )
    checks = judge(live(found, missing=(missing,)))
    assert failing(checks, Verdict.TARGET) == ["target"]
    assert target_failures(live(found), checks)[0].kind is TargetFailureKind.DATA


def test_a_refused_preparing_call_is_the_targets_and_hides_no_failure_of_the_client(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    failure = TargetFailure(kind=TargetFailureKind.STATUS, status=503, message="it is down")
    sound = live(trace((LIST, [answered(exchange, body=GOOD)], outcomes.ok(GOOD))), target_failure=failure)
    checks = judge(sound)
    assert [(check.id, check.verdict) for check in checks] == [("target", Verdict.TARGET)]
    assert target_failures(sound, checks) == (failure,)
    lying = live(trace((LIST, [answered(exchange, body=GOOD)], outcomes.ok(MORE))), target_failure=failure)
    assert verdict_of(judge(lying)) is Verdict.FAIL


def test_a_key_that_the_target_repeats_is_scrubbed_before_its_words_are_cut(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    key = "k3y-of-nobody"
    body = ("x" * 115 + key + " and \x1b[31m more ").encode()
    found = live(
        trace((LIST, [answered(exchange, 401, body)], outcomes.failed(401))),
        scrub=lambda text: text.replace(key, "***"),
    )
    [check] = [check for check in judge(found) if check.verdict is Verdict.TARGET]
    assert "k3y" not in check.message
    assert "\x1b" not in check.message
    assert "x***" in check.message


SAVES = {**UNEXPECTED, "id": "first", "save": {"page": "/pageNumber"}}
CUSTOMERS = "/companies/8a210b68-6988-11ed-a1eb-0242ac120002/data/customers"
PAGE_ZERO = (Problem(where="query", pointer="/page", rule="minimum", message="0 is less than the minimum of 1"),)


@pytest.mark.parametrize(
    ("page", "sent", "shown", "verdict"),
    [
        ("$page", {}, 400, Verdict.TARGET),
        ("$page", {}, 404, Verdict.FAIL),
        ("$page", {}, None, Verdict.TARGET),
        (
            "$page",
            {"target": f"{CUSTOMERS}?page=9"},
            400,
            Verdict.FAIL,
        ),
        (0, {}, 400, Verdict.FAIL),
    ],
    ids=["the value of the answer", "and another status", "and no status", "another value", "the case's own value"],
)
def test_a_request_that_the_targets_own_value_made_invalid_may_be_refused(  # noqa: PLR0917 - a table and its fixtures
    page: object,
    sent: dict[str, str],
    shown: int | None,
    verdict: Verdict,
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
) -> None:
    second = {**LIST, "with": {**LIST["with"], "page": page}}  # type: ignore[dict-item]  # a written case
    target: dict[str, Any] = {"target": f"{CUSTOMERS}?page=0", **sent}
    refused = answered(exchange, 400, {"error": "no"}, request_problems=PAGE_ZERO, number=2, **target)
    zero = {"pageNumber": 0}
    first = answered(exchange, body=zero, target=f"{CUSTOMERS}?page=2")
    found = live(trace((SAVES, [first], outcomes.ok(zero)), (second, [refused], outcomes.failed(shown))))
    call = msgspec.structs.replace(found.steps[1].call, with_={**found.steps[1].call.with_, "page": 0})
    step = replace(found.steps[1], call=call)
    checks = judge(replace(found, steps=(found.steps[0], step)))
    assert verdict_of(checks) is verdict, [(check.id, check.verdict, check.message) for check in checks]


def test_a_success_in_place_of_a_refusal_is_named_as_that(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    checks = judge(live(trace((REFUSED, [answered(exchange, body=GOOD)], outcomes.ok(GOOD)))))
    [check] = [one for one in checks if one.id == "outcome.reported"]
    assert check.verdict is Verdict.TARGET
    assert check.message.startswith("the target answered 200 to GET https://api.example.com/companies/")
    assert check.message.endswith('"; the case expects it to refuse this request')


def test_the_reason_for_no_answer_is_quoted_without_the_answer_that_stands_for_it(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    body = {"statusCode": 502, "service": "Concordat", "error": "Concordat: the target cannot be reached (OSError)"}
    none = answered(exchange, 502, body, answer_headers=SYNTHETIC)
    [check] = [one for one in judge(live(trace((LIST, [none], outcomes.failed(502))))) if one.id == "outcome.reported"]
    assert "/data/customers?page=2: the target cannot be reached (OSError); look at the network" in check.message


EDIT = {"faults": [{"on": "customers.list", "edit": {"set": {"/results/0": {"id": "c-1"}}}}]}
THREE = {
    **LIST,
    "expect": {"outcome": {"reported": "ok", "payload": {"results": [{"id": "c-1"}, {"id": {"any": "string"}}]}}},
}


@pytest.mark.parametrize(
    ("received", "shown", "verdict"),
    [
        ([{"id": "c-1"}], [{"id": "c-1"}], Verdict.TARGET),
        ([{"id": "c-1"}, {"id": "b"}], [{"id": "c-1"}], Verdict.FAIL),
        ([{"id": "c-1"}], [], Verdict.FAIL),
        ([{"id": "c-2"}, {"id": "b"}], [{"id": "c-2"}, {"id": "b"}], Verdict.FAIL),
        ([{"id": "c-1"}, {"id": 2}], [{"id": "c-1"}, {"id": 2}], Verdict.TARGET),
        ([{"id": "c-1"}, {"id": 2}], [{"id": "c-1"}, {"id": 3}], Verdict.FAIL),
    ],
    ids=["fewer", "fewer shown", "none shown", "the edited place", "beside it", "beside it and shown otherwise"],
)
def test_beside_a_planned_edit_the_data_are_the_targets(  # noqa: PLR0917 - a table and its fixtures
    received: list[object],
    shown: list[object],
    verdict: Verdict,
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
) -> None:
    edited = answered(exchange, body={"results": received}, faults=("fault-1",))
    found = live(trace((THREE, [edited], outcomes.ok({"results": shown})), case=EDIT))
    assert verdict_of(judge(found)) is verdict


@pytest.mark.parametrize("status", [404, 429, 503])
def test_an_answer_that_an_edit_cannot_make_a_success_is_the_targets(
    status: int, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    for shown, verdict in ((status, Verdict.TARGET), (418, Verdict.FAIL)):
        edited = answered(exchange, status, {"results": [{"id": "c-1"}]}, faults=("fault-1",))
        assert verdict_of(judge(live(trace((THREE, [edited], outcomes.failed(shown)), case=EDIT)))) is verdict
    scripted = {"faults": [{"on": "customers.list", "respond": {"status": status}}]}
    planned = answered(exchange, status, faults=("fault-1",))
    checks = judge(live(trace((THREE, [planned], outcomes.failed(status)), case=scripted)))
    assert verdict_of(checks) is Verdict.FAIL, "a planned answer is no failure of the target"


@pytest.mark.parametrize(("allow", "verdict"), [(["contract"], Verdict.TARGET), ([], Verdict.FAIL)])
def test_a_refusal_of_what_the_case_sends_on_purpose_is_the_targets(
    allow: list[str], verdict: Verdict, trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    refused = answered(exchange, 400, {"error": "no"}, request_problems=PAGE_ZERO)
    found = live(trace((LIST, [refused], outcomes.failed(400)), case={"allow": allow}))
    assert verdict_of(judge(found)) is verdict
