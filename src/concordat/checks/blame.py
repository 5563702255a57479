"""Whose fault a failed check of a live run is: the client's, or the target's.

A live target may refuse, break off, answer with a login page or with other data than the case expects. A check that
fails for it alone gets the verdict `target`: the answer broke the contract or the premise of the case, and the outcome
is right for the answer that the client received. A client that shows something else than that answer keeps its failure,
and so does one that sent a wrong request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Reported
from concordat.checks.agreement import agrees, agrees_at
from concordat.checks.builders import located
from concordat.checks.exchanges import answer_body, answer_json, answered_well, own_exchanges
from concordat.checks.model import Check, TargetFailure, TargetFailureKind, Verdict
from concordat.checks.outcomes import error_bodies, payload_of, reported_of, shown_status
from concordat.checks.target_answer import (
    TargetAnswer,
    failure_of,
    follows_from,
    names_saved_value,
    planned_edits,
    url_of,
)
from concordat.compare.diff import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.http1.exchange import Exchange

__all__ = [
    "TARGET",
    "blamed_contract",
    "blamed_count",
    "blamed_end",
    "blamed_outcome",
    "blamed_saved",
    "target_check",
    "target_failures",
    "without_extra",
]

TARGET: Final = "target"
"""The id of the check for a failure of the target outside of the client's calls."""
_COUNT = "request.count"
_REPORTED = "outcome.reported"
_BODY = "outcome.error.body"
_REDIRECT: Final = range(300, 400)
_INVALID: Final = (TargetFailureKind.NOT_JSON, TargetFailureKind.CONTRACT)


class Extra(NamedTuple):
    """A step without the requests that follow from a failure of the target, and the number of those."""

    step: StepTrace
    requests: int


def without_extra(step: StepTrace, trace: CaseTrace) -> Extra:
    """Return a step without its retries of failed answers and without the requests of followed redirects.

    A retry counts only where the case lets the client retry. A planned fault explains nothing here.
    """
    kept: list[Exchange] = []
    extra: set[int] = set()
    earlier: Exchange | None = None
    for exchange in own_exchanges(step):
        if follows_from(earlier, exchange, trace):
            extra.add(exchange.number)
        else:
            kept.append(exchange)
        earlier = exchange
    if not extra:
        return Extra(step, 0)
    left = tuple(exchange for exchange in step.exchanges if exchange.number not in extra)
    return Extra(replace(step, exchanges=left), len(extra))


def blamed_count(checks: Sequence[Check], full: Check | None, step: StepTrace, trace: CaseTrace) -> list[Check]:
    """Return request checks with `request.count` as `target` where the number of requests follows from an answer.

    `checks` are those of the step without extra requests, and `full` is the count of all requests.
    """
    answer = _last(step, trace)
    blamed: list[Check] = []
    for check in checks:
        if check.id != _COUNT:
            blamed.append(check)
        elif check.verdict is Verdict.PASS and full is not None and full.verdict is Verdict.FAIL:
            blamed.append(_to_target(full, "the client sent more requests after an answer that asks for them"))
        elif check.verdict is Verdict.FAIL and answer is not None and _too_few(check):
            blamed.append(_to_target(check, answer.text(trace)))
        else:
            blamed.append(check)
    return blamed


def blamed_contract(check: Check, others: Sequence[Check], step: StepTrace, trace: CaseTrace) -> Check:
    """Return `request.contract` as `target` where the client sent what the target's own value made invalid.

    The call names a value that an earlier step saved, and the other request checks, `others`, found nothing else.
    """
    if (
        check.verdict is not Verdict.FAIL
        or not names_saved_value(step, trace)
        or any(one.verdict is Verdict.FAIL for one in others)
    ):
        return check
    sent = next((exchange for exchange in own_exchanges(step) if exchange.request_problems), None)
    if sent is None:
        return check
    return _to_target(check, f"the value that the target gave an earlier step is invalid in {url_of(sent, trace)}")


def _too_few(check: Check) -> bool:
    [difference] = check.differences
    expected, observed = difference.expected, difference.observed
    return isinstance(expected, int) and isinstance(observed, int) and observed < expected


def blamed_end(check: Check, step: StepTrace, trace: CaseTrace) -> Check:
    """Return `client.alive` as `target` where the client waited, up to its deadline, for a target that did not answer.

    It waited if its last request has no answer, or if the case lets it retry the failed answer that it got.
    """
    if check.verdict is not Verdict.FAIL or step.lost != "silent":
        return check
    answer = _last(step, trace)
    if answer is None:
        return check
    waited = answer.exchange.response is None or (trace.case.client.retries != "none" and answer.retryable)
    return _to_target(check, answer.text(trace)) if waited else check


