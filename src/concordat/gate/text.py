"""A comparison as text for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.gate.changes import ChangeKind
from concordat.gate.grouping import grouped, verdict_line
from concordat.printable import terminal_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.gate.changes import Change, Comparison
    from concordat.gate.grouping import Group

__all__ = ["comparison_text"]

_CASES = 8
_GROUPS = 30
_FULL_LINES = 6


def comparison_text(comparison: Comparison) -> str:
    """Return the decision, then what changed: what stops the release first, each change once with its cases."""
    lines: list[str] = []
    for pair in comparison.pairs:
        of = f"{comparison.baseline.path}, {comparison.baseline.started[:10]}"
        lines.append(f"gate: {pair.new} against {pair.old} ({of}): {pair.compared} compared, {pair.same} the same")
    lines += [f"  {note}" for note in comparison.notes]
    groups = grouped(comparison.changes)
    for group in groups[:_GROUPS]:
        lines += ["", *_group(group)]
    if len(groups) > _GROUPS:
        lines += ["", f"... and {len(groups) - _GROUPS} further groups: see comparison.json"]
    return "\n".join(map(terminal_entry, [*lines, "", verdict_line(comparison)]))


def _group(group: Group) -> Iterator[str]:
    mark = "red" if group.red else "warning" if group.kind is not ChangeKind.NEW else "note"
    if group.kind is ChangeKind.VERSION:
        mark = "note"
    if group.kind is ChangeKind.NEW:
        yield f"{mark}: {group.noun} with {group.client}, as expected"
        return
    yield f"{mark}: {group.noun} with {group.client}: {group.headline}"
    first = group.changes[0]
    shown = [f"{check.id}: {check.text}" for check in first.checks if check.text and not check.gone]
    if first.title or first.case is not None:  # else its lines are the headline
        shown += [line for line in first.lines if not line.endswith(group.headline)]
    yield from (f"    {line}" for line in shown[:_FULL_LINES])
    for change in group.changes[:_CASES]:
        if change.case is not None:
            yield f"    {_case(change)}"
    if len(group.changes) > _CASES:
        yield f"    ... and {len(group.changes) - _CASES} further cases"
    if group.red and first.rerun:
        yield f"    run one alone: {first.rerun}"


def _case(change: Change) -> str:
    turned = f"was {change.was}, " if change.was else ""
    told = f"{turned}{'gone' if not change.now else f'now {change.now}'}" if change.was != change.now else change.now
    past = f"; {change.history}" if change.history else ""
    return f"{change.level:<6} {change.case}: {told}{past}"
