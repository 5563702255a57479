"""Hazards: what a write committed against what its caller was told.

Red: more commits than calls; no commit, and the caller was told ok or heard nothing (silent); one commit, and the
caller was told that it failed although a complete, contract-valid success reached the client. A retry of a write is
judged by nothing else (RFC 9110, 9.2.2). Where only a script answered, and does not say whether the write was accepted,
nobody knows the commits, and there is no verdict on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.model import Told
from concordat.checks.model import Check, Verdict
from concordat.checks.outcomes import answered_well
from concordat.checks.requests import own_exchanges, without_repeated_writes
from concordat.checks.told import told_of
from concordat.contract.operation import SAFE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import CaseTrace, StepTrace

__all__ = ["hazard_of", "judge_hazard"]


def hazard_of(trace: CaseTrace) -> str | None:
    """Return `1 commit, told ok` and its like for a case about a hazard, or with a repeated write; else None.

    A write that was not sent for want of a value has none either.
    """
    operation = _operation(trace)
    if operation is None:
        return None
    calls = _calls(trace, operation)
    if any(step.blocked for step in calls):
        return None
    least, most = _commits(trace, operation)
    tolds = dict.fromkeys(str(told_of(step.outcome)) for step in calls)
    return f"{_counted(least, most)} commit{'' if least == most == 1 else 's'}, told {' and '.join(tolds)}"


def judge_hazard(trace: CaseTrace) -> Check | None:
    """Return the check `hazard`, None when the case neither asks for it nor saw a write sent again.

    Where scripted answers leave open how many writes were accepted, it fails only if every number would; otherwise it
    is not applicable, since nobody knows. It is blocked when a call of the write was not made for want of a value.
    """
    operation = _operation(trace)
    if operation is None:
        return None
    steps = _calls(trace, operation)
    if any(step.blocked for step in steps):
        return Check(id="hazard", verdict=Verdict.BLOCKED)
    tolds = [told_of(step.outcome) for step in steps]
    least, most = _commits(trace, operation)
    observed = {"commits": least if least == most else _counted(least, most), "told": [str(told) for told in tolds]}
    problems = [_problem(commits, operation, steps, tolds) for commits in range(least, most + 1)]
    first = problems[0]
    if first is not None and all(problems):
        kind, message = first
        return Check(
            id="hazard",
            verdict=Verdict.FAIL,
            expected="the caller knows what was committed, and nothing is committed twice",
            observed=observed,
            message=message,
            kind=kind,
            exchange=next((exchange.number for step in steps for exchange in own_exchanges(step)[-1:]), None),
        )
    if least < most:
        message = (
            f"write safety is unknown: scripted answers took {_times(most - least, 'write')} of {operation} without"
            " `accepted: true` or `accepted: false`"
        )
        return Check(id="hazard", verdict=Verdict.NOT_APPLICABLE, observed=observed, message=message)
    return Check(id="hazard", verdict=Verdict.PASS, observed=observed)


def _problem(commits: int, operation: str, steps: Sequence[StepTrace], tolds: Sequence[Told]) -> tuple[str, str] | None:
    """Return the kind and the message of what is wrong with so many commits, None when nothing is."""
    misled = sum(told in (Told.OK, Told.SILENT) for told in tolds)
    if commits > len(steps):
        return "count", f"{commits} commits of {operation} for {_times(len(steps), 'call')}"
    if commits < misled:
        said = "heard nothing" if Told.SILENT in tolds else "was told ok"
        return "missing", f"the caller {said}, and {commits or 'nothing'} of {misled} was committed"
    if commits == len(steps) and any(
        told is Told.FAILED and _success_reached(step) for told, step in zip(tolds, steps, strict=True)
    ):
        return "changed", "the write was committed and answered in full, and the caller was told that it failed"
    return None


def _counted(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _times(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"


def _operation(trace: CaseTrace) -> str | None:
    """Return the operation to judge: the case's, else the first client call whose write was sent again."""
    if trace.case.hazard is not None:
        return trace.case.hazard.of
    for step in trace.steps:
        if step.call.via != "client" or step.operation is None or step.operation.method.upper() in SAFE:
            continue
        exchanges = own_exchanges(step)
        if step.call.repeat is None and len(without_repeated_writes(exchanges)) < len(exchanges):
            return step.call.call
    return None


def _calls(trace: CaseTrace, operation: str) -> list[StepTrace]:
    return [step for step in trace.steps if step.call.call == operation and step.call.via == "client"]


def _commits(trace: CaseTrace, operation: str) -> tuple[int, int]:
    """Return how many commits of the client's own there are at least and at most.

    It is the sandbox's count without the harness's calls; live, the accepted answers.
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
