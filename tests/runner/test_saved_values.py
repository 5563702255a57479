"""A step that needs a value which an earlier step did not give is blocked, and the step that did not give it is red."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.catalogue.model import (
    Advance,
    Call,
    Change,
    Edit,
    Expectation,
    Fault,
    OutcomeExpectation,
    Parallel,
    Repeat,
    Reported,
    WriteSafetyExpectation,
)
from concordat.checks import Verdict, judge, worst
from concordat.contract import load_contracts
from concordat.runner.case_runner import CaseRunner
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.runner.conftest import Doubles, MakeCase

    from concordat.catalogue.model import Case
    from concordat.checks import Check
    from concordat.clients import AdapterProcess
    from concordat.runner.case_runner import CaseRun
    from concordat.runner.client import Client

WRITE = {"companyId": "$company", "connectionId": "$connection", "body": {"customerName": "Ada", "status": "Active"}}
CREATE = Call(call="customers.create", id="create", with_=WRITE, save={"key": "/pushOperationKey"})
FIND = Call(call="pushOperations.get", id="find", with_={"companyId": "$company", "pushOperationKey": "$key"})
LIST = Call(call="customers.list", id="list", with_={"companyId": "$company"})
FIRST = Call(call="customers.list", id="first", with_={"companyId": "$company"}, save={"first": "/results/0/id"})


def without_key(**edit: Any) -> Fault:
    """Take the key out of the answer to a create, or set it."""
    return Fault(on="customers.create", edit=Edit(**(edit or {"remove": ["/pushOperationKey"]})))


@pytest.fixture
def play(doubles: Doubles, client: Client) -> Callable[[Case, str], CaseRun]:
    def run(case: Case, double: str) -> CaseRun:
        adapter = cast("AdapterProcess", doubles[double]())
        contract = load_contracts()["accounting"]
        runner = CaseRunner(case, contract, adapter, client, SandboxTarget())
        return asyncio.run(asyncio.wait_for(runner.run(), scaled(30)))

    return run


def sent(case_run: CaseRun) -> list[str | None]:
    return [exchange.operation for exchange in case_run.exchanges]


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def reds(checks: tuple[Check, ...]) -> list[str]:
    return [check.id for check in checks if check.verdict.red]


def of_step(checks: tuple[Check, ...], label: str) -> set[str]:
    return {str(check.verdict) for check in checks if check.id.startswith(label + ":")}


@pytest.mark.parametrize(
    ("double", "kind"),
    [
        ("Forgets", "missing"),
        ("ShowsNullForTheKey", "missing"),
        ("ShowsUnsetForTheKey", "missing"),
        ("ShowsAnotherKey", "changed"),
    ],
)
def test_a_client_that_loses_what_the_answer_holds_is_red_and_the_step_that_needs_it_is_not_sent(
    play: Callable[[Case, str], CaseRun], case: MakeCase, double: str, kind: str
) -> None:
    case_run = play(case(CREATE, FIND), double)
    checks = judge(case_run.trace)
    assert sent(case_run) == ["customers.create"]
    assert reds(checks) == ["create:outcome.saved"]
    saved = by_id(checks)["create:outcome.saved"]
    assert (saved.pointer, saved.kind) == ("/pushOperationKey", kind)
    assert of_step(checks, "find") == {"blocked"}
    assert by_id(checks)["find:outcome.reported"].message == "blocked by create:outcome.saved"


def test_a_client_that_shows_what_the_answer_holds_passes_the_check_of_it(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    checks = judge(play(case(CREATE, FIND), "Obedient").trace)
    assert by_id(checks)["create:outcome.saved"].verdict is Verdict.PASS
    assert {str(check.verdict) for check in checks} == {"pass"}


def test_an_error_that_is_raised_over_the_answer_is_the_one_red_check_of_the_step(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    checks = judge(play(case(CREATE, FIND), "RaisesOnPushes").trace)
    assert reds(checks) == ["create:outcome.reported"]
    assert by_id(checks)["create:outcome.saved"].message == "blocked by outcome.reported"
    assert by_id(checks)["find:request.count"].message == "blocked by create:outcome.reported"


def test_a_payload_that_differs_at_the_place_is_the_one_red_check_of_the_step(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    expected = OutcomeExpectation(payload={"pushOperationKey": {"any": "string"}})
    create = msgspec.structs.replace(CREATE, expect=Expectation(outcome=expected))
    checks = judge(play(case(create, FIND), "Forgets").trace)
    assert reds(checks) == ["create:outcome.payload"]
    assert by_id(checks)["create:outcome.saved"].message == "blocked by outcome.payload"
    assert by_id(checks)["find:request.count"].message == "blocked by create:outcome.payload"


def test_a_payload_that_differs_elsewhere_does_not_hide_the_lost_value(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    expected = OutcomeExpectation(payload={"status": "Success"})
    create = msgspec.structs.replace(CREATE, expect=Expectation(outcome=expected))
    checks = judge(play(case(create, FIND), "Forgets").trace)
    assert reds(checks) == ["create:outcome.payload", "create:outcome.saved"]


@pytest.mark.parametrize("edit", [{}, {"set": {"/pushOperationKey": None}}])
def test_a_value_that_the_answer_lacks_is_a_harness_error_that_names_the_case(
    play: Callable[[Case, str], CaseRun], case: MakeCase, edit: dict[str, Any]
) -> None:
    case_run = play(case(CREATE, FIND, faults=[without_key(**edit)], allow=["answers"]), "Obedient")
    (check,) = judge(case_run.trace)
    assert sent(case_run) == ["customers.create"]
    assert check.verdict is Verdict.HARNESS_ERROR
    held = "null" if edit else "no value"
    assert check.message == (
        f"cases/things.yaml:7: the answer to `customers.create` (step `create`) holds {held} at `/pushOperationKey`,"
        " where the case saves `key`"
    )


def test_a_payload_check_does_not_excuse_what_the_answer_itself_lacks(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    expected = OutcomeExpectation(payload={"pushOperationKey": {"any": "string"}})
    create = msgspec.structs.replace(CREATE, expect=Expectation(outcome=expected))
    checks = judge(play(case(create, FIND, faults=[without_key()], allow=["answers"]), "Obedient").trace)
    assert [check.verdict for check in checks] == [Verdict.HARNESS_ERROR]


def test_an_answer_that_lacks_a_value_because_a_client_went_wrong_blocks_by_that(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    expected = OutcomeExpectation(reported=Reported.OK)
    create = msgspec.structs.replace(CREATE, expect=Expectation(outcome=expected))
    checks = judge(play(case(create, FIND, world={"refuse": 503}), "Obedient").trace)
    assert reds(checks) == ["create:outcome.reported"]
    assert by_id(checks)["find:request.count"].message == "blocked by create:outcome.reported"


def test_the_harness_does_not_send_a_step_for_want_of_a_value_and_what_rests_on_it_is_blocked(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    wait = Call(
        call="pushOperations.get",
        via="harness",
        with_={"companyId": "$company", "pushOperationKey": "$key"},
        repeat=Repeat(until={"status": "Success"}, advance="15s"),
        save={"record": "/changes/0/recordRef/id"},
    )
    read = Call(call="customers.get", id="read", with_={"companyId": "$company", "customerId": "$record"})
    case_run = play(case(CREATE, wait, read, LIST, state={"customers": {"length": 3}}), "Forgets")
    checks = judge(case_run.trace)
    assert case_run.trace.harness_problem is None
    assert sent(case_run) == ["customers.create"]
    assert reds(checks) == ["create:outcome.saved"]
    assert of_step(checks, "read") == of_step(checks, "list") == {"blocked"}
    assert by_id(checks)["state.customers"].verdict is Verdict.BLOCKED


def test_a_harness_step_whose_answer_lacks_the_value_is_a_harness_error(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    prepare = msgspec.structs.replace(FIRST, via="harness", save={"first": "/results/9/id"})
    get = Call(call="customers.get", id="get", with_={"companyId": "$company", "customerId": "$first"})
    case_run = play(case(prepare, get), "Obedient")
    (check,) = judge(case_run.trace)
    assert sent(case_run) == []
    assert check.verdict is Verdict.HARNESS_ERROR
    assert "step `first`) holds no value at `/results/9/id`" in check.message


def test_a_value_that_is_only_expected_blocks_its_step_too(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    expect = Expectation(outcome=OutcomeExpectation(payload={"results": {"contains": {"id": "$key"}}}))
    case_run = play(case(CREATE, msgspec.structs.replace(LIST, expect=expect)), "Forgets")
    assert sent(case_run) == ["customers.create"]
    assert of_step(judge(case_run.trace), "list") == {"blocked"}


def test_a_value_that_a_repeat_waits_for_blocks_its_step_too(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    wait = msgspec.structs.replace(LIST, repeat=Repeat(until={"results": {"contains": {"id": "$key"}}}))
    case_run = play(case(CREATE, wait), "Forgets")
    assert sent(case_run) == ["customers.create"]
    assert by_id(judge(case_run.trace))["list:outcome.until"].verdict is Verdict.BLOCKED


def test_only_the_parallel_calls_that_need_the_value_are_blocked(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    both = Parallel(parallel=[FIND, LIST])
    case_run = play(case(CREATE, both), "Forgets")
    checks = judge(case_run.trace)
    assert sent(case_run) == ["customers.create", "customers.list"]
    assert of_step(checks, "find") == {"blocked"}
    assert of_step(checks, "list") == {"pass"}


@pytest.mark.parametrize("calls", [[LIST, CREATE], [CREATE, LIST]], ids=["last", "first"])
def test_a_value_that_a_parallel_call_loses_is_compared_with_its_own_answer(
    play: Callable[[Case, str], CaseRun], case: MakeCase, calls: list[Call]
) -> None:
    case_run = play(case(Parallel(parallel=calls), FIND), "Forgets")
    checks = judge(case_run.trace)
    assert reds(checks) == ["create:outcome.saved"]
    assert by_id(checks)["create:outcome.saved"].pointer == "/pushOperationKey"
    good = judge(play(case(Parallel(parallel=calls), FIND), "Obedient").trace)
    assert reds(good) == []
    assert by_id(good)["find:outcome.reported"].verdict is Verdict.PASS


def test_a_change_of_the_world_that_needs_the_value_blocks_all_that_follows(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    change = Change(change={"customers": {"remove": ["$key"]}})
    case_run = play(case(CREATE, change, Advance(advance="1h"), LIST, state={"pushes": {"length": 1}}), "Forgets")
    checks = judge(case_run.trace)
    assert sent(case_run) == ["customers.create"]
    assert of_step(checks, "list") == {"blocked"}
    assert by_id(checks)["state.pushes"].verdict is Verdict.BLOCKED


def test_a_blocked_read_leaves_the_steps_and_the_state_that_do_not_need_it_alone(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    state = {"pushes": [{"pushOperationKey": "$key"}], "customers": {"length": 2}}
    case_run = play(case(CREATE, FIND, LIST, state=state), "Forgets")
    checks = by_id(judge(case_run.trace))
    assert sent(case_run) == ["customers.create", "customers.list"]
    assert checks["list:outcome.reported"].verdict is Verdict.PASS
    assert checks["state.pushes"].message == "blocked by create:outcome.saved"
    assert checks["state.customers"].verdict is Verdict.PASS


def test_a_blocked_write_has_no_check_of_write_safety_and_fires_no_fault_and_blocks_the_rest(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    body = {"customerName": "$key", "status": "Active"}
    update = Call(call="customers.update", id="update", with_={**WRITE, "customerId": "c-1", "body": body})
    fault = Fault(id="down", on="customers.update", close=True)
    write_safety = WriteSafetyExpectation(of="customers.update")
    case_run = play(case(CREATE, update, LIST, faults=[fault], write_safety=write_safety), "Forgets")
    checks = by_id(judge(case_run.trace))
    assert sent(case_run) == ["customers.create"]
    assert {str(checks[name].verdict) for name in ("write-safety", "fault.fired", "list:request.count")} == {"blocked"}


def test_a_lost_value_makes_the_case_fail_and_the_blocked_steps_are_no_pass(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    checks = judge(play(case(CREATE, FIND), "Forgets").trace)
    assert worst([check.verdict for check in checks]) is Verdict.FAIL
    assert worst([check.verdict for check in checks if check.id.startswith("find:")]) is Verdict.BLOCKED


def test_null_in_the_answer_is_a_value_that_may_be_expected(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    nothing = Fault(on="customers.list", edit=Edit(set={"/results/0/customerName": None}))
    first = msgspec.structs.replace(FIRST, save={"name": "/results/0/customerName"})
    expect = Expectation(outcome=OutcomeExpectation(payload={"results": {"contains": {"customerName": "$name"}}}))
    again = msgspec.structs.replace(LIST, expect=expect)
    fault = msgspec.structs.replace(nothing, times="always")
    checks = judge(play(case(first, again, faults=[fault], allow=["answers"]), "Obedient").trace)
    assert reds(checks) == []
    assert by_id(checks)["list:outcome.payload"].verdict is Verdict.PASS


def test_null_in_the_answer_stands_in_no_text(play: Callable[[Case, str], CaseRun], case: MakeCase) -> None:
    fault = without_key(set={"/pushOperationKey": None})
    listed = msgspec.structs.replace(LIST, with_={"companyId": "$company", "query": "id=${key}"})
    case_run = play(case(CREATE, listed, faults=[fault], allow=["answers"]), "Obedient")
    assert sent(case_run) == ["customers.create"]
    assert [check.verdict for check in judge(case_run.trace)] == [Verdict.HARNESS_ERROR]


def test_the_state_of_a_case_whose_client_died_before_it_saved_is_blocked(
    play: Callable[[Case, str], CaseRun], case: MakeCase
) -> None:
    case_run = play(case(CREATE, FIND, state={"pushes": [{"pushOperationKey": "$key"}]}), "DiesInTheCall")
    checks = judge(case_run.trace)
    assert reds(checks) == ["create:client.alive"]
    assert by_id(checks)["state.pushes"].verdict is Verdict.BLOCKED
    assert by_id(checks)["create:outcome.saved"].verdict is Verdict.BLOCKED
