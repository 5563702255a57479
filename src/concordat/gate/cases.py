"""Compares one client's results in two reports, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks import Check, Verdict
from concordat.gate.changes import Change, ChangeKind, CheckChange
from concordat.gate.wire import caller_changes, wire_changes
from concordat.ledger.matcher import signature_of
from concordat.report.summary import executed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.runner.result import Result

__all__ = ["compare_results", "ran"]

_FAILED = (Verdict.FAIL, Verdict.KNOWN_FAILURE)
"""The verdicts of a failed check, whether the client's ledger records the failure or not."""
_WIDTH = 240
"""Longest text of a check, in characters. The report has the whole text."""
_DIGEST_CHANGED = "the requests or the outcomes changed; the published baseline does not hold them"

Failures = dict[tuple[str, str, str, str | None, int | None], Check]


def ran(result: Result | None) -> bool:
    """Whether a result was executed: it is present, applicable, and failed neither by the harness nor the target."""
    return result is not None and executed([result]) == 1


def compare_results(
    baseline: Mapping[str, Result], candidate: Mapping[str, Result], *, narrower: bool
) -> Iterator[tuple[str, Change]]:
    """Yield each change with the case's key, in order. `baseline` and `candidate` are one client's results by key.

    With `narrower`, the selections of the two runs differ, and a missing result is not a change.
    """
    for key in sorted(baseline.keys() | candidate.keys()):
        before, after = baseline.get(key), candidate.get(key)
        if after is None:
            if before is not None and ran(before) and not narrower:
                yield key, _change(ChangeKind.VANISHED, before, before, lines=("not in the new report",))
            continue
        change = _compare(before, after)
        if change is not None:
            yield key, change


def _compare(before: Result | None, after: Result) -> Change | None:
    if after.flaky:
        return _change(ChangeKind.FLAKY, before, after, checks=_checks(after), lines=_rerun(after))
    if before is None or not ran(before):
        return _without_baseline(before, after)
    if after.verdict is Verdict.NOT_APPLICABLE:
        lines = (f"no longer applicable: {after.reason}",)
        return _change(ChangeKind.VANISHED, before, after, lines=lines)
    if after.verdict.unusable:
        lines = (_failure_outside(after) or "see the checks in the report",)
        return _change(ChangeKind.NOT_JUDGED, before, after, lines=lines)
    return _both_ran(before, after)


def _without_baseline(before: Result | None, after: Result) -> Change | None:
    reason = "" if before is None else f" ({before.verdict}: {before.reason})"
    line = (f"the baseline has no verdict on it{reason}",)
    if after.verdict.unusable:
        return _change(ChangeKind.NOT_JUDGED, before, after, lines=(_failure_outside(after), *line))
    if not ran(after):
        return None
    kind = ChangeKind.NEW_FAILURE if after.verdict.red else ChangeKind.NEW
    return _change(kind, before, after, checks=_checks(after), lines=line)


def _failure_outside(result: Result) -> str:
    """Return how the harness or the target failed in a result."""
    return result.target_events[0].message if result.target_events else result.reason or ""


def _both_ran(before: Result, after: Result) -> Change | None:
    old, new = _failures(before), _failures(after)
    added = {name: check for name, check in new.items() if name not in old}
    removed = {name: check for name, check in old.items() if name not in new}
    checks = (
        *(_check_change(check) for check in added.values()),
        *(_check_change(check, gone=True) for check in removed.values()),
    )
    if added:
        if all(check.verdict is Verdict.KNOWN_FAILURE for check in added.values()):
            causes = sorted({check.cause for check in added.values() if check.cause})
            return _change(
                ChangeKind.NEWLY_KNOWN, before, after, checks=checks, lines=(f"known causes: {', '.join(causes)}",)
            )
        kind = ChangeKind.CHANGED_FAILURE if old else ChangeKind.REGRESSION
        return _change(kind, before, after, checks=checks)
    if removed:
        stale = sorted(
            {check.cause for check in after.checks if check.verdict is Verdict.UNEXPECTED_PASS and check.cause}
        )
        lines = tuple(f"the ledger's cause `{cause}` no longer holds: remove its entry" for cause in stale)
        return _change(ChangeKind.FIX, before, after, checks=checks, lines=lines)
    if after.verdict.red:
        return _change(ChangeKind.STILL_FAILING, before, after, checks=_checks(after))
    return _unchanged_verdict(before, after)


def _unchanged_verdict(before: Result, after: Result) -> Change | None:
    """Return the change of requests or outcomes of a result whose verdict did not change, None without one."""
    if not before.exchanges and not before.outcomes:  # a published report keeps only their digest
        if (
            len(after.outcomes) > 1 or before.shape == after.shape
        ):  # the digest of parallel calls depends on their order
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
    """Return the failed checks of a result, known or not, by their ledger signature."""
    found: Failures = {}
    for check in result.checks:
        if check.verdict in _FAILED:
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


def _rerun(result: Result) -> tuple[str, ...]:
    if result.rerun is None:
        return ()
    failed = ", ".join(check.id for check in result.rerun.checks if check.verdict.red)
    return (f"first {result.verdict}, then {result.rerun.verdict}{f' ({failed})' if failed else ''}",)


def _level(result: Result) -> str:
    """Return the strongest level of the failed checks, else the result's."""
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
        command=after.command,
        history=after.history,
    )
