"""`judge`: everything about one case with one client into its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.checks.attribution import divided
from concordat.checks.builders import block, prefixed
from concordat.checks.decoding import incomparable, judge_decoding
from concordat.checks.invariants import judge_alive, judge_fired, judge_possible, judge_responses, judge_stray
from concordat.checks.missing_values import SAVED, blocked_checks, explanation, judge_saved, unexplained
from concordat.checks.model import Check, Verdict
from concordat.checks.outcomes import judge_outcome
from concordat.checks.requests import judge_contract, judge_requests
from concordat.checks.state import judge_state
from concordat.checks.waits import judge_waits
from concordat.checks.write_safety import judge_write_safety
from concordat.errors import CatalogueError
from concordat.http1.answer import SYNTHETIC
from concordat.http1.exchange import header
from concordat.versions import covers

if TYPE_CHECKING:
    from concordat.checks.model import CaseTrace, MissingValue, StepTrace

__all__ = ["judge"]


def judge(trace: CaseTrace) -> tuple[Check, ...]:
    """Return every check of the case, in the order of its steps, then those of the whole case.

    Never empty. When a request check fails, what depends on it is `blocked`, and so is a step that needs a value which
    an earlier step did not give. A value that the answer lacks although nothing failed before is a harness error: the
    case, or its sandbox, is wrong. A call that nothing promises makes the case not applicable. A malformed matcher,
    found only now because a reference hid it, is a harness error.

    Harness trouble spoils the case, unless a client's own step had failed before it: what the harness was to prepare
    from that step's outcome could not be prepared then, and the client's failure is what there is to say.
    """
    if trace.harness_problem is not None:
        return _spoilt(trace, trace.harness_problem)
    if not any(step.call.via == "client" for step in trace.steps):
        return (Check(id="harness", verdict=Verdict.HARNESS_ERROR, message="no call of the case was made"),)
    try:
        checks = _judge(trace)
    except CatalogueError as error:
        where = f"{trace.case.path}:{trace.case.line}"
        return (Check(id="harness", verdict=Verdict.HARNESS_ERROR, message=f"{where}: {error}"),)
    reason = _unsourced(trace)
    if reason is None:
        return tuple(checks)
    return tuple(_observed(check, reason) for check in checks)


def _spoilt(trace: CaseTrace, problem: str) -> tuple[Check, ...]:
    spoilt = Check(id="harness", verdict=Verdict.HARNESS_ERROR, message=problem)
    try:
        checks = _JudgedSteps(trace).checks
    except CatalogueError:
        return (spoilt,)
    if not any(check.verdict is Verdict.FAIL for check in checks):
        return (spoilt,)
    return (*checks, msgspec.structs.replace(spoilt, verdict=Verdict.BLOCKED))


class _JudgedSteps:
    """The checks of the client's steps; `broken` is the id of the first that broke what follows.

    A call that no source promises yields its not-applicable checks alone, and none of any other step.
    """

    def __init__(self, trace: CaseTrace) -> None:
        # counted in the case, so that a client that dies in the first step has the same ids as one that does not
        self._several = sum(call.via == "client" for call in trace.case.calls()) > 1
        self._by_step: list[list[Check]] = []
        self.broken: str | None = None
        self.applicable = True
        for step in divided(trace.steps, trace.base_path):
            label = step.label if self._several else None
            if step.blocked:
                found = blocked_checks(step, trace, self.explain(step.blocked[0]))
            else:
                found, self.broken = _client(step, trace, self.broken, label)
            missing = [check for check in found if check.verdict is Verdict.NOT_APPLICABLE]
            named = [check if label is None else prefixed(check, label) for check in missing or found]
            if missing:
                self._by_step, self.applicable = [named], False
                return
            self._by_step.append(named)

    @property
    def checks(self) -> list[Check]:
        """Those of every step, in order."""
        return [check for checks in self._by_step for check in checks]

    def explain(self, value: MissingValue) -> str:
        """Return the id of the check that explains why the value is missing; `harness` when none does."""
        return self.explanation(value) or "harness"

    def explanation(self, value: MissingValue) -> str | None:
        """Return the id of the check that explains why the value is missing, if one does."""
        return explanation(value, self._by_step, f"{value.step}:{SAVED}" if self._several else SAVED)


def _judge(trace: CaseTrace) -> list[Check]:
    reason = incomparable(trace)
    if reason is not None:
        return [Check(id="decoding", verdict=Verdict.NOT_APPLICABLE, message=reason)]
    steps = _JudgedSteps(trace)
    checks = steps.checks
    if not steps.applicable:
        return checks
    defect = next((value for value in trace.missing if steps.explanation(value) is None), None)
    if defect is not None:
        return [Check(id="harness", verdict=Verdict.HARNESS_ERROR, message=unexplained(defect, trace))]
    checks.extend(_after_steps(trace, steps))
    whole = (judge_decoding(trace), judge_stray(trace), judge_write_safety(trace), judge_responses(trace))
    because = _first_blocked(trace, steps)
    checks.extend(
        block(check, because) if check.verdict is Verdict.BLOCKED and because and not check.message else check
        for check in whole
        if check is not None
    )
    return checks


def _first_blocked(trace: CaseTrace, steps: _JudgedSteps) -> str | None:
    """Return the id of the check that the first blocked step rests on, None without such a step."""
    return next((steps.explain(step.blocked[0]) for step in trace.steps if step.blocked), None)


def _after_steps(trace: CaseTrace, steps: _JudgedSteps) -> list[Check]:
    """Return the checks of the state and of the faults."""
    resting = {f"state.{name}": steps.explain(value) for name, value in trace.blocked_state.items()}
    further = [
        block(check, resting[check.id]) if check.verdict is Verdict.BLOCKED else check for check in judge_state(trace)
    ]
    fired = judge_fired(trace)
    if fired is not None:
        because = _first_blocked(trace, steps)
        further.append(block(fired, because) if fired.verdict is Verdict.FAIL and because else fired)
    if steps.broken is None:
        return further
    return [
        block(check, steps.broken) if check.verdict not in (Verdict.HARNESS_ERROR, Verdict.BLOCKED) else check
        for check in further
    ]


def _client(step: StepTrace, trace: CaseTrace, broken: str | None, label: str | None) -> tuple[list[Check], str | None]:
    """Return the checks of one client call, and the id of the first check that broke what follows it."""

    def named(check: Check) -> str:
        return check.id if label is None else f"{label}:{check.id}"

    alive, possible = judge_alive(step), judge_possible(step, trace)
    first = [alive, possible]
    stopped = next((check for check in first if check.verdict is not Verdict.PASS), None)
    requests = judge_requests(step, trace)
    if "contract" not in trace.case.allow:
        requests.append(judge_contract(step))
    waits = judge_waits(step, requests)
    if stopped is not None:
        saved = [Check(id=SAVED, verdict=Verdict.BLOCKED)] if step.call.save else []
        rest = (*requests, *waits, *saved)
        return [*first, *(block(check, named(stopped)) for check in rest)], broken or named(stopped)
    failed = next((check for check in requests if check.verdict is Verdict.FAIL), None)
    outcome = judge_outcome(step)
    if failed is not None:
        outcome = [block(check, named(failed)) for check in outcome]
        broken = broken or named(failed)
    elif trace.harness_problem is not None and _answered_by_harness(step):
        outcome = [block(check, "harness") for check in outcome]
    elif broken is not None:
        # an earlier step went another way, so that a difference here may only follow from it
        outcome = [block(check, broken) if check.verdict is Verdict.FAIL else check for check in outcome]
    kept = judge_saved(step, trace, outcome)
    return [*first, *requests, *waits, *outcome, *([] if kept is None else [kept])], broken


def _answered_by_harness(step: StepTrace) -> bool:
    """Whether the tap answered in the target's place: what the client made of that says nothing about the client."""
    return any(e.response is not None and header(e.response.headers, SYNTHETIC) for e in step.exchanges)


def _unsourced(trace: CaseTrace) -> str | None:
    """Return why no source binds this client to the case, None when one does.

    `undefined:` sources bind nobody; a document binds the client whose variant it is, for the versions it covers.
    """
    source = trace.case.source
    if all(item.startswith("undefined:") for item in source):
        return "no source defines it"
    if not all(item.startswith(("undefined:", "document:")) for item in source):
        return None
    if trace.variant is not None and any(_documents(item, trace.variant.document) for item in source):
        return None if covers(trace.variant.covers, trace.version) else "drift: the document is of another release"
    return "drift: the document is of another client"


def _documents(source: str, document: str) -> bool:
    """Whether a source such as `document:002#errors` is the variant's own document (`documents/002-...`)."""
    if not source.startswith("document:"):
        return False
    number = source.removeprefix("document:").partition("#")[0].partition("-")[0]
    return document.rpartition("/")[2].startswith(number)


def _observed(check: Check, reason: str) -> Check:
    if check.verdict not in (Verdict.FAIL, Verdict.BLOCKED):
        return check
    message = f"{reason}; {check.message}" if check.message else reason
    return msgspec.structs.replace(check, verdict=Verdict.OBSERVATION, message=message)
