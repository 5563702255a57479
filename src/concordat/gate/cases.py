"""One client's results in two reports, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks import Check, Verdict
from concordat.gate.changes import Change, ChangeKind, CheckChange
from concordat.gate.wire import caller_changes, wire_changes
from concordat.ledger.matcher import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.runner.result import Result

__all__ = ["compare_results", "ran", "same"]

_BAD = (Verdict.FAIL, Verdict.KNOWN_FAILURE)
_WIDTH = 240
"""Characters of one check's text: the report has the whole of it."""
_DIGEST_CHANGED = "the requests, or what the caller saw, changed: the baseline is published, without them"

Failures = dict[tuple[str, str, str, str | None, int | None], Check]


def ran(result: Result | None) -> bool:
    """Whether there is a verdict about the client."""
    return result is not None and result.verdict not in (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)


def same(old: Result, new: Result) -> bool:
    """Whether two results that ran have the same failures and nothing red that is not a failure."""
    return _failures(old).keys() == _failures(new).keys()


def compare_results(
    old: Mapping[str, Result], new: Mapping[str, Result], *, narrower: bool
) -> Iterator[tuple[str, Change]]:
    """Yield what changed, by the case's key, in order; the results are one client's by key.

    With `narrower` the candidate was asked for less than the baseline: what it lacks altogether is left out here.
    """
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if after is None:
            if before is not None and ran(before) and not narrower:
                yield key, _change(ChangeKind.VANISHED, before, before, lines=("it is not in the new report at all",))
            continue
        change = _compare(before, after)
        if change is not None:
            yield key, change


def _compare(before: Result | None, after: Result) -> Change | None:
    if after.flaky:
        return _change(ChangeKind.FLAKY, before, after, checks=_checks(after), lines=_second(after))
    if before is None or not ran(before):
        return _without_baseline(before, after)
    if after.verdict is Verdict.NOT_APPLICABLE:
        lines = (f"not applicable any more: {after.reason}",)
        return _change(ChangeKind.VANISHED, before, after, lines=lines)
    if after.verdict is Verdict.HARNESS_ERROR:
        lines = (after.reason or "see its checks in the report",)
        return _change(ChangeKind.NOT_JUDGED, before, after, lines=lines)
    return _both_ran(before, after)


def _without_baseline(before: Result | None, after: Result) -> Change | None:
    why = "" if before is None else f" ({before.verdict} then: {before.reason})"
    line = (f"the baseline has no verdict on it{why}",)
    if after.verdict is Verdict.HARNESS_ERROR:
        return _change(ChangeKind.NOT_JUDGED, before, after, lines=(after.reason or "", *line))
    if not ran(after):
        return None
    kind = ChangeKind.NEW_FAILURE if after.verdict.red else ChangeKind.NEW
    return _change(kind, before, after, checks=_checks(after), lines=line)


def _both_ran(before: Result, after: Result) -> Change | None:
    was, now = _failures(before), _failures(after)
    added = {name: check for name, check in now.items() if name not in was}
    removed = {name: check for name, check in was.items() if name not in now}
    checks = (
        *(_check_change(check) for check in added.values()),
        *(_check_change(check, gone=True) for check in removed.values()),
    )
    if added:
        if all(check.verdict is Verdict.KNOWN_FAILURE for check in added.values()):
            causes = sorted({check.cause for check in added.values() if check.cause})
            return _change(
                ChangeKind.NEWLY_KNOWN, before, after, checks=checks, lines=(f"the ledger says: {', '.join(causes)}",)
            )
        kind = ChangeKind.CHANGED_FAILURE if was else ChangeKind.REGRESSION
        return _change(kind, before, after, checks=checks)
    if removed:
        stale = sorted(
            {check.cause for check in after.checks if check.verdict is Verdict.UNEXPECTED_PASS and check.cause}
        )
        lines = tuple(f"the ledger's cause `{cause}` no longer holds: take its entry out" for cause in stale)
        return _change(ChangeKind.FIX, before, after, checks=checks, lines=lines)
    if after.verdict.red:
        return _change(ChangeKind.STILL_FAILING, before, after, checks=_checks(after))
    return _shown(before, after)


def _shown(before: Result, after: Result) -> Change | None:
    """The verdict did not change: whether the requests did, or what the caller saw."""
    if not before.exchanges and not before.outcomes:  # a published report keeps their digest alone
        if len(after.outcomes) > 1 or before.shape == after.shape:  # calls at once have no order, nor has their digest
            return None
        return _change(ChangeKind.WIRE, before, after, lines=(_DIGEST_CHANGED,))
    lines = wire_changes(before, after)
    if lines:
        return _change(ChangeKind.WIRE, before, after, lines=lines)
    if before.shape != after.shape:
        lines = caller_changes(before, after)
        if lines:
            return _change(ChangeKind.OUTCOME, before, after, lines=lines)
    return None


def _failures(result: Result) -> Failures:
    """The failed checks of a result, known or not, by what a ledger would remember of them."""
    found: Failures = {}
    for check in result.checks:
        if check.verdict in _BAD:
            signature = signature_of(check)
            found[check.id, signature.kind, signature.pointer, signature.cls, signature.status] = check
    return found


def _checks(result: Result) -> tuple[CheckChange, ...]:
    return tuple(_check_change(check) for check in result.checks if check.verdict.red)


def _check_change(check: Check, *, gone: bool = False) -> CheckChange:
    text = " ".join(check.message.split())
    return CheckChange(
        id=check.id,
        kind=check.kind,
        pointer=check.pointer,
        error_class=check.error_class,
        status=check.status,
        text=text if len(text) <= _WIDTH else text[:_WIDTH] + " ...",
        gone=gone,
    )


def _second(result: Result) -> tuple[str, ...]:
    if result.again is None:
        return ()
    failed = ", ".join(check.id for check in result.again.checks if check.verdict.red)
    return (f"first {result.verdict}, then {result.again.verdict}{f' ({failed})' if failed else ''}",)


def _level(result: Result) -> str:
    """The level of what failed: a check may be of a lower one than its case."""
    levels = {check.level or result.level for check in result.checks if check.verdict.red}
    return next((level for level in ("must", "should", "may") if level in levels), result.level)


def _change(
    kind: ChangeKind,
    before: Result | None,
    after: Result,
    *,
    checks: tuple[CheckChange, ...] = (),
    lines: tuple[str, ...] = (),
) -> Change:
    gone = kind is ChangeKind.VANISHED and before is after
    return Change(
        kind=kind,
        client=after.client,
        case=after.key,
        level=_level(after),
        area=after.area,
        title=after.title,
        was="" if before is None else str(before.verdict),
        now="" if gone else str(after.verdict),
        checks=checks,
        lines=lines,
        rerun=after.rerun,
        history=after.history,
    )
