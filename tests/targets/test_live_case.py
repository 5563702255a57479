"""The environments of a live target: what a case may do at a disposable one, and what no other one ever sees."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest
from tests.runner.conftest import Obedient
from tests.timeouts import scaled

from concordat.catalogue.model import Call, Change, Fault, WriteSafetyExpectation
from concordat.checks import Verdict
from concordat.checks.judge import judge
from concordat.contract import load_contract
from concordat.http1.listener import Listener
from concordat.runner.case_runner import CaseRun, CaseRunner
from concordat.runner.settings import RunSettings
from concordat.sandbox import open_sandbox, parse_world
from concordat.targets.given_records import GivenRecords
from concordat.targets.live import LiveTarget
from concordat.targets.live_environment import Credential

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.runner.conftest import MakeCase

    from concordat.catalogue.model import Case
    from concordat.checks import Check
    from concordat.clients import AdapterProcess
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.runner.client import Client
    from concordat.sandbox import Sandbox

KEY = "k3y-of-the-target"
OFFERS = {"customers": 3, "connections": 1}
ACCOUNTING = load_contract("accounting")
LIST = Call(call="customers.list", with_={"companyId": "$company"})
CUSTOMER = {"companyId": "$company", "connectionId": "$connection", "body": {"customerName": "Ada", "status": "Active"}}
CREATE = Call(call="customers.create", with_=CUSTOMER)
PREPARE = msgspec.structs.replace(CREATE, via="harness")
SAFE = WriteSafetyExpectation(of="customers.create")


class Endpoint:
    """A sandbox as a live endpoint, which keeps the methods of its requests."""

    def __init__(self) -> None:
        self.sandbox: Sandbox = open_sandbox(ACCOUNTING, parse_world({"customers": 3, "auth": {"key": KEY}}))
        self.methods: list[str] = []

    async def answer(self, request: Request) -> Answer:
        self.methods.append(request.method)
        return await self.sandbox.answer(request)


@asynccontextmanager
async def served(endpoint: Endpoint, *, disposable: bool) -> AsyncIterator[LiveTarget]:
    listener = await Listener(endpoint).start()
    try:
        bindings = endpoint.sandbox.bindings
        credential = Credential.of(KEY)
        yield LiveTarget(
            listener.url,
            credential,
            GivenRecords({}, bindings, OFFERS),
            permission=RunSettings(disposable=disposable).permission,
        )
    finally:
        await listener.close()
        endpoint.sandbox.close()


def run(case: Case, client: Client, *, disposable: bool = True) -> tuple[CaseRun, Endpoint]:
    """Run a case at a live target, whatever the target says to it."""

    async def go() -> CaseRun:
        async with asyncio.timeout(scaled(60)), served(endpoint, disposable=disposable) as target:
            return await CaseRunner(case, ACCOUNTING, cast("AdapterProcess", Obedient()), client, target).run()

    endpoint = Endpoint()
    return asyncio.run(go()), endpoint


def planned(*faults: dict[str, Any]) -> list[Fault]:
    return msgspec.convert(faults, list[Fault])


def checks_of(case_run: CaseRun) -> dict[str, Check]:
    return {check.id: check for check in judge(case_run.trace)}


@pytest.mark.parametrize(
    ("more", "disposable", "reason"),
    [
        ({"faults": planned({"reset": True})}, False, "the case plans faults; pass --disposable"),
        ({"faults": planned({"reset": True})}, True, None),
        ({"write_safety": SAFE}, False, "the case counts accepted writes; pass --disposable"),
        ({"write_safety": SAFE}, True, None),
        ({"steps": [CREATE]}, False, "the case writes without the run's `$mark` (customers.create); pass --disposable"),
        ({"steps": [CREATE]}, True, None),
        ({"needs": None}, True, "the case needs a separate world"),
        ({"steps": [LIST, Change(change={"refuse": 503})]}, True, "the case moves the clock or changes the world"),
        ({"faults": planned({"redirect": {"location": "/${company}"}})}, True, None),
        ({"faults": planned({"redirect": {"location": "/${push}"}})}, True, "this target has no binding for $push"),
        (
            {
                "steps": [msgspec.structs.replace(CREATE, save={"push": "/pushOperationKey"})],
                "faults": planned({"redirect": {"location": "/${push}"}}),
            },
            True,
            "this target has no binding for $push",
        ),
    ],
)
def test_faults_and_counted_writes_need_a_disposable_target(
    case: MakeCase, more: dict[str, Any], *, disposable: bool, reason: str | None
) -> None:
    bindings = {"company": "c", "connection": "d"}
    target = LiveTarget(
        "http://h",
        Credential.of(KEY),
        GivenRecords({}, bindings, OFFERS),
        permission=RunSettings(disposable=disposable).permission,
    )
    refusal = target.refusal(case(**({"world": None, "needs": {"customers": 1}} | more)), ACCOUNTING)
    assert refusal == reason or (reason is not None and (refusal or "").startswith(reason))


@pytest.mark.parametrize(
    ("writes", "disposable", "options"),
    [
        (False, False, "--target http://h"),
        (True, False, "--target http://h --allow-writes"),
        (True, True, "--target http://h --disposable"),
        (False, True, "--target http://h --disposable"),
    ],
)
def test_the_options_of_a_target_repeat_what_it_allows(*, writes: bool, disposable: bool, options: str) -> None:
    settings = RunSettings(allow_writes=writes, disposable=disposable)
    target = LiveTarget("http://h", Credential.of(KEY), GivenRecords({}, {}, {}), permission=settings.permission)
    assert target.options == options


def test_a_target_that_is_not_disposable_sees_no_write_and_no_fault(case: MakeCase, client: Client) -> None:
    faults = planned({"on": "customers.list", "reset": True})
    case_run, endpoint = run(case(CREATE, LIST, world=None, needs={}, faults=faults), client, disposable=False)
    assert endpoint.methods == ["GET"]
    assert endpoint.sandbox.accepted_writes() == {}
    assert case_run.trace.commits is None
    assert "this run only reads" in (case_run.trace.harness_problem or "")
    assert [exchange.faults for exchange in case_run.exchanges] == [(), ()]


def test_the_writes_of_the_harness_are_counted_and_meet_no_fault(case: MakeCase, client: Client) -> None:
    faults = planned({"on": "customers.create", "edit": {"set": {"/status": "Odd"}}})
    made = case(PREPARE, CREATE, PREPARE, world=None, needs={}, faults=faults, write_safety=SAFE)
    case_run, endpoint = run(made, client)
    assert case_run.trace.harness_problem is None
    assert case_run.trace.prepared == ("customers.create", "customers.create")
    assert case_run.trace.commits == endpoint.sandbox.accepted_writes() == {"customers.create": 3}
    checks = checks_of(case_run)
    assert checks["write-safety"].observed == {"accepted": 1, "reported": ["ok"]}
    assert (checks["write-safety"].verdict, checks["fault.fired"].verdict) == (Verdict.PASS, Verdict.PASS)
    assert [exchange.faults for exchange in case_run.exchanges] == [("fault-1",)]


def test_a_fault_that_never_strikes_is_the_clients(case: MakeCase, client: Client) -> None:
    case_run, _ = run(case(LIST, world=None, needs={}, faults=planned({"at": 2, "reset": True})), client)
    assert checks_of(case_run)["fault.fired"].verdict is Verdict.FAIL


def test_a_fault_that_does_not_fit_the_targets_answer_is_not_the_clients(case: MakeCase, client: Client) -> None:
    faults = planned({"id": "odd", "edit": {"set": {"/results/9/status": "Odd"}}})
    case_run, _ = run(case(LIST, world=None, needs={}, faults=faults), client)
    (check,) = judge(case_run.trace)
    assert (check.verdict, check.message) == (
        Verdict.TARGET,
        "the planned fault odd does not fit the target's answer",
    )


def test_the_url_and_the_names_of_the_case_are_filled_into_its_faults(case: MakeCase, client: Client) -> None:
    faults = planned({"redirect": {"location": "{base}/companies/${company}"}})
    case_run, endpoint = run(case(LIST, world=None, needs={}, faults=faults), client)
    (exchange,) = case_run.exchanges
    assert exchange.response is not None
    [location] = [value for name, value in exchange.response.headers if name == "Location"]
    assert location.startswith("http://127.0.0.1:")
    assert location.endswith(f"/companies/{endpoint.sandbox.bindings['company']}")
    assert endpoint.methods == []
