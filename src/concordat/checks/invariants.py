"""The checks that hold in every case: `call.possible`, `client.alive`, `fault.fired`, `response.contract`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.model import Level
from concordat.checks.builders import signature_place
from concordat.checks.model import Check, Verdict
from concordat.versions import covers

if TYPE_CHECKING:
    from concordat.checks.model import CaseTrace, StepTrace

__all__ = ["judge_alive", "judge_fired", "judge_possible", "judge_responses", "judge_stray"]

_IMPOSSIBLE = ("unsupported", "unrepresentable")
_MOST = 12


def judge_alive(step: StepTrace) -> Check:
    """Return `client.alive`: the client neither crashed nor outlived its deadline. An adapter's own fault is ours."""
    outcome = step.outcome
    if outcome is not None and outcome.phase == "render" and outcome.ended == "raised":
        message = f"the adapter could not render what the client returned: {outcome.detail or _said(step)}"
        return Check(id="client.alive", verdict=Verdict.HARNESS_ERROR, message=message)
    if outcome is not None and step.lost is None:
        return Check(id="client.alive", verdict=Verdict.PASS)
    lost = step.lost or "silent"
    if lost not in ("died", "silent"):
        return Check(id="client.alive", verdict=Verdict.HARNESS_ERROR, message=f"the adapter's own code failed: {lost}")
    message = "its process ended in the call" if lost == "died" else "it outlived the deadline of the call"
    return Check(
        id="client.alive",
        verdict=Verdict.FAIL,
        expected="an answer, or an error that the caller can catch",
        observed=lost,
        message=message,
        kind=lost,
    )


def _said(step: StepTrace) -> str:
    error = step.outcome.error if step.outcome is not None else None
    return f"{error.cls}: {error.message}" if error is not None else "it says nothing more"


def judge_possible(step: StepTrace, trace: CaseTrace) -> Check:
    """Return `call.possible`: the client can make a call that its documents promise or the contract allows.

    Red at the case's level where the operation is promised (and, for an argument, the variant names it); red at
    `should` where only the contract allows the arguments; else not applicable.
    """
    outcome = step.outcome
    if outcome is None or outcome.ended not in _IMPOSSIBLE:
        return Check(id="call.possible", verdict=Verdict.PASS)
    detail = outcome.detail or step.call.call
    promised = step.call.call in trace.promised
    if not promised or "contract" in trace.case.allow:
        return Check(
            id="call.possible",
            verdict=Verdict.NOT_APPLICABLE,
            message=f"{outcome.ended}: {detail}; nothing promises it",
        )
    # Only what is promised is asked for at the case's own level, and nothing at more than that.
    weaker = outcome.ended == "unsupported" or _documented(step, trace) or trace.case.level is not Level.MUST
    level = None if weaker else Level.SHOULD.value
    return Check(
        id="call.possible",
        verdict=Verdict.FAIL,
        expected=f"{step.call.call} can be called with {', '.join(step.call.with_) or 'no arguments'}",
        observed={"ended": outcome.ended, "detail": detail},
        message=f"{outcome.ended}: {detail}",
        kind=outcome.ended,
        level=level,
    )


def _documented(step: StepTrace, trace: CaseTrace) -> bool:
    """Whether the variant document of this version names every argument of the call."""
    variant = trace.variant
    if variant is None or variant.api != trace.contract.name or not covers(variant.covers, trace.version):
        return False
    for operation in variant.operations:
        if operation.name == step.call.call:
            return set(step.call.with_) <= {argument.name for argument in operation.arguments}
    return False


def judge_fired(trace: CaseTrace) -> Check | None:
    """Return `fault.fired`, None when the case plans no fault that must fire."""
    if not any(fault.must_fire for fault in trace.case.faults):
        return None
    if not trace.unfired:
        return Check(id="fault.fired", verdict=Verdict.PASS)
    names = ", ".join(trace.unfired)
    return Check(
        id="fault.fired",
        verdict=Verdict.FAIL,
        expected="every planned fault fires",
        observed={"unfired": list(trace.unfired)},
        message=f"never fired: {names}",
        pointer=" ".join(f"/{name}" for name in sorted(trace.unfired)),
        kind="missing",
    )


def judge_stray(trace: CaseTrace) -> Check | None:
    """Return `request.stray`, None when every request of the case belongs to one of its calls.

    A request that a client sends between calls, or while it is closed, was asked for by nobody. (What comes after the
    case has ended is a straggler, and named in the report.)
    """
    owned = {exchange.number for step in trace.steps for exchange in step.exchanges}
    stray = [exchange for exchange in trace.exchanges if exchange.number not in owned and not exchange.straggler]
    if not stray:
        return None
    lines = [f"{e.request.method} {e.request.target}" if e.request else "(not HTTP)" for e in stray]
    return Check(
        id="request.stray",
        verdict=Verdict.FAIL,
        expected="every request belongs to a call",
        observed=lines,
        message=f"sent outside of every call: {', '.join(lines)}",
        kind="extra",
        exchange=stray[0].number,
    )


def judge_responses(trace: CaseTrace) -> Check | None:
    """Return `response.contract`: what the upstream itself answered is valid against the contract.

    A response shaped by a fault says nothing. An invalid one from the sandbox is a harness error, from a live endpoint
    an observation: neither is the client's doing.
    """
    places: list[tuple[str, str]] = []
    messages: list[str] = []
    number: int | None = None
    judged = False
    for exchange in trace.exchanges:
        if exchange.response is None or exchange.faults:
            continue
        judged = True
        for problem in exchange.response_problems:
            places.append((f"/{problem.where}{problem.pointer}", problem.rule))
            messages.append(f"{problem.where}{problem.pointer}: {problem.message}")
            number = number or exchange.number
    if not judged:
        return None
    if not places:
        return Check(id="response.contract", verdict=Verdict.PASS)
    pointer, kind = signature_place(places)
    live = trace.commits is None and trace.state is None
    return Check(
        id="response.contract",
        verdict=Verdict.OBSERVATION if live else Verdict.HARNESS_ERROR,
        expected="a response that is valid against the contract",
        observed=messages[:_MOST],
        message="; ".join(dict.fromkeys(messages[:_MOST])),
        pointer=pointer,
        kind=kind,
        exchange=number,
    )