def blamed_outcome(checks: Sequence[Check], step: StepTrace, trace: CaseTrace) -> list[Check]:
    """Return the outcome checks of a step, the failed ones as `target` where the answer explains them.

    A step without an expected outcome expects a success: `outcome.reported` is `target` where the target refused it.
    """
    answer = _last(step, trace)
    if answer is not None:
        if not _shows(step, answer, trace):
            contradicted = (_contradicted(check, answer.text(trace)) for check in checks)
            return [msgspec.structs.replace(check, premise_broken=True) for check in contradicted]
        if step.call.expect.outcome is None and answer.kind is not TargetFailureKind.CONTRACT:
            checks = [_failed(check) if check.id == _REPORTED else check for check in checks]
        refused = any(check.id == _REPORTED and check.verdict is Verdict.FAIL for check in checks)
        if refused or answer.kind is TargetFailureKind.NOT_JSON or not answered_well(answer.exchange):
            return [_blame(check, answer.text(trace)) for check in checks]
    exchange = _only_answer(step, trace)
    if exchange is None:
        return list(checks)
    return [_blamed_difference(check, exchange, step, trace) for check in checks]


def _contradicted(check: Check, text: str) -> Check:
    """Return a passed `outcome.reported` as failed: the client reported a success, which the answer is not."""
    if check.id != _REPORTED or check.verdict is not Verdict.PASS:
        return check
    difference = Difference("", "changed", "a failure, as the target answered", check.observed)
    message = f"the client reported {check.observed}, and {text}"
    failed = msgspec.structs.replace(
        check, verdict=Verdict.FAIL, expected=difference.expected, observed=check.observed, message=message
    )
    return located(failed, [difference])


def _failed(check: Check) -> Check:
    return msgspec.structs.replace(check, verdict=Verdict.FAIL) if check.verdict is Verdict.PASS else check


def _blame(check: Check, text: str) -> Check:
    return _to_target(check, text) if check.verdict is Verdict.FAIL else check


def _to_target(check: Check, text: str) -> Check:
    return msgspec.structs.replace(check, verdict=Verdict.TARGET, message=text)


def _last(step: StepTrace, trace: CaseTrace) -> TargetAnswer | None:
    """Return the failure of the target in the last answer to the step, None without one."""
    exchanges = own_exchanges(step)
    return failure_of(exchanges[-1], step, trace) if exchanges else None


def _only_answer(step: StepTrace, trace: CaseTrace) -> Exchange | None:
    """Return the answer from which the payload comes, None without one and where there are several."""
    exchanges = own_exchanges(without_extra(step, trace).step)
    if not exchanges or (len(exchanges) > 1 and step.call.repeat is None) or step.call.expect.requests == "any":
        return None
    last = own_exchanges(step)[-1]
    return None if last.response is None else last


def _edited(exchange: Exchange, trace: CaseTrace) -> tuple[str, ...]:
    """Return the pointers that planned edits changed in an answer: the whole, where another fault shaped it."""
    edits = planned_edits(exchange, trace)
    return ("",) if edits is None else tuple(pointer for edit in edits for pointer in (*edit.set, *edit.remove))


def _shows(step: StepTrace, answer: TargetAnswer, trace: CaseTrace) -> bool:
    """Return whether the client reported the failed answer that it received."""
    outcome = step.outcome
    assert outcome is not None
    reported, status = reported_of(outcome), shown_status(outcome)
    if reported is Reported.OK:
        return answered_well(answer.exchange) and _shows_success(step, answer)
    if answer.kind is TargetFailureKind.NO_ANSWER or answer.exchange.response is None:
        # Concordat's own 502 stands for no answer, so that silence about that status is no failure
        return True
    received = {answer.exchange.response.status}
    if received <= set(_REDIRECT):  # of calls in parallel, the answer to which it leads may stand at another one
        received |= {exchange.response.status for exchange in trace.exchanges if exchange.response is not None}
    if reported is Reported.FAILED:
        return status in received
    # a client may refuse a success only if it breaks the contract
    invalid = answer.kind in _INVALID or bool(answer.exchange.response_problems)
    refusable = invalid or not answered_well(answer.exchange)
    return refusable and reported is Reported.UNKNOWN and status in {None, *received}


def _shows_success(step: StepTrace, answer: TargetAnswer) -> bool:
    """Return whether a client that reported ok shows the answer: its text as it is, or its JSON.

    The places that a case expects are compared later, so that only an unexpected success is compared as a whole.
    """
    assert step.outcome is not None
    shown, body = payload_of(step.outcome), answer_body(answer.exchange) or b""
    if answer.kind is TargetFailureKind.NOT_JSON:
        return isinstance(shown, (str, bytes)) and shown in (body, body.decode("utf-8", "replace"))
    if answer.kind is not TargetFailureKind.STATUS or shown is msgspec.UNSET or shown is None:
        return True
    json = answer_json(answer.exchange)
    return agrees(shown, body if json is msgspec.UNSET else json, defaults=True)


