"""Write safety: the accepted writes of a case against what its client reported.

The check fails for more accepted writes than calls; for none when the client reported ok or nothing (silent); and for
one when the client reported a failure although a complete, contract-valid success reached it. No other check judges a
retry of a write (RFC 9110, 9.2.2). A script that answers without saying whether the write was accepted, and a target
that does not answer, leave the number unknown, and the check not applicable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.model import Reported
from concordat.checks.builders import located
from concordat.checks.exchanges import answered_well, own_exchanges, without_repeated_writes
from concordat.checks.model import Check, Verdict
from concordat.checks.outcomes import reported_of
from concordat.compare.diff import Difference
from concordat.contract.operation import SAFE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.compare.diff import Kind

__all__ = ["judge_write_safety", "write_safety_of"]


def write_safety_of(trace: CaseTrace) -> str | None:
    """Return `1 accepted write, reported ok` and its like for a case about write safety or a repeated write; else None.

    None, too, for a write that was not sent because a value was missing.
    """
    operation = _operation(trace)
    if operation is None:
        return None
    calls = _calls(trace, operation)
    if any(step.blocked for step in calls):
        return None
    least, most = _accepted_writes(trace, operation)
    reports = dict.fromkeys(str(reported_of(step.outcome)) for step in calls)
    noun = "accepted write" if least == most == 1 else "accepted writes"
    return f"{_counted(least, most)} {noun}, reported {' and '.join(reports)}"


def judge_write_safety(trace: CaseTrace) -> Check | None:
    """Return the check `write-safety`, None when the case neither asks for it nor saw a write sent again.

    Where answers leave open how many writes were accepted, it fails only if every possible number fails, and
    is else not applicable. It is blocked when a call of the write was not made because a value was missing.
    """
    operation = _operation(trace)
    if operation is None:
        return None
    steps = _calls(trace, operation)
    if any(step.blocked for step in steps):
        return Check(id="write-safety", verdict=Verdict.BLOCKED)
    reports = [reported_of(step.outcome) for step in steps]
    least, most = _accepted_writes(trace, operation)
    observed = {
        "accepted": least if least == most else _counted(least, most),
        "reported": [str(reported) for reported in reports],
    }
    problems = [_problem(accepted, operation, steps, reports) for accepted in range(least, most + 1)]
    first = problems[0]
    if first is not None and all(problems):
        kind, message = first
        check = Check(
            id="write-safety",
            verdict=Verdict.FAIL,
            expected="the caller knows which writes were accepted, and none is accepted twice",
            observed=observed,
            message=message,
            exchange=next((exchange.number for step in steps for exchange in own_exchanges(step)[-1:]), None),
        )
        return located(check, [Difference("", kind, check.expected, observed)])
    if least < most:
        message = f"write safety is unknown: {_unknown(most - least, operation, live=trace.live)}"
        return Check(id="write-safety", verdict=Verdict.NOT_APPLICABLE, observed=observed, message=message)
    return Check(id="write-safety", verdict=Verdict.PASS, observed=observed)


def _problem(
    accepted: int, operation: str, steps: Sequence[StepTrace], reports: Sequence[Reported]
) -> tuple[Kind, str] | None:
    """Return the kind and the message of the problem with a number of accepted writes, None without a problem."""
    misled = sum(reported in (Reported.OK, Reported.SILENT) for reported in reports)
    if accepted > len(steps):
        return "count", f"{accepted} accepted writes of {operation} for {_times(len(steps), 'call')}"
    if accepted < misled:
        said = "nothing" if Reported.SILENT in reports else "ok"
        return "missing", f"the client reported {said}, and {accepted or 'none'} of {misled} was accepted"
    if accepted == len(steps) and any(
        reported is Reported.FAILED and _success_reached(step) for reported, step in zip(reports, steps, strict=True)
    ):
        return "changed", "the write was accepted and answered in full, and the client reported that it failed"
    return None


def _unknown(writes: int, operation: str, *, live: bool) -> str:
    counted, silent = f"{_times(writes, 'write')} of {operation}", "without `accepted: true` or `accepted: false`"
    if live:
        return f"{counted} had no answer of the target, or a scripted one {silent}"
    return f"scripted answers took {counted} {silent}"


def _counted(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _times(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"


def _operation(trace: CaseTrace) -> str | None:
    """Return the operation to judge: the case's, else that of the first client call whose write was sent again."""
    if trace.case.write_safety is not None:
        return trace.case.write_safety.of
    for step in trace.steps:
        if step.call.via != "client" or step.operation is None or step.operation.method.upper() in SAFE:
            continue
        exchanges = own_exchanges(step)
        if step.call.repeat is None and len(without_repeated_writes(exchanges)) < len(exchanges):
            return step.call.call
    return None


def _calls(trace: CaseTrace, operation: str) -> list[StepTrace]:
    return [step for step in trace.steps if step.call.call == operation and step.call.via == "client"]


def _accepted_writes(trace: CaseTrace, operation: str) -> tuple[int, int]:
    """Return how many writes of the client itself were accepted, at least and at most.

    This is the harness's count without its own calls, or the number of accepted answers of a target that it cannot
    count for.
    """
    if trace.commits is None:
        exchanges = [exchange for step in _calls(trace, operation) for exchange in own_exchanges(step)]
        live = sum(answered_well(exchange) for exchange in exchanges if exchange.operation == operation)
        return live, live
    least = max(trace.commits.get(operation, 0) - trace.prepared.count(operation), 0)
    return least, least + trace.unknown_writes.get(operation, 0)


def _success_reached(step: StepTrace) -> bool:
    exchanges = own_exchanges(step)
    last = exchanges[-1] if exchanges else None
    return answered_well(last) and last is not None and not last.response_problems
