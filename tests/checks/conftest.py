"""Builders of the input of checks: cases, exchanges, outcomes and traces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import msgspec
import pytest

from concordat.catalogue.expansion import build
from concordat.catalogue.model import Call, Parallel
from concordat.checks import CaseTrace, StepTrace
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.contract import load_contract
from concordat.http1.exchange import Exchange, Request, Response
from concordat.values import Problem

if TYPE_CHECKING:
    from concordat.catalogue.model import Case

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST_PATH = f"/companies/{COMPANY}/data/customers"
PUSH_PATH = f"/companies/{COMPANY}/connections/2e9d2c44-f675-40ba-8049-353bfcb5e171/push/customers"
WRITTEN = {
    "id": "area.case",
    "title": "A title",
    "why": "Because a caller would lose data",
    "source": "contract:sync-for-expenses#list-customers",
}
Json: TypeAlias = dict[str, Any]
CallMade: TypeAlias = tuple[Json, Sequence[Exchange], Outcome | None]
"""A call as a YAML file writes it, its exchanges, and its outcome; an outcome of None is a dead adapter."""
LIST: Json = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}
CREATE: Json = {
    "call": "customers.create",
    "with": {
        "companyId": COMPANY,
        "connectionId": "2e9d2c44-f675-40ba-8049-353bfcb5e171",
        "body": {"customerName": "Ada", "status": "Active", "modifiedDate": "2022-10-23T00:00:00Z"},
    },
}


class MakeCase(Protocol):
    """Builds a case from steps as a YAML file writes them, and further keys of the case."""

    def __call__(self, *steps: Json, **more: object) -> Case: ...


class MakeExchange(Protocol):
    """Builds an exchange: a valid list of customers, or a valid create with `write`; the rest changes fields of it."""

    def __call__(self, **changes: object) -> Exchange: ...


class MakeTrace(Protocol):
    """Builds the trace of a case from the calls that were made; the rest changes fields of it."""

    def __call__(self, *calls_made: CallMade, **changes: object) -> CaseTrace: ...


@pytest.fixture
def make_case() -> MakeCase:
    """Return a builder of cases: steps as written, further keys of the case by keyword."""

    def make(*steps: Json, **more: object) -> Case:
        cases, flaws = build({**WRITTEN, "steps": list(steps), **more}, area="area", path="cases/a/b.yaml", line=3)
        assert not flaws
        return cases[0]

    return make


@pytest.fixture
def exchange() -> MakeExchange:
    """Return a builder of exchanges: a valid list of customers, or a valid create with `write`."""

    def make(**changes: Any) -> Exchange:
        write = changes.pop("write", False)
        request = Request(
            changes.pop("method", "POST" if write else "GET"),
            changes.pop("target", PUSH_PATH if write else f"{LIST_PATH}?page=2"),
            changes.pop("headers", (("Content-Type", "application/json"),) if write else ()),
            changes.pop("body", msgspec.json.encode(CREATE["with"]["body"]) if write else b""),
        )
        answer = changes.pop("answer", b"{}")
        status = changes.pop("status", 200)
        fields: dict[str, Any] = {
            "number": 1,
            "started": 0.0,
            "operation": "customers.create" if write else "customers.list",
            "request": request,
            "response": Response(status, (("Content-Type", "application/json"),), answer),
        }
        return Exchange(**{**fields, **changes})

    return make


@pytest.fixture
def trace(make_case: MakeCase, exchange: MakeExchange) -> MakeTrace:
    """Return a builder of traces. Each step is (written call, exchanges, outcome); further keys by keyword.

    `case` are further keys of the written case. An outcome of None is a dead adapter.
    """

    def make(*calls_made: CallMade, **changes: Any) -> CaseTrace:
        calls_made = calls_made or ((LIST, [exchange()], returned()),)
        written = changes.pop("written", None) or [step for step, _, _ in calls_made]
        case = make_case(*written, **changes.pop("case", {}))
        contract = load_contract("sync-for-expenses")
        calls: list[Call] = []
        for step in case.steps:
            calls.extend(step.parallel if isinstance(step, Parallel) else [step] if isinstance(step, Call) else [])
        steps = tuple(
            StepTrace(
                label=call.id or f"s{index}",
                call=call,
                operation=contract.operations.get(call.call),
                exchanges=tuple(exchanges),
                outcome=outcome,
                lost=changes.pop("lost", "died") if outcome is None else None,
                tries=1 if call.repeat is None else call.repeat.times,
            )
            for index, (call, (_, exchanges, outcome)) in enumerate(zip(calls, calls_made, strict=False), 1)
        )
        numbered = {item.number: item for step in steps for item in step.exchanges}
        fields: dict[str, Any] = {
            "case": case,
            "contract": contract,
            "variant": None,
            "version": "8.0.1",
            "promised": frozenset({"customers.list", "customers.create"}),
            "steps": steps,
            "exchanges": tuple(numbered.values()),
            "state": {},
            "commits": {},
        }
        return CaseTrace(**{**fields, **changes})

    return make


def returned(payload: object = None, status: int | None = 200, **more: Any) -> Outcome:
    """Return an outcome that came back."""
    return Outcome(phase="call", ended="returned", status=status, payload={} if payload is None else payload, **more)


def raised(status: int | None = None, **error: Any) -> Outcome:
    """Return an outcome that was raised."""
    return Outcome(phase="call", ended="raised", error=ErrorShown(cls="SDKError", status=status, **error))


class OutcomeBuilders:
    """Builders of outcomes."""

    ok = staticmethod(returned)
    failed = staticmethod(raised)


@pytest.fixture
def outcomes() -> type[OutcomeBuilders]:
    """Return the builders of outcomes."""
    return OutcomeBuilders


@pytest.fixture
def broken() -> Problem:
    """Return one problem of a message."""
    return Problem("query", "page", "minimum", "0 is less than the minimum of 1")
