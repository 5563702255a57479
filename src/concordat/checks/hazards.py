"""Hazards: what a write committed against what its caller was told.

Red: more commits than calls; no commit, and the caller was told ok or heard nothing (silent); one commit, and the
caller was told that it failed although a complete, contract-valid success reached the client. A retry of a write is
judged by nothing else (RFC 9110, 9.2.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.model import Told
from concordat.checks.model import Check, Verdict
from concordat.checks.outcomes import answered_well
from concordat.checks.requests import SAFE, own_exchanges, without_repeated_writes
from concordat.checks.told import told_of

if TYPE_CHECKING:
    from concordat.checks.model import CaseSeen, StepSeen

__all__ = ["hazard_of", "judge_hazard"]


def hazard_of(seen: CaseSeen) -> str | None:
    """Return `1 commit, told ok` and its like for a case about a hazard, or with a repeated write; else None.

    A write that was not sent for want of a value has none either.
    """
    operation = _operation(seen)
    if operation is None:
        return None
    calls = _calls(seen, operation)
    if any(step.blocked for step in calls):
        return None
    commits = _commits(seen, operation)
    tolds = dict.fromkeys(str(told_of(step.outcome)) for step in calls)
    return f"{commits} commit{'' if commits == 1 else 's'}, told {' and '.join(tolds)}"


def judge_hazard(seen: CaseSeen) -> Check | None:
    """Return the check `hazard`, None when the case neither asks for it nor saw a write sent again.

    It is blocked when a call of the write was not made for want of a value.
    """
    operation = _operation(seen)
    if operation is None:
        return None
    steps = _calls(seen, operation)
    if any(step.blocked for step in steps):
        return Check(id="hazard", verdict=Verdict.BLOCKED)
    tolds = [told_of(step.outcome) for step in steps]
    commits = _commits(seen, operation)
    misled = sum(told in (Told.OK, Told.SILENT) for told in tolds)
    observed = {"commits": commits, "told": [str(told) for told in tolds]}
    problem = None
    if commits > len(steps):
        problem = ("count", f"{commits} commits of {operation} for {_times(len(steps))}")
    elif commits < misled:
        silent = Told.SILENT in tolds
        said = "heard nothing" if silent else "was told ok"
        problem = ("missing", f"the caller {said}, and {commits or 'nothing'} of {misled} was committed")
    elif commits == len(steps) and any(
        told is Told.FAILED and _success_reached(step) for told, step in zip(tolds, steps, strict=True)
    ):
        problem = ("changed", "the write was committed and answered in full, and the caller was told that it failed")
    if problem is None:
        return Check(id="hazard", verdict=Verdict.PASS, observed=observed)
    kind, message = problem
    return Check(
        id="hazard",
        verdict=Verdict.FAIL,
        expected="the caller knows what was committed, and nothing is committed twice",
        observed=observed,
        message=message,
        kind=kind,
        exchange=next((exchange.number for step in steps for exchange in own_exchanges(step)[-1:]), None),
    )


def _times(calls: int) -> str:
    return "one call" if calls == 1 else f"{calls} calls"


def _operation(seen: CaseSeen) -> str | None:
    """Return the operation to judge: the case's, else the first client call whose write was sent again."""
    if seen.case.hazard is not None:
        return seen.case.hazard.of
    for step in seen.steps:
        if step.call.via != "client" or step.operation is None or step.operation.method.upper() in SAFE:
            continue
        exchanges = own_exchanges(step)
        if step.call.repeat is None and len(without_repeated_writes(exchanges)) < len(exchanges):
            return step.call.call
    return None


def _calls(seen: CaseSeen, operation: str) -> list[StepSeen]:
    return [step for step in seen.steps if step.call.call == operation and step.call.via == "client"]


def _commits(seen: CaseSeen, operation: str) -> int:
    """Return the client's own commits: the sandbox's count without the harness's calls; live, the accepted answers."""
    if seen.commits is None:
        exchanges = [exchange for step in _calls(seen, operation) for exchange in own_exchanges(step)]
        return sum(answered_well(exchange) for exchange in exchanges if exchange.operation == operation)
    return max(seen.commits.get(operation, 0) - seen.prepared.count(operation), 0)


def _success_reached(step: StepSeen) -> bool:
    exchanges = own_exchanges(step)
    last = exchanges[-1] if exchanges else None
    return answered_well(last) and last is not None and not last.response_problems
