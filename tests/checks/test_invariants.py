"""The checks of every case, each seen to pass and to go red."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.checks import Verdict, judge
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.contract.variant import Variant, VariantArgument, VariantOperation
from concordat.http1.exchange import Ending
from concordat.values import Problem

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

    from concordat.checks import Check
    from concordat.http1.exchange import Exchange

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def verdicts(checks: tuple[Check, ...]) -> dict[str, str]:
    return {check.id: str(check.verdict) for check in checks}


def reds(checks: tuple[Check, ...]) -> set[str]:
    return {check.id for check in checks if check.verdict.red}


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


def replace_faults(exchange: Exchange) -> Exchange:
    return msgspec.structs.replace(exchange, faults=("planned",))


FAULT = {"faults": [{"id": "down", "reset": True}]}


@pytest.mark.parametrize(
    ("lost", "verdict"), [("died", "fail"), ("silent", "fail"), ("adapter broke", "harness-error")]
)
def test_a_client_that_is_gone_blocks_everything_else(trace: MakeTrace, lost: str, verdict: str) -> None:
    checks = verdicts(judge(trace((LIST, [], None), lost=lost)))
    assert checks.pop("client.alive") == verdict
    assert set(checks.values()) <= {"blocked", "pass"}
    assert checks["request.count"] == "blocked"


def test_an_adapter_that_cannot_render_is_our_own_fault(trace: MakeTrace, exchange: MakeExchange) -> None:
    outcome = Outcome("render", "raised", error=ErrorShown("TypeError", message="no"))
    assert verdicts(judge(trace((LIST, [exchange()], outcome))))["client.alive"] == "harness-error"


@pytest.mark.parametrize(
    ("ended", "promised", "allow", "verdict"),
    [
        ("unsupported", True, [], "fail"),
        ("unrepresentable", True, [], "fail"),
        ("unsupported", False, [], "not-applicable"),
        ("unrepresentable", True, ["contract"], "not-applicable"),
    ],
)
def test_a_call_that_cannot_be_made_is_red_where_it_is_promised(
    trace: MakeTrace, *, ended: Any, promised: bool, allow: list[str], verdict: str
) -> None:
    outcome = Outcome("build", ended, detail="page")
    case = trace(
        (LIST, [], outcome), case={"allow": allow}, promised=frozenset({"customers.list"} if promised else set())
    )
    assert verdicts(judge(case))["call.possible"] == verdict
    assert reds(judge(case)) == ({"call.possible"} if verdict == "fail" else set())


@pytest.mark.parametrize(
    ("arguments", "version", "level"),
    [(["companyId", "page"], "8.0", None), (["companyId"], "8.0", "should"), (["companyId", "page"], "9.0", "should")],
)
def test_an_argument_that_only_the_contract_names_is_a_should(
    trace: MakeTrace, arguments: list[str], version: str, level: str | None
) -> None:
    variant = a_variant(arguments)
    case = trace((LIST, [], Outcome("build", "unrepresentable")), variant=variant, version=version)
    assert by_id(judge(case))["call.possible"].level == level


def test_a_planned_fault_that_did_not_fire_is_red(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    calls_made = (LIST, [exchange(ending=Ending.RESET, faults=("down",))], outcomes.failed())
    assert verdicts(judge(trace(calls_made, case=FAULT)))["fault.fired"] == "pass"
    assert reds(judge(trace(calls_made, case=FAULT, unfired=("down",)))) == {"fault.fired"}


def test_an_unfired_fault_is_blocked_where_nothing_was_sent(trace: MakeTrace, outcomes: type[OutcomeBuilders]) -> None:
    checks = judge(trace((LIST, [], outcomes.failed()), case=FAULT, unfired=("down",)))
    assert reds(checks) == {"request.count"}
    assert verdicts(checks)["fault.fired"] == "blocked"


def test_an_invalid_answer_of_the_sandbox_is_a_harness_error_and_of_a_live_endpoint_an_observation(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    answered = exchange(response_problems=(Problem("body", "/results", "type", "not an array"),))
    checks = judge(trace((LIST, [answered], outcomes.ok())))
    assert by_id(checks)["response.contract"].verdict is Verdict.HARNESS_ERROR
    live = judge(trace((LIST, [answered], outcomes.ok()), state=None, commits=None, live=True))
    assert by_id(live)["response.contract"].verdict is Verdict.OBSERVATION
    planned = replace_faults(answered)
    assert "response.contract" not in by_id(judge(trace((LIST, [planned], outcomes.ok()))))


def test_a_request_that_belongs_to_no_call_is_red(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    own, between = exchange(number=1), exchange(number=2)
    made = trace((LIST, [own], outcomes.ok()), exchanges=(own, between))
    found = by_id(judge(made))["request.unattributed"]
    assert (found.verdict, found.kind, found.exchange) == (Verdict.FAIL, "extra", 2)
    assert between.request is not None
    assert found.observed == [f"GET {between.request.target}"]


def test_a_straggler_is_not_an_unattributed_request(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    own, late = exchange(number=1), exchange(number=2, straggler=True)
    assert "request.unattributed" not in by_id(judge(trace((LIST, [own], outcomes.ok()), exchanges=(own, late))))
