"""Outcome checks: what the client showed its caller against the expected outcome.

`outcome.reported`, `outcome.payload`, `outcome.error.status`, `outcome.error.body`, `outcome.until`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Reported
from concordat.checks.builders import block, check_of
from concordat.checks.exchanges import answered_well, own_exchanges
from concordat.checks.model import Verdict
from concordat.compare.canonical import read_json
from concordat.compare.diff import Difference
from concordat.compare.tagged import read_tags
from concordat.compare.values import shown

if TYPE_CHECKING:
    from concordat.catalogue.model import OutcomeExpectation
    from concordat.checks.model import Check, StepTrace
    from concordat.clients.protocol import Outcome

__all__ = ["REFUSAL", "error_bodies", "judge_outcome", "payload_of", "reported_of", "shown_status"]

REFUSAL = 400
"""The first status of an error (RFC 9110, 15)."""


def shown_status(outcome: Outcome) -> int | None:
    """Return the HTTP status that the caller can see, on the error or on what was returned."""
    if outcome.error is not None and outcome.error.status is not None:
        return outcome.error.status
    return outcome.status


def reported_of(outcome: Outcome | None) -> Reported:
    """Return what the client reported to its caller; unknown without an outcome (a dead adapter).

    Raised with a status of 400 or more: failed. Raised without one, timed out or cancelled: unknown. Returned with
    such a status: failed when a payload or an error body says more, else silent. Returned otherwise: ok.
    """
    if outcome is None or outcome.ended not in ("returned", "raised"):
        return Reported.UNKNOWN
    status = shown_status(outcome)
    refused = status is not None and status >= REFUSAL
    if outcome.ended == "raised":
        return Reported.FAILED if refused else Reported.UNKNOWN
    if refused:
        return Reported.FAILED if _says_more(outcome) else Reported.SILENT
    return Reported.OK if outcome.error is None else Reported.UNKNOWN


def _says_more(outcome: Outcome) -> bool:
    if outcome.payload is not msgspec.UNSET and outcome.payload is not None:
        return True
    error = outcome.error
    return error is not None and (bool(error.body) or (error.fields is not msgspec.UNSET and error.fields is not None))


def payload_of(outcome: Outcome) -> Any:
    """Return the payload that the caller received, tags read; UNSET without one."""
    return msgspec.UNSET if outcome.payload is msgspec.UNSET else read_tags(outcome.payload)


def judge_outcome(step: StepTrace) -> list[Check]:
    """Return the outcome checks of one step, without its label. The step has an outcome."""
    outcome = step.outcome
    assert outcome is not None
    expected = step.call.expect.outcome
    checks = [_reported(step, outcome, expected)]
    if step.call.repeat is not None:
        differences = match(step.call.repeat.until, payload_of(outcome), mode="has")
        checks.append(_check("outcome.until", differences, outcome))
    if expected is None:
        return checks
    if expected.payload is not msgspec.UNSET and not _excused(step, outcome, expected):
        checks.append(_check("outcome.payload", match(expected.payload, payload_of(outcome), mode="has"), outcome))
    if expected.error is not None:
        if expected.error.status is not msgspec.UNSET:
            status = shown_status(outcome)
            differences = match(expected.error.status, msgspec.UNSET if status is None else status)
            checks.append(_check("outcome.error.status", differences, outcome))
        if expected.error.body is not msgspec.UNSET:
            checks.append(_check("outcome.error.body", _error_body(expected.error.body, outcome), outcome))
    if checks[0].verdict is Verdict.FAIL:
        # a client that reported another end has nothing to show of the expected one
        return [checks[0], *(_after(check) for check in checks[1:])]
    return checks


def _excused(step: StepTrace, outcome: Outcome, expected: OutcomeExpectation) -> bool:
    """Return whether the client reported a failure where the case allows that beside ok with the payload."""
    reported, allowed = reported_of(outcome), _allowed(step, expected)
    return reported is not Reported.OK and reported in allowed and Reported.OK in allowed


def _after(check: Check) -> Check:
    return block(check, "outcome.reported") if check.verdict is Verdict.FAIL else check


def _reported(step: StepTrace, outcome: Outcome, expected: OutcomeExpectation | None) -> Check:
    reported = reported_of(outcome)
    allowed = _allowed(step, expected)
    names = [str(item) for item in allowed]
    wanted: Any = names[0] if len(names) == 1 else {"one-of": names}
    if reported in allowed:
        return check_of("outcome.reported", (), expected=wanted, observed=str(reported))
    check = _check("outcome.reported", (Difference("", "changed", wanted, str(reported)),), outcome)
    return msgspec.structs.replace(check, observed=_account(reported, outcome))


def _allowed(step: StepTrace, expected: OutcomeExpectation | None) -> list[Reported]:
    if expected is not None and expected.reported is not None:
        return expected.reported if isinstance(expected.reported, list) else [expected.reported]
    if expected is not None and expected.error is not None:
        status = expected.error.status
        return [Reported.FAILED] if status is not msgspec.UNSET else [Reported.FAILED, Reported.UNKNOWN]
    if step.call.cancel_after is not None:
        return [Reported.OK, Reported.UNKNOWN, Reported.FAILED]
    exchanges = own_exchanges(step)
    if answered_well(exchanges[-1] if exchanges else None):
        return [Reported.OK]
    return [Reported.FAILED, Reported.UNKNOWN]


def _account(reported: Reported, outcome: Outcome) -> Any:
    """Return the outcome for people."""
    account: dict[str, Any] = {"reported": str(reported), "ended": outcome.ended, "status": shown_status(outcome)}
    if outcome.error is not None:
        account["error"] = {"class": outcome.error.cls, "message": shown(outcome.error.message)}
    return account


def _error_body(expected: Any, outcome: Outcome) -> tuple[Difference, ...]:
    """Return the differences of the form that shows the body as expected, else of the first form that shows a body."""
    tried = [match(expected, view, mode="has") for view in error_bodies(outcome) or [msgspec.UNSET]]
    return next((differences for differences in tried if not differences), tried[0])


def error_bodies(outcome: Outcome) -> list[Any]:
    """Return the forms in which the client shows an error's body.

    They are the error's decoded fields, its text as JSON, its text, and the payload of a refusal.
    """
    views: list[Any] = []
    error = outcome.error
    if error is not None and error.fields is not msgspec.UNSET and error.fields is not None:
        views.append(read_tags(error.fields))
    if error is not None and error.body is not None:
        with suppress(ValueError):
            views.append(read_json(error.body.encode("utf-8")))
        views.append(error.body)
    status = shown_status(outcome)
    if (
        status is not None
        and status >= REFUSAL
        and outcome.payload is not msgspec.UNSET
        and outcome.payload is not None
    ):
        views.append(read_tags(outcome.payload))
    return views


def _check(check_id: str, differences: tuple[Difference, ...], outcome: Outcome) -> Check:
    return check_of(
        check_id,
        differences,
        error_class=outcome.error.cls if outcome.error is not None else None,
        status=shown_status(outcome),
    )
