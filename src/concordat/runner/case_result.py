"""The result of one case with one client: its checks judged, matched with the ledger, and scrubbed."""

from __future__ import annotations

import datetime as dt
import shlex
from typing import TYPE_CHECKING

import msgspec

from concordat.checks import Check, Verdict, decoding_of, judge, shape, worst, write_safety_of
from concordat.checks.blame import target_failures
from concordat.checks.builders import bounded
from concordat.compare.values import clean
from concordat.errors import ConcordatError, own_defect
from concordat.ledger.matcher import signature_of
from concordat.runner.event import CaseFinished
from concordat.runner.result import Rerun, Result, TargetEvent
from concordat.runner.views import call_view, exchange_view, outcome_view, settings_view, write_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.catalogue.model import Case
    from concordat.checks import CaseTrace
    from concordat.runner.case_runner import CaseRun
    from concordat.runner.client import Client
    from concordat.tap import Scrubber
    from concordat.targets.target import Target

__all__ = ["failed_result", "judged_result", "not_applicable_result", "with_rerun"]


def judged_result(case: Case, case_run: CaseRun, client: Client, target: Target, *, duration_ms: float) -> CaseFinished:
    """Judge a case run and return its result."""
    trace, scrubber = case_run.trace, target.scrubber
    checks = judge(trace)
    if client.ledger is not None:
        checks = client.ledger.apply(case, checks, live=trace.live)
    verdict = worst([check.verdict for check in checks])
    target_events = _target_events(trace, checks, duration_ms) if trace.live else ()
    if scrubber is not None:
        checks = tuple(_scrubbed(check, scrubber) for check in checks)
    checks = tuple(map(bounded, checks))  # after scrubbing, so that no cut splits a credential
    result = _result(
        case,
        client,
        target,
        verdict=verdict,
        checks=checks,
        exchanges=tuple(
            exchange_view(exchange, case_run.steps.get(exchange.number), scrubber) for exchange in case_run.exchanges
        ),
        calls=tuple(call_view(step, scrubber) for step in trace.steps if not step.blocked),
        client_settings=settings_view(case.client, scrubber),
        outcomes=tuple(outcome_view(step.outcome, scrubber) for step in trace.steps if step.outcome),
        duration_ms=round(duration_ms, 1),
        write_safety=write_safety_of(trace),
        decoding=decoding_of(trace),
        shape=shape(trace),
        written=tuple(write_view(write, scrubber) for write in case_run.written),
        target_events=target_events,
    )
    stragglers = tuple(
        f"{client.label}: {case.key}: a request arrived after the end of its case"
        + (f" ({exchange.request.method})" if exchange.request else "")
        for exchange in case_run.exchanges
        if exchange.straggler
    )
    return CaseFinished(result, stragglers)


def _target_events(trace: CaseTrace, checks: Sequence[Check], duration_ms: float) -> tuple[TargetEvent, ...]:
    """Return what the live target did in a case that has just ended, after `duration_ms`."""
    began = dt.datetime.now(dt.UTC) - dt.timedelta(milliseconds=duration_ms)
    return tuple(
        TargetEvent(
            kind=failure.kind,
            status=failure.status,
            requests=failure.requests,
            first=(began + dt.timedelta(seconds=failure.first)).isoformat(timespec="seconds"),
            message=failure.message,
        )
        for failure in target_failures(trace, checks)
    )


def not_applicable_result(case: Case, client: Client, target: Target, reason: str | None) -> CaseFinished:
    """Return the result of a case that does not apply to the client or to the target."""
    return CaseFinished(_result(case, client, target, verdict=Verdict.NOT_APPLICABLE, reason=reason))


def failed_result(case: Case, client: Client, target: Target, error: Exception) -> CaseFinished:
    """Return the harness error of a case that could not be run or judged."""
    if isinstance(error, ConcordatError):
        reason = str(error)
    else:
        where = f" ({case.path}:{case.line})" if case.path else ""
        reason = f"{case.key}{where}: {own_defect(error)}"
    return CaseFinished(_result(case, client, target, verdict=Verdict.HARNESS_ERROR, reason=clean(reason)))


def with_rerun(first: CaseFinished, second: CaseFinished) -> CaseFinished:
    """Return the first result of a case with the second as its rerun; the first verdict stays.

    The result is flaky when the two differ in their verdict, or in the ledger signatures of their red checks.
    """
    rerun = Rerun(
        verdict=second.result.verdict,
        checks=second.result.checks,
        exchanges=second.result.exchanges,
        outcomes=second.result.outcomes,
        reason=second.result.reason,
        duration_ms=second.result.duration_ms,
    )
    flaky = _failure(first.result) != _failure(second.result)
    result = msgspec.structs.replace(first.result, rerun=rerun, flaky=flaky)
    return CaseFinished(result, first.stragglers + second.stragglers)


def _scrubbed(check: Check, scrubber: Scrubber) -> Check:
    return msgspec.json.decode(scrubber.bytes(msgspec.json.encode(check)), type=Check)


def _failure(result: Result) -> object:
    red = (check for check in result.checks if check.verdict.red)
    return result.verdict, {msgspec.json.encode([check.id, check.verdict, signature_of(check)]) for check in red}


def _result(
    case: Case, client: Client, target: Target, *, verdict: Verdict, reason: str | None = None, **fields: object
) -> Result:
    if reason is not None and target.scrubber is not None:
        reason = target.scrubber.text(reason)
    return Result(
        case=case.id,
        row=case.row,
        client=client.label,
        level=str(case.level),
        verdict=verdict,
        reason=reason,
        mode=case.client.mode or (None if client.mode == "sync" else client.mode),
        area=case.area,
        title=case.title,
        why=case.why,
        source=tuple(case.source),
        path=f"{case.path}:{case.line}" if case.path else "",
        command=f"concordat run '{case.key}' --client {shlex.quote(client.spec or client.installed.label)}"
        + (f" {target.options}" if target.options else ""),
        **fields,  # type: ignore[arg-type]  # the callers above name fields of Result
    )
