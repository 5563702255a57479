"""Two reports of one client, alike but for what a test changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest

from concordat.checks import Check, Verdict
from concordat.gate import StoredReport
from concordat.report import totals_of
from concordat.runner.result import CauseView, ClientInfo, ExchangeView, Footer, Header, MessageView, Report, Result

CAUSE = CauseView(id="late", reason="It reads the first page for ever.", review_by="2027-05-20")
HEADER = Header(
    concordat="0.1.0",
    run_id="r1",
    started="2026-01-02T03:04:05+00:00",
    target="sandbox",
    settings={"profile": "default", "level": "may", "cases": [], "shard": None, "clients": ["one"]},
    catalogue_sha256="c" * 64,
    contracts={"accounting": "a" * 64},
    toolchains={"uv": "1"},
)


class MakeCheck(Protocol):
    """Makes a check with a verdict; the rest changes fields of it."""

    def __call__(self, verdict: str = "pass", **changed: object) -> Check: ...


class MakeExchange(Protocol):
    """Makes an exchange by its request line."""

    def __call__(
        self,
        line: str = ...,
        *,
        headers: tuple[tuple[str, str], ...] = ...,
        body: str | None = None,
        straggler: bool = False,
    ) -> ExchangeView: ...


class MakeResult(Protocol):
    """Makes a result with a verdict; the rest changes fields of it."""

    def __call__(self, verdict: str = "pass", **changed: object) -> Result: ...


class MakeInfo(Protocol):
    """Makes a client."""

    def __call__(self, **changed: object) -> ClientInfo: ...


class MakeRead(Protocol):
    """Makes a report of results, as it is read; the rest changes fields of it."""

    def __call__(self, *results: Result, **changed: object) -> StoredReport: ...


def _info(**changed: object) -> ClientInfo:
    given: dict[str, Any] = {"name": "one", "version": "1.0", "requested": "1.0", "package": "pkg", "causes": (CAUSE,)}
    return ClientInfo(**(given | changed))


def _check(verdict: str = "pass", **changed: Any) -> Check:
    kind = Verdict(verdict)
    bad = {"pointer": "/page", "kind": "changed", "message": "/page: expected 2, observed 1"} if kind != "pass" else {}
    known = {"cause": "late"} if kind in (Verdict.KNOWN_FAILURE, Verdict.UNEXPECTED_PASS) else {}
    return Check(**({"id": "request.query", "verdict": kind} | bad | known | changed))


def _exchange(
    line: str = "GET /things?page=2 HTTP/1.1",
    *,
    headers: tuple[tuple[str, str], ...] = (("Accept", "application/json"), ("Host", "127.0.0.1:1")),
    body: str | None = None,
    straggler: bool = False,
) -> ExchangeView:
    request = MessageView(line=line, headers=headers, body=body)
    return ExchangeView(number=1, request=request, straggler=straggler)


def _result(verdict: str = "pass", **changed: object) -> Result:
    given: dict[str, Any] = {
        "case": "things.list",
        "client": "one@1.0",
        "level": "must",
        "verdict": Verdict(verdict),
        "checks": () if verdict == "not-applicable" else (_check(verdict),),
        "exchanges": (_exchange(),),
        "outcomes": ({"phase": "call", "ended": "returned", "payload": {"n": 1}},),
        "shape": "s1",
        "command": "concordat run things.list --client one@1.0",
    }
    return Result(**(given | changed))


def _read(*results: Result, **changed: Any) -> StoredReport:
    clients = changed.pop("clients", (_info(),))
    footer = changed.pop("footer", Footer(complete=True, finished="f", exit_code=0))
    settings = HEADER.settings | changed.pop("settings", {})
    header = msgspec.structs.replace(HEADER, settings=settings, **changed.pop("header", {}))
    report = Report(
        header=header,
        clients=clients,
        results=results,
        parity=(),
        totals=totals_of(results, clients),
        footer=footer,
        **changed,
    )
    return StoredReport(Path(changed.get("path", "report.json")), report)


@pytest.fixture
def check() -> MakeCheck:
    """Make a check: `check("fail", id="write-safety")`."""
    return _check


@pytest.fixture
def exchange() -> MakeExchange:
    """Make an exchange by its request line."""
    return _exchange


@pytest.fixture
def result() -> MakeResult:
    """Make a result: `result("fail", case="x")`."""
    return _result


@pytest.fixture
def info() -> MakeInfo:
    """Make a client."""
    return _info


@pytest.fixture
def read_of() -> MakeRead:
    """Make a report of results, as it is read."""
    return _read
