"""Values that a case saves from one step for another: shown by the client, lost by it, or missing in the answer.

A null in the answer is a value. A text, a number or a boolean is lost when the client shows another value than every
answer to the step, shows null or shows nothing. The payload's own checks compare objects and lists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.checks.builders import block, check_of
from concordat.checks.exchanges import answer_body, answer_json, answered_well, own_exchanges
from concordat.checks.model import Check, MissingValue, Verdict
from concordat.checks.outcomes import shown_status
from concordat.compare.diff import Difference
from concordat.compare.field_retention import lost, value_at
from concordat.compare.tagged import Tag, read_tags
from concordat.compare.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from concordat.catalogue.model import Call
    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.http1.exchange import Exchange

__all__ = ["SAVED", "blocked_checks", "explanation", "judge_saved", "missing_value", "shown_value", "unexplained"]

SAVED: Final = "outcome.saved"
_COMPARED = frozenset({"string", "number", "boolean"})
_UNSET_TAGS = frozenset({"undefined", "object"})
_WRONG = (Verdict.FAIL, Verdict.TARGET, Verdict.HARNESS_ERROR)
_HIDING = frozenset({"client.alive", "call.possible", "outcome.reported", "outcome.payload"})
"""Checks of one step that stand for `outcome.saved` where they fail."""
_ABOUT_THE_CALLER = frozenset({SAVED, "outcome.payload"})
"""Checks of what the client showed its caller, which cannot explain why an answer lacks a value."""


def shown_value(step: StepTrace, name: str, position: int) -> Any:
    """Return the value to save as `name`, with the protocol's tags, or the MissingValue that stands in its place."""
    pointer = step.call.save[name]
    written = value_at(msgspec.UNSET if step.outcome is None else step.outcome.payload, pointer)
    shown = None if written is msgspec.UNSET else read_tags(written)
    if isinstance(shown, Tag) and shown.name in _UNSET_TAGS:
        shown = None
    answers = [_at(exchange, pointer) for exchange in own_exchanges(step)] or [msgspec.UNSET]
    answered = answers[-1]
    if shown is None and answered is None:
        return None
    if shown is not None and not _differs(shown, answers):
        return written
    missing = missing_value(step.call, name, step.label, position)
    return replace(
        missing,
        answered=answered,
        shown=msgspec.UNSET if shown is None else shown,
    )


def missing_value(call: Call, name: str, label: str, position: int) -> MissingValue:
    """Return the MissingValue of a call whose answer holds none."""
    return MissingValue(
        name=name,
        pointer=call.save[name],
        step=label,
        operation=call.call,
        position=position,
        by_client=call.via == "client",
    )


def _at(exchange: Exchange, pointer: str) -> Any:
    """Return the value at the pointer of a complete success; an answer that is not JSON is one value of bytes."""
    if not answered_well(exchange):
        return msgspec.UNSET
    value = answer_json(exchange)
    if value is msgspec.UNSET:
        return msgspec.UNSET if pointer else answer_body(exchange) or msgspec.UNSET
    return value_at(value, pointer)


def _differs(shown: Any, answers: Iterable[Any]) -> bool:
    """Return whether some answers hold a scalar, and none of them the shown one."""
    found = [answer for answer in answers if kind_of(answer) in _COMPARED]
    return kind_of(shown) in _COMPARED and bool(found) and all(lost(shown, "", answer) for answer in found)


def judge_saved(step: StepTrace, trace: CaseTrace, others: Sequence[Check]) -> list[Check]:
    """Return `outcome.saved` of a step that saves values: it fails where the client lost a value of the answer.

    It is blocked where `others`, the step's outcome checks, already fail for it: the client reported another end, or
    the payload differs at that place. It is blocked, too, where the answer holds no value.
    """
    if not step.call.save:
        return []
    missing = [value for value in trace.missing if value.by_client and value.step == step.label]
    failed = {check.id: check for check in others if check.verdict is Verdict.FAIL}
    gone = [value for value in missing if value.lost]
    payload = failed.get("outcome.payload")
    left = [value for value in gone if payload is None or not _differs_at(payload, value.pointer)]
    exchanges = own_exchanges(step)
    outcome = step.outcome
    check = check_of(
        SAVED,
        [
            Difference(value.pointer, "missing", value.answered)
            if value.shown is msgspec.UNSET
            else Difference(value.pointer, "changed", value.answered, value.shown)
            for value in left or gone
        ],
        exchange=exchanges[-1].number if gone and exchanges else None,
        error_class=outcome.error.cls if gone and outcome is not None and outcome.error is not None else None,
        status=shown_status(outcome) if gone and outcome is not None else None,
    )
    if gone and "outcome.reported" in failed:
        return [block(check, "outcome.reported")]
    if gone and not left:
        return [block(check, "outcome.payload")]
    if missing and not gone:
        places = " and ".join(f"`{value.pointer}`" for value in missing)
        return [Check(id=SAVED, verdict=Verdict.BLOCKED, message=f"the answer holds no value at {places}")]
    return [check]


def _differs_at(check: Check, pointer: str) -> bool:
    """Return whether the check has a difference at the pointer, above it or below it."""
    for item in check.differences:
        here = item.pointer
        if here == pointer or pointer.startswith(here + "/") or here.startswith(pointer + "/"):
            return True
    return False


def explanation(value: MissingValue, steps: Sequence[Sequence[Check]], saved: str) -> str | None:
    """Return the id of the failed check that explains why a value is missing, None without one.

    `steps` are the checks of each recorded step by full id; `saved` is the full id of the step's `outcome.saved`.
    """
    if value.lost:
        own_checks = steps[value.position - 1]
        failed = [check.id for check in own_checks if check.verdict in _WRONG]
        if saved in failed:
            return saved
        return next((name for name in failed if name.rpartition(":")[2] in _HIDING), saved)
    for index, checks in enumerate(steps[: value.position]):
        own = value.by_client and index == value.position - 1
        for check in checks:
            caller = own and check.id.rpartition(":")[2] in _ABOUT_THE_CALLER
            if check.verdict is Verdict.TARGET or (check.verdict in _WRONG and not caller):
                return check.id
    return None


def unexplained(value: MissingValue, trace: CaseTrace) -> str:
    """Return the message about a case that saves a value where the answer has none."""
    where = f"{trace.case.path}:{trace.case.line}"
    held = "null" if value.answered is None else "no value"
    return (
        f"{where}: the answer to `{value.operation}` (step `{value.step}`) holds {held} at"
        f" `{value.pointer or 'its top'}`, where the case saves `{value.name}`"
    )


def blocked_checks(step: StepTrace, trace: CaseTrace, because: str) -> list[Check]:
    """Return the checks of a step that was not run, without its label: each is blocked."""
    return [block(Check(id=name, verdict=Verdict.BLOCKED), because) for name in _ids(step, trace)]


def _ids(step: StepTrace, trace: CaseTrace) -> Iterator[str]:
    expect = step.call.expect
    yield from ("client.alive", "call.possible", "request.count")
    if "contract" not in trace.case.allow:
        yield "request.contract"
    if expect.waits is not msgspec.UNSET:
        yield "request.waits"
    yield "outcome.reported"
    if step.call.repeat is not None:
        yield "outcome.until"
    if expect.outcome is not None:
        if expect.outcome.payload is not msgspec.UNSET:
            yield "outcome.payload"
        if expect.outcome.error is not None:
            parts = {"status": expect.outcome.error.status, "body": expect.outcome.error.body}
            yield from (f"outcome.error.{name}" for name, part in parts.items() if part is not msgspec.UNSET)
    if step.call.save:
        yield SAVED
