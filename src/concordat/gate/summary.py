"""A comparison as Markdown: what stops the release first, for the page of a CI job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.gate.changes import ChangeKind
from concordat.gate.grouping import grouped, verdict_line
from concordat.printable import markdown_text
from concordat.report.tables import table_head, table_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.gate.changes import Change, Comparison
    from concordat.gate.grouping import Group

__all__ = ["comparison_markdown"]

_GROUPS = 20
_CASES = 5


def comparison_markdown(comparison: Comparison) -> list[str]:
    """Return the lines of the comparison: the decision, the red groups, then the others."""
    mark = "STOPPED" if comparison.failing else "PASSED"
    _, _, rest = verdict_line(comparison).partition(" ")
    lines = [f"### Gate: **{mark}** {markdown_text(rest)}", ""]
    lines += [
        f"{markdown_text(f'{pair.new} against {pair.old} of {comparison.baseline.started[:10]}')}: "
        f"{pair.compared} results compared, {pair.same} the same."
        for pair in comparison.pairs
    ]
    lines += ["", *(f"- {markdown_text(note)}" for note in comparison.notes), *([""] if comparison.notes else [])]
    groups = grouped(comparison.changes)
    lines += _table("What stops it", [group for group in groups if group.red])
    quiet = (ChangeKind.NEW, ChangeKind.VERSION)
    lines += _table("Also changed", [group for group in groups if not group.red and group.kind not in quiet])
    for group in groups:
        if group.kind in quiet:
            lines.append(f"- {markdown_text(group.noun)}: {markdown_text(_quiet(group))}")
    return [*lines, ""]


def _quiet(group: Group) -> str:
    if group.kind is ChangeKind.NEW:
        return f"with {group.client}, as expected"
    return "; ".join(line for change in group.changes for line in change.lines)


def _table(title: str, groups: Sequence[Group]) -> list[str]:
    if not groups:
        return []
    lines = [f"#### {title}", "", *table_head(["what", "change", "seen", "cases"])]
    for group in groups[:_GROUPS]:
        first = group.changes[0]
        seen = "; ".join(check.text for check in first.checks if check.text and not check.gone)
        lines.append(table_row([group.noun, group.headline, seen, _cases(group.changes)]))
    if len(groups) > _GROUPS:
        lines += ["", f"... and {len(groups) - _GROUPS} further groups, in comparison.json."]
    return [*lines, ""]


def _cases(changes: Sequence[Change]) -> str:
    named = [
        f"{change.case} ({change.history})" if change.history else change.case for change in changes if change.case
    ]
    return ", ".join(named[:_CASES]) + (f" and {len(named) - _CASES} more" if len(named) > _CASES else "")