def _blamed_difference(check: Check, exchange: Exchange, step: StepTrace, trace: CaseTrace) -> Check:
    """Return a failed check of the payload or the error's body as `target` where the answer itself has the differences.

    The client must show, at each place that differs, what the answer has there. A place that a planned fault changed is
    the harness's.
    """
    expected = _expected(check, step)
    if check.verdict is not Verdict.FAIL or expected is msgspec.UNSET or step.outcome is None:
        return check
    answered = answer_json(exchange)
    if answered is msgspec.UNSET:
        answered = answer_body(exchange)
    if not match(expected, answered, mode="has"):
        return check
    shown = error_bodies(step.outcome) or [msgspec.UNSET] if check.id == _BODY else [payload_of(step.outcome)]
    places = [difference.pointer for difference in check.differences]
    if any(f"{place}/".startswith(f"{edited}/") for edited in _edited(exchange, trace) for place in places):
        return check
    invalid = [one.pointer for one in exchange.response_problems if one.where == "body" and one.rule != "required"]
    if not any(agrees_at(places, view, answered, invalid=invalid) for view in shown):
        return check
    return _to_target(check, _data(exchange, step, trace).text(trace, "; ".join(map(str, check.differences[:3]))))


def _expected(check: Check, step: StepTrace) -> Any:
    outcome, repeat = step.call.expect.outcome, step.call.repeat
    if check.id == "outcome.until" and repeat is not None:
        return repeat.until
    if check.id == "outcome.payload" and outcome is not None:
        return outcome.payload
    if check.id == _BODY and outcome is not None and outcome.error is not None:
        return outcome.error.body
    return msgspec.UNSET


def _data(exchange: Exchange, step: StepTrace, trace: CaseTrace) -> TargetAnswer:
    """Return the failure of an answer whose data break the premise: it breaks the contract, or is valid."""
    return failure_of(exchange, step, trace) or TargetAnswer(TargetFailureKind.DATA, exchange)


def blamed_saved(checks: Sequence[Check], others: Sequence[Check], step: StepTrace, trace: CaseTrace) -> list[Check]:
    """Return `outcome.saved` as `target` where the client kept what the answer has, and the answer lacks the value.

    `others` are the checks of the step before it: where one of them failed, or is `target`, it stays blocked.
    """
    exchanges = own_exchanges(step)
    if not exchanges or exchanges[-1].faults or step.call.expect.requests == "any":
        return list(checks)
    if any(check.verdict in (Verdict.FAIL, Verdict.TARGET) for check in others):
        return list(checks)
    missing = [value for value in trace.missing if value.by_client and value.step == step.label]
    if not missing or any(value.lost or not agrees(value.shown, value.answered) for value in missing):
        return list(checks)
    text = _data(exchanges[-1], step, trace).text(trace, " and ".join(f"no value at {v.pointer}" for v in missing))
    return [_to_target(check, text) if check.verdict is Verdict.BLOCKED else check for check in checks]


def target_check(failure: TargetFailure) -> Check:
    """Return the check of a failure of the target outside of the client's calls."""
    return Check(id=TARGET, verdict=Verdict.TARGET, message=failure.message)


def target_failures(trace: CaseTrace, checks: Sequence[Check]) -> tuple[TargetFailure, ...]:
    """Return what the target did in a case with a `target` check: one failure for each kind and status, in order."""
    if not trace.live or not any(check.verdict is Verdict.TARGET for check in checks):
        return ()
    found: dict[tuple[TargetFailureKind, int | None], TargetFailure] = {}
    for failure in _each_failure(trace, checks):
        key = failure.kind, failure.status
        known = found.get(key)
        found[key] = failure if known is None else msgspec.structs.replace(known, requests=known.requests + 1)
    return tuple(found.values())


def _each_failure(trace: CaseTrace, checks: Sequence[Check]) -> Iterator[TargetFailure]:
    several = sum(call.via == "client" for call in trace.case.calls()) > 1
    for step in trace.steps:
        failures = [failure_of(exchange, step, trace) for exchange in own_exchanges(step)]
        for answer in filter(None, failures):
            yield answer.failure(trace)
        prefix = f"{step.label}:" if several else ""
        blamed = next((c for c in checks if c.verdict is Verdict.TARGET and c.id.startswith(f"{prefix}outcome.")), None)
        if blamed is not None and not any(failures) and step.exchanges:
            answer = TargetAnswer(TargetFailureKind.DATA, own_exchanges(step)[-1])
            yield msgspec.structs.replace(answer.failure(trace), message=blamed.message)
    own = next((check for check in checks if check.id == TARGET and check.verdict is Verdict.TARGET), None)
    if trace.target_failure is not None:
        yield trace.target_failure
    elif own is not None:
        yield TargetFailure(kind=TargetFailureKind.DATA, message=own.message)
