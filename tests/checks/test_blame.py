"""Blame: on a live target, whose fault a failed check is; a client that shows something else than its answer fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.checks import Verdict, judge, worst
from concordat.checks.blame import target_failures
from concordat.checks.model import MissingValue, TargetFailure, TargetFailureKind
from concordat.http1.exchange import Ending, Response
from concordat.values import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

    from concordat.checks import CaseTrace, Check
    from concordat.http1.exchange import Exchange
    from concordat.values import Pairs

LIST = {
    "call": "customers.list",
    "with": {"companyId": "8a210b68-6988-11ed-a1eb-0242ac120002", "page": 2},
    "expect": {"outcome": {"reported": "ok", "payload": {"pageNumber": 2, "totalResults": 12}}},
}
REFUSED = {**LIST, "expect": {"outcome": {"reported": "failed", "error": {"status": 404, "body": {"error": "gone"}}}}}
UNEXPECTED = {**LIST, "expect": {}}
JSON = "application/json"
SYNTHETIC = (("Content-Type", JSON), ("X-Concordat", "synthetic"))
PLACEHOLDER = "Basic cGxhY2Vob2xkZXI="
SENT = (("Authorization", PLACEHOLDER),)
GOOD = {"pageNumber": 2, "totalResults": 12}
MORE = {"pageNumber": 2, "totalResults": 19}
PAGE = b"<html><title>Sign in</title><script>track('me')</script><body>Please log in</body></html>"


def answered(
    exchange: MakeExchange,
    status: int = 200,
    body: object = None,
    kind: str = JSON,
    answer_headers: Pairs | None = None,
    **changes: object,
) -> Exchange:
    """Return an exchange with an answer, and with the run's credential in its request."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode({} if body is None else body)
    headers = (("Content-Type", kind),) if answer_headers is None else answer_headers
    given: dict[str, object] = {"headers": SENT, "response": Response(status, headers, raw)}
    return exchange(**{**given, **changes})


def live(
    trace: CaseTrace,
    *,
    missing: tuple[MissingValue, ...] = (),
    target_failure: TargetFailure | None = None,
    scrub: Callable[[str], str] = str,
) -> CaseTrace:
    return replace(
        trace,
        live=True,
        state=None,
        commits=None,
        endpoint="https://api.example.com",
        auth=PLACEHOLDER,
        missing=missing,
        target_failure=target_failure,
        scrub=scrub,
    )


def verdict_of(checks: Sequence[Check]) -> Verdict:
    return worst([check.verdict for check in checks])


def failing(checks: Sequence[Check], verdict: Verdict) -> list[str]:
    return [check.id for check in checks if check.verdict is verdict]


INVALID = (Problem(where="body", pointer="/totalResults", rule="type", message='"19" is not of type "integer"'),)
NO_PAGE = (Problem(where="content-type", pointer="", rule="content", message="text/html is not documented"),)
STATUSES = (302, 400, 401, 402, 403, 404, 409, 429, 500, 503)


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
