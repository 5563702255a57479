"""How checks of a case depend on one another, and what binds a client to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from concordat.checks import Verdict, judge
from concordat.clients.protocol import Outcome
from concordat.contract.variant import Variant, VariantArgument, VariantOperation
from concordat.http1.answer import SYNTHETIC
from concordat.http1.exchange import Response

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

    from concordat.checks import Check

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST_PATH = f"/companies/{COMPANY}/data/customers"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def verdicts(checks: tuple[Check, ...]) -> dict[str, str]:
    return {check.id: str(check.verdict) for check in checks}


def reds(checks: tuple[Check, ...]) -> set[str]:
    return {check.id for check in checks if check.verdict.red}


def expecting(step: dict[str, Any], **expect: object) -> dict[str, Any]:
    return {**step, "expect": expect}


def a_variant(arguments: list[str]) -> Variant:
    operation = VariantOperation(
        name="customers.list",
        method="list",
        style="request-object",
        arguments=[VariantArgument(name=name, parameter=name) for name in arguments],
        returns="Customers",
    )
    return Variant(
        name="v",
        document="documents/002",
        package="p",
        release="8.0.1",
        covers=">=7,<9",
        language="python",
        api="sync-for-expenses",
        call_style="s",
        errors="raised",
        errors_source="x",
        auth="Basic",
        operations=[operation],
    )


def test_a_well_behaved_read_passes_every_check(trace: MakeTrace) -> None:
    checks = judge(trace())
    assert set(verdicts(checks).values()) == {"pass"}
    assert set(by_id(checks)) == {
        "client.alive",
        "call.possible",
        "request.count",
        "request.method",
        "request.path",
        "request.query",
        "request.body",
        "request.contract",
        "outcome.reported",
        "response.contract",
    }


@pytest.mark.parametrize(("state", "red"), [({"pushes": [{"id": 1}]}, set()), ({"pushes": []}, {"state.pushes"})])
def test_the_state_afterwards_is_judged_by_collection(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], state: object, red: set[str]
) -> None:
    case = trace((LIST, [exchange()], outcomes.ok()), case={"state": {"pushes": {"length": 1}}}, state=state)
    assert reds(judge(case)) == red


def test_a_collection_that_the_sandbox_lacks_is_the_case_s_fault(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    case = trace((LIST, [exchange()], outcomes.ok()), case={"state": {"pushs": []}}, state={"pushes": []})
    found = by_id(judge(case))["state.pushs"]
    assert found.verdict is Verdict.HARNESS_ERROR
    assert "did you mean `pushes`" in found.message


def test_the_state_is_blocked_by_a_wrong_request_and_not_applicable_live(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    wrong = exchange(target=LIST_PATH)
    case: dict[str, Any] = {"state": {"pushes": []}}
    assert (
        verdicts(judge(trace((LIST, [wrong], outcomes.ok()), case=case, state={"pushes": []})))["state.pushes"]
        == "blocked"
    )
    live = judge(trace((LIST, [exchange()], outcomes.ok()), case=case, state=None))
    assert verdicts(live)["state.pushes"] == "not-applicable"


def test_the_checks_of_several_steps_begin_with_the_step(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    first, second = {**LIST, "id": "first"}, {**LIST, "id": "second"}
    checks = judge(
        trace((first, [exchange()], outcomes.ok()), (second, [exchange(number=2, target=LIST_PATH)], outcomes.ok()))
    )
    assert reds(checks) == {"second:request.query"}
    assert "first:outcome.reported" in by_id(checks)


def test_a_step_that_was_never_reached_leaves_the_ids_of_the_others_alone(trace: MakeTrace) -> None:
    written = [{**LIST, "id": "first"}, {**LIST, "id": "second"}]
    checks = judge(trace((written[0], [], None), written=written))
    assert reds(checks) == {"first:client.alive"}


def test_a_later_outcome_is_blocked_when_an_earlier_request_went_wrong(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    later = expecting({**LIST, "id": "b"}, outcome={"payload": {"pageNumber": 2}})
    calls_made = (
        ({**LIST, "id": "a"}, [exchange(target=LIST_PATH)], outcomes.ok()),
        (later, [exchange(number=2)], outcomes.ok({"pageNumber": 1})),
    )
    checks = judge(trace(*calls_made))
    assert reds(checks) == {"a:request.query"}
    assert verdicts(checks)["b:outcome.payload"] == "blocked"


def test_calls_that_ran_together_get_the_requests_that_fit_them(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    one, two = {**LIST, "id": "one"}, {**LIST, "id": "two", "with": {"companyId": COMPANY, "page": 3}}
    shared = [exchange(target=f"{LIST_PATH}?page=3"), exchange(number=2)]
    written = [{"parallel": [one, two]}]
    good = trace((one, shared, outcomes.ok()), (two, shared, outcomes.ok()), written=written)
    assert not reds(judge(good))
    both = [exchange(), exchange(number=2)]
    bad = trace((one, both, outcomes.ok()), (two, both, outcomes.ok()), written=written)
    assert reds(judge(bad)) == {"one:request.count", "two:request.count"}


@pytest.mark.parametrize(
    ("source", "variant", "version", "verdict"),
    [
        ("undefined:page-beyond-the-end", False, "8.0", "observation"),
        ("contract:sync-for-expenses#list-customers", False, "8.0", "fail"),
        (["undefined:x", "contract:sync-for-expenses#list-customers"], False, "8.0", "fail"),
        ("document:002", True, "8.0", "fail"),
        ("document:002", True, "9.0", "observation"),
        ("document:000", True, "8.0", "observation"),
        ("document:002", False, "8.0", "observation"),
    ],
)
def test_what_no_source_asks_of_this_client_is_an_observation(
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
    *,
    source: object,
    variant: bool,
    version: str,
    verdict: str,
) -> None:
    case = trace(
        (LIST, [exchange(target=LIST_PATH)], outcomes.ok()),
        case={"source": source},
        variant=a_variant([]) if variant else None,
        version=version,
    )
    assert verdicts(judge(case))["request.query"] == verdict


def test_a_problem_of_the_harness_is_the_only_check(trace: MakeTrace) -> None:
    checks = judge(trace(harness_problem="the case took too long"))
    assert verdicts(checks) == {"harness": "harness-error"}


@pytest.mark.parametrize(
    ("headers", "expected"), [(((SYNTHETIC, "synthetic"),), {"harness"}), ((), {"client.alive", "harness"})]
)
def test_an_answer_that_the_tap_made_itself_makes_no_failure_of_a_client(
    headers: tuple[tuple[str, str], ...], expected: set[str], trace: MakeTrace, exchange: MakeExchange
) -> None:
    answered = exchange(response=Response(502, headers, b"{}"))
    expecting_a_page = expecting(LIST, outcome={"reported": "ok"})
    failed = Outcome(phase="call", ended="raised", status=502)
    checks = judge(trace((expecting_a_page, [answered], failed), harness_problem="the target broke off"))
    assert {check.id for check in checks} >= expected
    assert ("outcome.reported" in reds(checks)) is (not headers)


def test_a_case_of_which_nothing_ran_is_a_harness_error(trace: MakeTrace) -> None:
    assert verdicts(judge(replace(trace(), steps=()))) == {"harness": "harness-error"}


def test_a_matcher_that_turns_out_malformed_names_its_case(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, outcome={"payload": {"pageNumber": {"length": -1}}})
    (check,) = judge(trace((step, [exchange()], outcomes.ok())))
    assert check.verdict is Verdict.HARNESS_ERROR
    assert check.message.startswith("cases/a/b.yaml:3: `length`")
