"""`judge`: everything about one case with one client into its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.rules import calls_of
from concordat.checks.always import judge_alive, judge_fired, judge_possible, judge_responses, judge_stray
from concordat.checks.decoding import incomparable, judge_decoding
from concordat.checks.dividing import divided
from concordat.checks.hazards import judge_hazard
from concordat.checks.making import block, prefixed
from concordat.checks.model import Check, Verdict
from concordat.checks.outcomes import judge_outcome
from concordat.checks.requests import judge_contract, judge_requests
from concordat.checks.state import judge_state
from concordat.checks.waits import judge_waits
from concordat.errors import CatalogueError
from concordat.versions import covers
from concordat.wire.answer import SYNTHETIC
from concordat.wire.exchange import header

if TYPE_CHECKING:
    from concordat.checks.model import CaseSeen, StepSeen

__all__ = ["judge"]


def judge(seen: CaseSeen) -> tuple[Check, ...]:
    """Return every check of the case, in the order of its steps, then those of the whole case.

    Never empty. When a request check fails, what depends on it is `blocked`. A call that nothing promises makes the
    case not applicable. A malformed matcher, found only now because a reference hid it, is a harness error.

    Harness trouble spoils the case, unless a client's own step had failed before it: what the harness was to prepare
    from that step's outcome could not be prepared then, and the client's failure is what there is to say.
    """
    if seen.harness_problem is not None:
        return _spoilt(seen, seen.harness_problem)
    if not any(step.call.via == "client" for step in seen.steps):
        return (Check(id="harness", verdict=Verdict.HARNESS_ERROR, message="no call of the case was made"),)
    try:
        checks = _judge(seen)
    except CatalogueError as error:
        where = f"{seen.case.path}:{seen.case.line}"
        return (Check(id="harness", verdict=Verdict.HARNESS_ERROR, message=f"{where}: {error}"),)
    reason = _unsourced(seen)
    if reason is None:
        return tuple(checks)
    return tuple(_observed(check, reason) for check in checks)


def _spoilt(seen: CaseSeen, problem: str) -> tuple[Check, ...]:
    spoilt = Check(id="harness", verdict=Verdict.HARNESS_ERROR, message=problem)
    try:
        checks, _ = _judge_steps(seen)
    except CatalogueError:
        return (spoilt,)
    if not any(check.verdict is Verdict.FAIL for check in checks):
        return (spoilt,)
    return (*checks, msgspec.structs.replace(spoilt, verdict=Verdict.BLOCKED))


def _judge_steps(seen: CaseSeen) -> tuple[list[Check], str | None]:
    """Return the checks of the client's steps, and the id of the first that broke what follows.

    Of a call that nothing promises there is only that it is not applicable.
    """
    checks: list[Check] = []
    # counted in the case, so that a client that dies in the first step has the same ids as one that does not
    several = sum(call.via == "client" for _, call in calls_of(seen.case)) > 1
    broken: str | None = None
    for step in divided(seen):
        found, broken = _client(step, seen, broken, step.label if several else None)
        missing = [check for check in found if check.verdict is Verdict.NOT_APPLICABLE]
        if missing:
            return [prefixed(check, step.label) if several else check for check in missing], broken
        checks.extend(prefixed(check, step.label) if several else check for check in found)
    return checks, broken


def _judge(seen: CaseSeen) -> list[Check]:
    reason = incomparable(seen)
    if reason is not None:
        return [Check(id="decoding", verdict=Verdict.NOT_APPLICABLE, message=reason)]
    checks, broken = _judge_steps(seen)
    if checks and all(check.verdict is Verdict.NOT_APPLICABLE for check in checks):
        return checks
    further = judge_state(seen)
    fired = judge_fired(seen)
    if fired is not None:
        further.append(fired)
    if broken is not None:
        further = [block(check, broken) if check.verdict is not Verdict.HARNESS_ERROR else check for check in further]
    checks.extend(further)
    whole = (judge_decoding(seen), judge_stray(seen), judge_hazard(seen), judge_responses(seen))
    checks.extend(check for check in whole if check is not None)
    return checks


def _client(step: StepSeen, seen: CaseSeen, broken: str | None, label: str | None) -> tuple[list[Check], str | None]:
    """Return the checks of one client call, and the id of the first check that broke what follows it."""

    def named(check: Check) -> str:
        return check.id if label is None else f"{label}:{check.id}"

    alive, possible = judge_alive(step), judge_possible(step, seen)
    first = [alive, possible]
    stopped = next((check for check in first if check.verdict is not Verdict.PASS), None)
    requests = judge_requests(step, seen)
    if "contract" not in seen.case.allow:
        requests.append(judge_contract(step))
    waits = judge_waits(step, requests)
    if stopped is not None:
        return [*first, *(block(check, named(stopped)) for check in (*requests, *waits))], broken or named(stopped)
    failed = next((check for check in requests if check.verdict is Verdict.FAIL), None)
    outcome = judge_outcome(step)
    if failed is not None:
        outcome = [block(check, named(failed)) for check in outcome]
        broken = broken or named(failed)
    elif seen.harness_problem is not None and _answered_by_harness(step):
        outcome = [block(check, "harness") for check in outcome]
    elif broken is not None:
        # an earlier step went another way, so that a difference here may only follow from it
        outcome = [block(check, broken) if check.verdict is Verdict.FAIL else check for check in outcome]
    return [*first, *requests, *waits, *outcome], broken


def _answered_by_harness(step: StepSeen) -> bool:
    """Whether the tap answered in the target's place: what the client made of that says nothing about the client."""
    return any(e.response is not None and header(e.response.headers, SYNTHETIC) for e in step.exchanges)


def _unsourced(seen: CaseSeen) -> str | None:
    """Return why no source binds this client to the case, None when one does.

    `undefined:` sources bind nobody; a document binds the client whose variant it is, for the versions it covers.
    """
    source = seen.case.source
    if all(item.startswith("undefined:") for item in source):
        return "no source defines it"
    if not all(item.startswith(("undefined:", "document:")) for item in source):
        return None
    if seen.variant is not None and any(_documents(item, seen.variant.document) for item in source):
        return None if covers(seen.variant.covers, seen.version) else "drift: the document is of another release"
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
