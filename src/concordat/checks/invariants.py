"""Invariants: `call.possible`, `client.alive`, `fault.fired`, `request.unattributed`, `response.contract`, `state`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Level
from concordat.checks.builders import check_of, invalid, located
from concordat.checks.exchanges import request_line
from concordat.checks.model import Check, Verdict
from concordat.compare.diff import Difference
from concordat.errors import did_you_mean
from concordat.values import join_pointer
from concordat.versions import covers

if TYPE_CHECKING:
    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.compare.diff import Kind

__all__ = ["judge_alive", "judge_fired", "judge_possible", "judge_responses", "judge_state", "judge_unattributed"]

_IMPOSSIBLE = ("unsupported", "unrepresentable")
_MOST = 12


def judge_alive(step: StepTrace) -> Check:
    """Return `client.alive`: it fails for a crash or a missed deadline; a fault of the adapter is a harness error."""
    outcome = step.outcome
    if outcome is not None and outcome.phase == "render" and outcome.ended == "raised":
        message = f"the adapter could not render what the client returned: {outcome.detail or _error_text(step)}"
        return Check(id="client.alive", verdict=Verdict.HARNESS_ERROR, message=message)
    if outcome is not None and step.lost is None:
        return Check(id="client.alive", verdict=Verdict.PASS)
    lost = step.lost or "silent"
    if lost not in ("died", "silent"):
        return Check(id="client.alive", verdict=Verdict.HARNESS_ERROR, message=f"the adapter's own code failed: {lost}")
    message = "its process ended in the call" if lost == "died" else "it outlived the deadline of the call"
    expected = "an answer, or an error that the caller can catch"
    check = Check(id="client.alive", verdict=Verdict.FAIL, expected=expected, observed=lost, message=message)
    return located(check, [Difference("", "died" if lost == "died" else "silent", expected, lost)])


def _error_text(step: StepTrace) -> str:
    error = step.outcome.error if step.outcome is not None else None
    return f"{error.cls}: {error.message}" if error is not None else "it says nothing more"


def judge_possible(step: StepTrace, trace: CaseTrace) -> Check:
    """Return `call.possible`: the client can make a call that its documents promise or the contract allows.

    It fails at the case's level where the operation is promised and, for an argument, the variant names it; at `should`
    where only the contract allows the arguments. It is not applicable to an operation that no source promises.
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
    # only a promise has the case's own level, and no check has a higher one
    weaker = outcome.ended == "unsupported" or _documented(step, trace) or trace.case.level is not Level.MUST
    level = None if weaker else Level.SHOULD.value
    check = Check(
        id="call.possible",
        verdict=Verdict.FAIL,
        expected=f"{step.call.call} can be called with {', '.join(step.call.with_) or 'no arguments'}",
        observed={"ended": outcome.ended, "detail": detail},
        message=f"{outcome.ended}: {detail}",
        level=level,
    )
    kind: Kind = "unsupported" if outcome.ended == "unsupported" else "unrepresentable"
    return located(check, [Difference("", kind, check.expected, detail)])


def _documented(step: StepTrace, trace: CaseTrace) -> bool:
    """Return whether the variant document of this version names every argument of the call."""
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
    check = Check(
        id="fault.fired",
        verdict=Verdict.FAIL,
        expected="every planned fault fires",
        observed={"unfired": list(trace.unfired)},
        message=f"never fired: {', '.join(trace.unfired)}",
    )
    return located(check, [Difference(join_pointer(name), "missing", name) for name in trace.unfired])


def judge_unattributed(trace: CaseTrace) -> Check | None:
    """Return `request.unattributed`, None when every request of the case belongs to one of its calls.

    No call asks for a request that a client sends between calls or while it closes. (A request after the end of its
    case is a straggler, which the report names.)
    """
    owned = {exchange.number for step in trace.steps for exchange in step.exchanges}
    unattributed = [exchange for exchange in trace.exchanges if exchange.number not in owned and not exchange.straggler]
    if not unattributed:
        return None
    lines = [request_line(exchange) for exchange in unattributed]
    check = Check(
        id="request.unattributed",
        verdict=Verdict.FAIL,
        expected="every request belongs to a call",
        observed=lines,
        message=f"sent outside of every call: {', '.join(lines)}",
        exchange=unattributed[0].number,
    )
    return located(check, [Difference("", "extra", None, line) for line in lines])


def judge_responses(trace: CaseTrace) -> Check | None:
    """Return `response.contract`: the upstream's own answers are valid against the contract; None without such answers.

    A response that a fault shaped does not count. An invalid answer of the sandbox is a harness error, one of a live
    endpoint an observation: the client caused neither.
    """
    differences: list[Difference] = []
    messages: list[str] = []
    number: int | None = None
    judged = False
    for exchange in trace.exchanges:
        if exchange.response is None or exchange.faults:
            continue
        judged = True
        for problem in exchange.response_problems:
            differences.append(invalid(f"/{problem.where}{problem.pointer}", problem.rule, problem.message))
            messages.append(f"{problem.where}{problem.pointer}: {problem.message}")
            number = number or exchange.number
    if not judged:
        return None
    if not differences:
        return Check(id="response.contract", verdict=Verdict.PASS)
    check = Check(
        id="response.contract",
        verdict=Verdict.OBSERVATION if trace.live else Verdict.HARNESS_ERROR,
        expected="a response that is valid against the contract",
        observed=messages[:_MOST],
        message="; ".join(dict.fromkeys(messages[:_MOST])),
        exchange=number,
    )
    return located(check, differences)


def judge_state(trace: CaseTrace) -> list[Check]:
    """Return `state.NAME` for each collection that the case names; observed objects may have further members.

    It is a harness error when the sandbox lacks the collection, and blocked when the collection depends on a missing
    value.
    """
    checks: list[Check] = []
    for name, expected in (trace.case.state or {}).items():
        check_id = f"state.{name}"
        if trace.state is None:
            checks.append(Check(id=check_id, verdict=Verdict.NOT_APPLICABLE, message="a live endpoint shows no state"))
        elif name in trace.blocked_state:
            checks.append(Check(id=check_id, verdict=Verdict.BLOCKED))
        elif name not in trace.state:
            message = f"the sandbox has no collection `{name}`; {did_you_mean(name, trace.state)}"
            checks.append(Check(id=check_id, verdict=Verdict.HARNESS_ERROR, message=message))
        else:
            checks.append(check_of(check_id, match(expected, trace.state[name], mode="has")))
    return checks
