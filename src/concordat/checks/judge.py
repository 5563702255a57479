"""`judge`: the trace of one case with one client into its checks, step by step, then for the whole case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from concordat.checks.attribution import divided
from concordat.checks.blame import (
    TARGET,
    blamed_contract,
    blamed_count,
    blamed_end,
    blamed_outcome,
    blamed_saved,
    target_check,
    without_extra,
)
from concordat.checks.builders import block, full_id, prefixed
from concordat.checks.decoding import incomparable, judge_decoding
from concordat.checks.invariants import (
    judge_alive,
    judge_fired,
    judge_possible,
    judge_responses,
    judge_state,
    judge_unattributed,
)
from concordat.checks.missing_values import SAVED, blocked_checks, explanation, judge_saved, unexplained
from concordat.checks.model import Check, Verdict
from concordat.checks.outcomes import judge_outcome
from concordat.checks.requests import judge_contract, judge_requests, judge_waits
from concordat.checks.write_safety import judge_write_safety
from concordat.errors import CatalogueError
from concordat.http1.answer import SYNTHETIC
from concordat.http1.exchange import header
from concordat.versions import covers

if TYPE_CHECKING:
    from concordat.checks.model import CaseTrace, MissingValue, StepTrace

__all__ = ["judge"]


def judge(trace: CaseTrace) -> tuple[Check, ...]:
    """Return every check of the case: those of its steps, in order, then those of the whole case. Never empty.

    When a request check fails, the checks that depend on it are `blocked`, and so is a step that needs a value which an
    earlier step did not give. A value that the answer lacks although nothing failed before is a harness error: the
    case, or its sandbox, is wrong. A call that no source promises makes the case not applicable. A malformed matcher
    that a reference hid until now is a harness error.

    On a live target, a failure that the target's answer explains is `target` (see `blame`), and so is a value that its
    answers lack.

    A harness error, or a failure of the target outside of the client's calls, replaces the checks, unless one of the
    client's own steps failed before it: the harness prepares later steps from that step's outcome, so the client's
    failure remains.
    """
    if trace.harness_problem is not None:
        return _replaced(trace, _harness_error(trace.harness_problem))
    if trace.target_failure is not None:
        return _replaced(trace, target_check(trace.target_failure))
    if not any(step.call.via == "client" for step in trace.steps):
        return (_harness_error("no call of the case was made"),)
    try:
        checks = _judge(trace)
    except CatalogueError as error:
        return (_harness_error(f"{trace.case.path}:{trace.case.line}: {error}"),)
    reason = _unsourced(trace)
    return tuple(checks if reason is None else (_observed(check, reason) for check in checks))


def _harness_error(message: str) -> Check:
    return Check(id="harness", verdict=Verdict.HARNESS_ERROR, message=message)


def _replaced(trace: CaseTrace, error: Check) -> tuple[Check, ...]:
    """Return the error alone, or, after a failure of the client, the steps' checks and the error as blocked.

    The checks of the steps before a failure of the target remain, too, where one of them is `target`.
    """
    try:
        checks = _judge_steps(trace).checks
    except CatalogueError:
        return (error,)
    if not any(check.verdict is Verdict.FAIL for check in checks):
        broken_by_target = error.id == TARGET and any(check.verdict is Verdict.TARGET for check in checks)
        return (*checks, error) if broken_by_target else (error,)
    return (*checks, msgspec.structs.replace(error, verdict=Verdict.BLOCKED))


def _judge(trace: CaseTrace) -> list[Check]:
    reason = incomparable(trace)
    if reason is not None:
        return [Check(id="decoding", verdict=Verdict.NOT_APPLICABLE, message=reason)]
    steps = _judge_steps(trace)
    if not steps.applicable:
        return steps.checks
    defect = next((value for value in trace.missing if steps.explanation(value) is None), None)
    if defect is not None:
        message = unexplained(defect, trace)
        found = Check(id=TARGET, verdict=Verdict.TARGET, message=message) if trace.live else _harness_error(message)
        return [*(steps.checks if trace.live else ()), found]
    return [*steps.checks, *_after_steps(trace, steps), *_whole_case(trace, steps)]


@dataclass(frozen=True, slots=True)
class _JudgedSteps:
    """The checks of the client's steps.

    `broken` is the full id of the first check that broke the steps after it. A call that no source promises leaves only
    its own not-applicable checks, and `applicable` false.
    """

    by_step: list[list[Check]]
    several: bool
    broken: str | None = None
    applicable: bool = True

    @property
    def checks(self) -> list[Check]:
        """The checks of every step, in order."""
        return [check for checks in self.by_step for check in checks]

    def explanation(self, value: MissingValue) -> str | None:
        """Return the full id of the check that explains why the value is missing, None without one."""
        return explanation(value, self.by_step, f"{value.step}:{SAVED}" if self.several else SAVED)

    def explain(self, value: MissingValue) -> str:
        """Return the full id of the check that explains why the value is missing; `harness` without one."""
        return self.explanation(value) or "harness"

    @property
    def broken_by_target(self) -> str | None:
        """The full id of the first check that a live target broke, None without one."""
        return next((check.id for check in self.checks if check.verdict is Verdict.TARGET), None)

    def first_reason(self, trace: CaseTrace) -> str | None:
        """Return the full id of the check that blocked the first step that was not run, None without such a step."""
        return next((self.explain(step.blocked[0]) for step in trace.steps if step.blocked), None)


def _judge_steps(trace: CaseTrace) -> _JudgedSteps:
    # counted in the case, so that a client that dies in the first step has the same ids as one that does not
    judged = _JudgedSteps([], several=sum(call.via == "client" for call in trace.case.calls()) > 1)
    for step in divided(trace.steps, trace.base_path):
        label = step.label if judged.several else None
        broken = judged.broken
        if step.blocked:
            checks = blocked_checks(step, trace, judged.explain(step.blocked[0]))
        else:
            checks, broken = _judge_call(step, trace, broken, label)
        impossible = [check for check in checks if check.verdict is Verdict.NOT_APPLICABLE]
        if impossible:
            return _JudgedSteps([[prefixed(one, label) for one in impossible]], judged.several, applicable=False)
        judged = replace(judged, by_step=[*judged.by_step, [prefixed(one, label) for one in checks]], broken=broken)
    return judged


def _judge_call(
    step: StepTrace, trace: CaseTrace, broken: str | None, label: str | None
) -> tuple[list[Check], str | None]:
    """Return the checks of one client call, and the full id of the first check that broke the calls after it."""
    alive = judge_alive(step)
    ran = [blamed_end(alive, step, trace) if trace.live else alive, judge_possible(step, trace)]
    requests = _judge_live_requests(step, trace) if trace.live else judge_requests(step, trace)
    if "contract" not in trace.case.allow:
        if trace.live:
            valid = judge_contract(without_extra(step, trace).step)
            requests.append(blamed_contract(valid, requests, step, trace))
        else:
            requests.append(judge_contract(step))
    waits = judge_waits(step, requests)
    stopped = next((check for check in ran if check.verdict is not Verdict.PASS), None)
    if stopped is not None:
        saved = [Check(id=SAVED, verdict=Verdict.BLOCKED)] if step.call.save else []
        because = full_id(stopped, label)
        return [*ran, *(block(check, because) for check in (*requests, *waits, *saved))], broken or because
    failed = next((check for check in requests if check.verdict is Verdict.FAIL), None)
    outcome = judge_outcome(step)
    if failed is not None:
        because = full_id(failed, label)
        outcome = [block(check, because) for check in outcome]
        broken = broken or because
    elif trace.harness_problem is not None and _answered_by_harness(step):
        outcome = [block(check, "harness") for check in outcome]
    elif broken is not None:
        # an earlier step went another way, so that a difference here may only follow from it
        outcome = [block(check, broken) if check.verdict is Verdict.FAIL else check for check in outcome]
    elif trace.live:
        blamed = blamed_outcome(outcome, step, trace)
        saved = blamed_saved(judge_saved(step, trace, outcome), [*requests, *blamed], step, trace)
        return [*ran, *requests, *waits, *blamed, *saved], broken
    return [*ran, *requests, *waits, *outcome, *judge_saved(step, trace, outcome)], broken


def _judge_live_requests(step: StepTrace, trace: CaseTrace) -> list[Check]:
    """Return the request checks of a step against a live target, without the requests that its answers caused."""
    extra = without_extra(step, trace)
    checks = judge_requests(extra.step, trace)
    full = judge_requests(step, trace) if extra.requests else []
    return blamed_count(checks, next((check for check in full if check.id == "request.count"), None), step, trace)


def _after_steps(trace: CaseTrace, steps: _JudgedSteps) -> list[Check]:
    """Return the checks of the state and of the faults, blocked where a step before them broke."""
    checks = judge_state(trace)
    for index, check in enumerate(checks):
        if check.verdict is Verdict.BLOCKED:
            value = trace.blocked_state[check.id.removeprefix("state.")]
            checks[index] = block(check, steps.explain(value))
    fired, reason = judge_fired(trace), steps.first_reason(trace)
    if fired is not None:
        checks.append(block(fired, reason) if fired.verdict is Verdict.FAIL and reason else fired)
    if steps.broken is None:
        return _after_target(checks, steps)
    settled = (Verdict.HARNESS_ERROR, Verdict.BLOCKED)
    return [check if check.verdict in settled else block(check, steps.broken) for check in checks]


def _whole_case(trace: CaseTrace, steps: _JudgedSteps) -> list[Check]:
    """Return the checks of the whole case; those that a missing step blocked name the check that it rests on."""
    found = (judge_decoding(trace), judge_unattributed(trace), judge_write_safety(trace), judge_responses(trace))
    checks = [check for check in found if check is not None]
    checks = [*_after_target(checks[:1], steps), *checks[1:]] if found[0] is not None else checks
    reason = steps.first_reason(trace)
    if reason is None:
        return checks
    return [
        block(check, reason) if check.verdict is Verdict.BLOCKED and not check.message else check for check in checks
    ]


def _after_target(checks: list[Check], steps: _JudgedSteps) -> list[Check]:
    """Return checks with the failed ones as blocked where a live target broke a step."""
    reason = steps.broken_by_target
    if reason is None:
        return checks
    return [block(check, reason) if check.verdict is Verdict.FAIL else check for check in checks]


def _answered_by_harness(step: StepTrace) -> bool:
    """Return whether the tap answered in the target's place, so that the outcome says nothing about the client."""
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
    """Return whether a source such as `document:002#errors` is the variant's own document (`documents/002-...`)."""
    if not source.startswith("document:"):
        return False
    number = source.removeprefix("document:").partition("#")[0].partition("-")[0]
    return document.rpartition("/")[2].startswith(number)


def _observed(check: Check, reason: str) -> Check:
    if check.verdict not in (Verdict.FAIL, Verdict.BLOCKED):
        return check
    message = f"{reason}; {check.message}" if check.message else reason
    return msgspec.structs.replace(check, verdict=Verdict.OBSERVATION, message=message)
