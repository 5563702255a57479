"""A run's events, small enough to read and wrong in just the ways that a test names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from concordat.checks import Check, Verdict
from concordat.report import ReportBuilder
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.runner.result import (
    ClientInfo,
    ExchangeView,
    Footer,
    Header,
    MessageView,
    ParityGroup,
    ParityRow,
    Report,
    Result,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.event import Event

HEADER = Header(
    concordat="0.1.0",
    run_id="r1",
    started="2026-01-02T03:04:05+00:00",
    target="sandbox",
    settings={"profile": "default"},
    catalogue_sha256="c" * 64,
    contracts={"accounting": "a" * 64},
)
CLIENTS = (
    ClientInfo(name="one", version="1.0.0", requested="1.0.0", package="pkg-one"),
    ClientInfo(name="two", version="2.0.0", requested="2.0.0", package="pkg-two"),
    ClientInfo(name="gone", version="3", requested="3", package="pkg-gone", available=False, reason="no `go` | here"),
)


class MakeResult(Protocol):
    """Makes a result whose only check has the verdict of the result; the rest changes fields of it."""

    def __call__(self, verdict: str = "pass", **changed: object) -> Result: ...


class MakeEvents(Protocol):
    """Makes all events of a run from its results."""

    def __call__(self, results: Sequence[Result], footer: Footer = ..., notes: tuple[str, ...] = ()) -> list[Event]: ...


class MakeReport(Protocol):
    """Makes a report from results."""

    def __call__(self, results: Sequence[Result], *, footer: Footer = ..., notes: tuple[str, ...] = ()) -> Report: ...


FOOTER = Footer(complete=True, finished="2026-01-02T03:04:06+00:00", exit_code=1, duration_ms=1200.0)


def _result(verdict: str = "pass", **changed: object) -> Result:
    """Return a result whose only check has the result's verdict."""
    kind = Verdict(verdict)
    cause = "late-decoding" if kind in (Verdict.KNOWN_FAILURE, Verdict.UNEXPECTED_PASS) else None
    check = Check(
        id="request.query", verdict=kind, expected={"page": 2}, observed={"page": 1}, pointer="/page", cause=cause
    )
    request = MessageView(line="GET /things?page=1 HTTP/1.1", headers=(("Accept", "application/json"),))
    response = MessageView(line="HTTP/1.1 200 OK", headers=(), body='{"n": 1}')
    given: dict[str, Any] = {
        "case": "things.list.second-page",
        "client": "one@1.0.0",
        "level": "must",
        "verdict": kind,
        "area": "things",
        "title": "The second page is asked for",
        "why": "Page one for ever.",
        "source": ("contract:accounting#list.page",),
        "path": "cases/things/list.yaml:3",
        "checks": (check,),
        "exchanges": (ExchangeView(number=1, operation="things.list", request=request, response=response),),
        "outcomes": ({"phase": "call", "ended": "returned"},),
        "duration_ms": 12.5,
        "shape": "s1",
        "command": "concordat run 'things.list.second-page' --client one@1.0.0",
    }
    return Result(**(given | changed))


def _events(results: Sequence[Result], footer: Footer = FOOTER, notes: tuple[str, ...] = ()) -> list[Event]:
    parity = (
        ParityRow(
            case="things.list.second-page",
            row=None,
            groups=(ParityGroup(("one@1.0.0",), "s1"), ParityGroup(("two@2.0.0",), "s2")),
        ),
    )
    return [
        RunStarted(HEADER, len(results)),
        *(CaseFinished(result) for result in results),
        *(ClientReady(info) for info in CLIENTS),
        RunFinished(footer, parity, notes),
    ]


@pytest.fixture
def result() -> MakeResult:
    """Make a result: `result("fail", case="x")`."""
    return _result


@pytest.fixture
def events() -> MakeEvents:
    """Make a whole run's events from its results."""
    return _events


@pytest.fixture
def report() -> MakeReport:
    """Make a report from results."""

    def make(results: Sequence[Result], *, footer: Footer = FOOTER, notes: tuple[str, ...] = ()) -> Report:
        builder = ReportBuilder()
        for event in _events(results, footer, notes):
            builder(event)
        return builder.report

    return make
