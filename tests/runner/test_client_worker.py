"""One client's cases, one after another, whatever becomes of its adapter."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.catalogue.model import Call, ClientSettings
from concordat.checks import Verdict
from concordat.clients.public_api import PublicApiView
from concordat.errors import HarnessError
from concordat.tap import Scrubber
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from tests.runner.conftest import Doubles, MakeCase, Workshop

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.runner.client_worker import ClientWorker
    from concordat.runner.result import Result
    from concordat.targets.sandbox import SandboxEnvironment

SECRET = "very-secret-key"


def case_run(worker: ClientWorker, *cases: Case) -> list[Result]:
    async def play() -> list[Result]:
        await worker.start()
        try:
            return [(await worker.run(case)).result for case in cases]
        finally:
            await worker.stop()

    return asyncio.run(asyncio.wait_for(play(), scaled(60)))


def checks_of(result: Result) -> dict[str, Verdict]:
    return {check.id: check.verdict for check in result.checks}


def test_a_client_without_a_document_is_compared_with_none(workshop: Workshop) -> None:
    worker = workshop.worker()

    async def view() -> PublicApiView:
        await worker.start()
        try:
            view: PublicApiView = await worker.public_api()
            return view
        finally:
            await worker.stop()

    assert asyncio.run(asyncio.wait_for(view(), scaled(60))) == PublicApiView(reason="no document covers this version")


def test_a_blocked_step_is_no_call_of_the_result_and_the_case_fails(
    workshop: Workshop, case: MakeCase, doubles: Doubles
) -> None:
    body = {"customerName": "Ada", "status": "Active"}
    write = Call(
        call="customers.create",
        with_={"companyId": "$company", "connectionId": "$connection", "body": body},
        save={"key": "/pushOperationKey"},
    )
    find = Call(call="pushOperations.get", with_={"companyId": "$company", "pushOperationKey": "$key"})
    names = ("customers.create", "pushOperations.get")
    (result,) = case_run(workshop.worker(doubles["Forgets"], operations=names), case(write, find))
    assert result.verdict is Verdict.FAIL
    assert [call.operation for call in result.calls] == ["customers.create"]
    assert checks_of(result)["s1:outcome.saved"] is Verdict.FAIL
    assert checks_of(result)["s2:request.count"] is Verdict.BLOCKED


def test_a_case_that_goes_well_passes_and_says_all_of_itself(workshop: Workshop, case: MakeCase) -> None:
    worker = workshop.worker()
    (result,) = case_run(worker, case(row="r"))
    assert result.verdict is Verdict.PASS, result
    assert (result.case, result.row, result.client, result.path) == (
        "things.case",
        "r",
        "double@1",
        "cases/things.yaml:7",
    )
    assert result.command == "concordat run 'things.case[r]' --client double@1"
    assert [(e.step, e.operation, e.ending) for e in result.exchanges] == [("s1", "customers.list", "complete")]
    assert len(result.outcomes) == 1
    (adapter,) = workshop.processes
    assert (adapter.starts, adapter.closed, adapter.byes) == (1, 1, 1)


@pytest.mark.parametrize(
    ("double", "check"),
    [
        ("DiesInTheCall", ("client.alive", Verdict.FAIL)),
        ("FallsSilent", ("client.alive", Verdict.FAIL)),
        ("Garbles", ("harness", Verdict.HARNESS_ERROR)),
        ("SilentAtClose", ("harness", Verdict.HARNESS_ERROR)),
    ],
)
def test_an_adapter_that_fails_costs_its_case_and_says_how(
    double: str, check: tuple[str, Verdict], workshop: Workshop, case: MakeCase, doubles: Doubles
) -> None:
    (result,) = case_run(workshop.worker(doubles[double]), case())
    assert check in checks_of(result).items()
    assert result.verdict is check[1]


def test_the_case_after_a_death_gets_a_fresh_adapter(workshop: Workshop, case: MakeCase, doubles: Doubles) -> None:
    results = case_run(workshop.worker(doubles["DiesOnce"]), case(), case(id="things.next"), case(id="things.last"))
    assert [result.verdict for result in results] == [Verdict.FAIL, Verdict.PASS, Verdict.PASS]
    assert workshop.processes[0].starts == 2, "a warm adapter stays as long as it is well"


def test_no_step_is_played_after_a_death(workshop: Workshop, case: MakeCase, doubles: Doubles) -> None:
    call = Call(call="customers.list", with_={"companyId": "$company"})
    (result,) = case_run(workshop.worker(doubles["DiesInTheCall"]), case(call, call))
    assert result.exchanges == ()
    assert sum(name.endswith("client.alive") for name in checks_of(result)) == 1


def test_an_adapter_that_cannot_start_again_makes_the_rest_harness_errors(
    workshop: Workshop, case: MakeCase, doubles: Doubles
) -> None:
    results = case_run(workshop.worker(doubles["CannotStartAgain"]), case(), case(id="things.next"))
    assert [result.verdict for result in results] == [Verdict.FAIL, Verdict.HARNESS_ERROR]
    assert results[1].reason == "it did not say hello"


@pytest.mark.parametrize(
    "part",
    [
        "case_result.judge",
        "case_result.shape",
        "case_result.decoding_of",
        "case_result.write_safety_of",
        "case_result.outcome_view",
        "case_result.exchange_view",
        "client_worker.applicability_of",
    ],
)
def test_what_judging_raises_is_a_harness_error_of_the_case_that_names_it(
    part: str, workshop: Workshop, case: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, function = part.partition(".")
    module = importlib.import_module(f"concordat.runner.{name}")
    really, calls = getattr(module, function), []

    def raises_first(*args: object) -> Any:
        calls.append(args)
        if len(calls) == 1:
            message = "\ud800 of a hostile answer"
            raise OverflowError(message)
        return really(*args)

    monkeypatch.setattr(module, function, raises_first)
    results = case_run(workshop.worker(), case(row="r"), case(id="things.next"), case(id="things.last"))
    assert [result.verdict for result in results] == [Verdict.HARNESS_ERROR, Verdict.PASS, Verdict.PASS]
    assert results[0].reason == (
        "things.case[r] (cases/things.yaml:7): internal error: OverflowError: \\ud800 of a hostile answer"
    )
    assert msgspec.json.encode(results)


def test_a_defect_of_our_own_is_called_that(workshop: Workshop, case: MakeCase, doubles: Doubles) -> None:
    (result,) = case_run(workshop.worker(doubles["HasADefectOfOurs"]), case())
    assert result.verdict is Verdict.HARNESS_ERROR
    assert "internal error: ZeroDivisionError" in (result.reason or "")


def test_an_sdk_that_refuses_to_be_built_is_judged_by_its_first_call(
    workshop: Workshop, case: MakeCase, doubles: Doubles
) -> None:
    prepare = Call(call="customers.list", with_={"companyId": "$company"}, via="harness")
    call = Call(call="customers.list", with_={"companyId": "$company"})
    (result,) = case_run(workshop.worker(doubles["RefusesToBeBuilt"]), case(prepare, call))
    assert result.verdict is Verdict.FAIL
    assert result.outcomes == ({"phase": "build", "ended": "raised"},)


def test_a_case_with_an_environment_gets_a_process_of_its_own(workshop: Workshop, case: MakeCase) -> None:
    case_run(workshop.worker(), case(client=ClientSettings(env={"A": "b"})), case())
    warm, own = workshop.processes
    assert (own.starts, own.byes, len(own.opened)) == (1, 1, 1)
    assert (warm.starts, len(warm.opened)) == (1, 1)


def test_a_case_that_takes_too_long_ends_and_its_adapter_with_it(
    workshop: Workshop, case: MakeCase, doubles: Doubles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concordat.runner.case_runner.CASE_DEADLINE", 0.05)
    (result,) = case_run(workshop.worker(doubles["Hangs"]), case())
    assert result.verdict is Verdict.HARNESS_ERROR
    assert "took longer" in result.checks[0].message
    assert workshop.processes[0].kills == 1, "a late answer must not meet the next case"


def test_what_does_not_apply_is_not_started(workshop: Workshop, case: MakeCase) -> None:
    (mode, operation) = case_run(
        workshop.worker(),
        case(client=ClientSettings(mode="async")),
        case(Call(call="companies.list")),
    )
    assert (mode.verdict, mode.reason) == (Verdict.NOT_APPLICABLE, "the client has no async mode")
    assert operation.verdict is Verdict.NOT_APPLICABLE
    assert operation.reason == "the client lacks the operation companies.list"
    assert workshop.processes[0].opened == []


def test_a_worker_in_the_second_mode_plays_every_case_on_it(
    workshop: Workshop, case: MakeCase, doubles: Doubles
) -> None:
    usual, chosen = case_run(
        workshop.worker(doubles["Ambidextrous"], mode="async"), case(), case(client=ClientSettings(mode="sync"))
    )
    assert [order["mode"] for order in workshop.processes[0].opened] == ["async", "sync"]
    assert (usual.mode, chosen.mode) == ("async", "sync")


class RefusingTarget(SandboxTarget):
    def refusal(self, case: Case, contract: Contract) -> str | None:
        return f"not here: {case.id} of {contract.name}"


class BrokenTarget(SandboxTarget):
    name = "http://target.test"
    options = "--target http://target.test --disposable"
    scrubber = Scrubber([SECRET])

    async def environment(self, case: Case, contract: Contract) -> SandboxEnvironment:
        message = f"no stage for {case.id} of {contract.name}; the key is {SECRET}"
        raise HarnessError(message, where=None)


def test_a_target_may_refuse_a_case(workshop: Workshop, case: MakeCase) -> None:
    (result,) = case_run(workshop.worker(target=RefusingTarget()), case())
    assert (result.verdict, result.reason) == (Verdict.NOT_APPLICABLE, "not here: things.case of accounting")


def test_what_a_harness_error_says_is_scrubbed_and_reruns_on_its_target(workshop: Workshop, case: MakeCase) -> None:
    (result,) = case_run(workshop.worker(target=BrokenTarget()), case())
    assert result.reason == "no stage for things.case of accounting; the key is ***"
    assert result.command.endswith(" --target http://target.test --disposable")
