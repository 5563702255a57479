"""State checks: what the sandbox holds after the case, `state.<collection>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks.builders import check_of
from concordat.checks.matchers import match
from concordat.checks.model import Check, Verdict
from concordat.errors import did_you_mean

if TYPE_CHECKING:
    from concordat.checks.model import CaseTrace

__all__ = ["judge_state"]


def judge_state(trace: CaseTrace) -> list[Check]:
    """Return one check a collection that the case names; objects may hold more than is expected.

    A collection that the sandbox does not have is the case's fault: a harness error. One that rests on a missing value
    is blocked.
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
