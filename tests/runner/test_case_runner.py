"""The steps of one case, each as the format describes it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeAlias, cast

import pytest
from tests.timeouts import scaled

from concordat.catalogue.model import (
    Absent,
    Advance,
    Call,
    Case,
    Change,
    ClientSettings,
    Expectation,
    Fault,
    Parallel,
    Repeat,
    RetryPolicy,
    WaitExpectation,
)
from concordat.contract import load_contracts
from concordat.runner.case_runner import CaseRun, CaseRunner
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.runner.conftest import Doubles, MakeCase, Obedient

    from concordat.clients import AdapterProcess
    from concordat.runner.client import Client

LIST = Call(call="customers.list", with_={"companyId": "$company"})
CREATE = Call(
    call="customers.create",
    id="create",
    with_={"companyId": "$company", "connectionId": "$connection", "body": {"customerName": "Ada", "status": "Active"}},
    save={"push": "/pushOperationKey"},
)


Play: TypeAlias = "Callable[[Case, Obedient], CaseRun]"


@pytest.fixture
def play(client: Client) -> Play:
    """Run a case with an adapter."""

    def run(case: Case, adapter: Obedient) -> CaseRun:
        contract = load_contracts()["accounting"]
        runner = CaseRunner(case, contract, cast("AdapterProcess", adapter), client, SandboxTarget())
        return asyncio.run(asyncio.wait_for(runner.run(), scaled(60)))

    return run


@pytest.fixture
def obedient(doubles: Doubles) -> Obedient:
    return doubles["Obedient"]()


def test_calls_keep_to_their_own_exchanges(play: Play, case: MakeCase, obedient: Obedient) -> None:
    case_run = play(case(LIST, CREATE), obedient)
    assert [(step.label, [e.operation for e in step.exchanges]) for step in case_run.trace.steps] == [
        ("s1", ["customers.list"]),
        ("create", ["customers.create"]),
    ]
    assert case_run.steps == {1: "s1", 2: "create"}
    assert case_run.trace.commits == {"customers.create": 1}
    assert case_run.trace.harness_problem is None


def test_what_is_saved_is_bound_in_later_steps(play: Play, case: MakeCase, obedient: Obedient) -> None:
    find = Call(call="pushOperations.get", with_={"companyId": "$company", "pushOperationKey": "$push"})
    case_run = play(case(CREATE, find), obedient)
    created, found = (step.outcome for step in case_run.trace.steps)
    assert created is not None
    assert found is not None
    assert found.payload["pushOperationKey"] == created.payload["pushOperationKey"]


def test_repeat_asks_again_until_the_payload_matches(play: Play, case: MakeCase, obedient: Obedient) -> None:
    wait = Call(
        call="pushOperations.get",
        with_={"companyId": "$company", "pushOperationKey": "$push"},
        repeat=Repeat(until={"status": "Success"}, times=5, advance="20s"),
    )
    case_run = play(case(CREATE, wait, world={"push": {"outcome": "success", "takes": "30s"}}), obedient)
    last = case_run.trace.steps[-1]
    assert last.outcome is not None
    assert last.outcome.payload["status"] == "Success"
    assert len(last.exchanges) == 3, "what it took to get there is the step's own"
    assert len(case_run.exchanges) == 4


def test_repeat_gives_up_after_its_times(play: Play, case: MakeCase, obedient: Obedient) -> None:
    never = Call(
        call="customers.list", with_={"companyId": "$company"}, repeat=Repeat(until={"pageNumber": 99}, times=3)
    )
    assert len(play(case(never), obedient).exchanges) == 3


def test_the_clock_and_the_world_move_between_steps(play: Play, case: MakeCase, obedient: Obedient) -> None:
    change = Change(change={"refuse": 503})
    wanted = {"pushes": {"length": 1}}
    case_run = play(case(CREATE, Advance(advance="1h"), change, LIST, state=wanted), obedient)
    outcome = case_run.trace.steps[-1].outcome
    assert outcome is not None
    assert outcome.status == 503
    assert case_run.trace.state is not None
    assert [push["status"] for push in case_run.trace.state["pushes"]] == ["Success"]
    assert play(case(LIST), obedient).trace.state is None, "what the case does not ask for is not read"


def test_preparation_goes_past_the_tap_and_the_planned_faults(play: Play, case: MakeCase, obedient: Obedient) -> None:
    prepare = Call(
        call="customers.list", with_={"companyId": "$company"}, via="harness", save={"first": "/results/0/id"}
    )
    get = Call(call="customers.get", with_={"companyId": "$company", "customerId": "$first"})
    fault = Fault(id="down", on="customers.list", reset=True, must_fire=True)
    case_run = play(case(prepare, get, faults=[fault]), obedient)
    assert [e.operation for e in case_run.exchanges] == ["customers.get"]
    assert case_run.trace.unfired == ("down",)
    assert [step.label for step in case_run.trace.steps] == ["s2"]


def test_preparation_that_is_refused_is_a_harness_problem(play: Play, case: MakeCase, obedient: Obedient) -> None:
    prepare = Call(call="customers.get", with_={"companyId": "$company", "customerId": "none"}, via="harness")
    problem = play(case(prepare, LIST), obedient).trace.harness_problem
    assert problem is not None
    assert "the preparing call `customers.get` got status 404" in problem


def test_an_unbound_name_is_a_harness_problem_with_a_hint(play: Play, case: MakeCase, obedient: Obedient) -> None:
    problem = play(case(Call(call="customers.list", with_={"companyId": "$compny"})), obedient).trace.harness_problem
    assert problem is not None
    assert "did you mean `company`" in problem


def test_parallel_calls_share_all_their_exchanges_so_that_none_is_lost(
    play: Play, case: MakeCase, obedient: Obedient
) -> None:
    both = [Call(call="customers.list", with_={"companyId": "$company", "page": page}) for page in (1, 2)]
    case_run = play(case(Parallel(parallel=both)), obedient)
    assert [
        (step.label, sorted(dict(e.request.query)["page"] for e in step.exchanges if e.request))
        for step in case_run.trace.steps
    ] == [("s1.1", ["1", "2"]), ("s1.2", ["1", "2"])]


def test_a_death_in_parallel_is_each_calls_own(play: Play, case: MakeCase, doubles: Doubles) -> None:
    case_run = play(case(Parallel(parallel=[LIST, LIST])), doubles["DiesInTheCall"]())
    assert [step.lost for step in case_run.trace.steps] == ["died", "died"]
    assert case_run.trace.harness_problem is None


def test_a_call_is_cancelled_after_its_time(play: Play, case: MakeCase, obedient: Obedient) -> None:
    play(case(Call(call="customers.list", with_={"companyId": "$company"}, cancel_after=0.01)), obedient)
    assert obedient.cancelled == 1


def test_the_time_of_a_cancellation_counts_from_the_arrival_of_the_request(
    play: Play, case: MakeCase, obedient: Obedient
) -> None:
    obedient.hesitates = 0.2
    call = Call(call="customers.list", with_={"companyId": "$company"}, cancel_after=0.01)
    (step,) = play(case(call), obedient).trace.steps
    assert len(step.exchanges) == 1


def test_a_call_that_sends_nothing_is_cancelled_all_the_same(
    play: Play, case: MakeCase, obedient: Obedient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concordat.runner.adapter_call.ARRIVAL_DEADLINE", 0.1)
    obedient.hesitates = 60
    call = Call(call="customers.list", with_={"companyId": "$company"}, cancel_after=0.01)
    (step,) = play(case(call), obedient).trace.steps
    assert step.outcome is not None
    assert step.outcome.ended == "cancelled"
    assert step.exchanges == ()


def test_the_client_is_built_as_the_case_says(play: Play, case: MakeCase, obedient: Obedient) -> None:
    policy = RetryPolicy(initial=20, maximum=50, elapsed=400)
    client = ClientSettings(retries=policy, timeout=300, auth="Basic of-$company", mode="sync")
    play(case(client=client), obedient)
    (order,) = obedient.opened
    assert order["retries"] == policy
    assert (order["timeout"], order["mode"]) == (300, "sync")
    assert order["server_url"].startswith("http://127.0.0.1:")


def test_without_wishes_the_client_gets_the_worlds_credential(play: Play, case: MakeCase, obedient: Obedient) -> None:
    play(case(), obedient)
    (order,) = obedient.opened
    assert order["auth"].startswith("Basic ")
    assert (order["retries"], order["timeout"]) == ("none", None)


def test_a_client_is_built_without_a_credential_where_the_case_says_so(
    play: Play, case: MakeCase, obedient: Obedient
) -> None:
    play(case(client=ClientSettings(auth=Absent(absent=True))), obedient)
    assert obedient.opened[0]["auth"] is None


def test_a_step_whose_waits_are_judged_is_calibrated(play: Play, case: MakeCase, obedient: Obedient) -> None:
    waits = Expectation(attempts=2, waits=WaitExpectation(at_least=20))
    (step,) = play(
        case(Call(call="customers.list", with_={"companyId": "$company"}, expect=waits)), obedient
    ).trace.steps
    assert step.slowness > 1.0
    (step,) = play(case(), obedient).trace.steps
    assert step.slowness == 1.0


def test_a_base_path_is_put_behind_the_url_and_taken_off_again(play: Play, case: MakeCase, obedient: Obedient) -> None:
    case_run = play(case(client=ClientSettings(base_path="/v1")), obedient)
    assert obedient.opened[0]["server_url"].endswith("/v1")
    assert [e.operation for e in case_run.exchanges] == ["customers.list"]
    assert case_run.trace.base_path == "/v1"
