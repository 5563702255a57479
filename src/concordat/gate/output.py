"""A comparison as text, Markdown and JSON, and the files that hold it beside the candidate's report."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.errors import Location, ReportError
from concordat.gate.changes import ChangeKind, Comparison
from concordat.gate.groups import grouped, verdict_line
from concordat.printable import markdown_text, terminal_entry
from concordat.report.markdown import summary_markdown
from concordat.report.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from concordat.gate.changes import Change
    from concordat.gate.groups import Group
    from concordat.runner.result import Report

__all__ = ["comparison_json", "comparison_markdown", "comparison_schema", "comparison_text", "write_comparison"]

_TEXT_CASES = 8
_TEXT_GROUPS = 30
_FULL_LINES = 6
_MARKDOWN_CASES = 5
_MARKDOWN_GROUPS = 20


def comparison_text(comparison: Comparison) -> str:
    """Return the changes in groups, those that stop the release first, and the decision as the last line."""
    lines: list[str] = []
    for pair in comparison.pairs:
        of = f"{comparison.baseline.path}, {comparison.baseline.started[:10]}"
        lines.append(f"gate: {pair.new} against {pair.old} ({of}): {pair.compared} compared, {pair.same} the same")
    lines += [f"  {note}" for note in comparison.notes]
    groups = grouped(comparison.changes)
    for group in groups[:_TEXT_GROUPS]:
        lines += ["", *_group(group)]
    if len(groups) > _TEXT_GROUPS:
        lines += ["", f"... and {len(groups) - _TEXT_GROUPS} further groups: see comparison.json"]
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
    for change in group.changes[:_TEXT_CASES]:
        if change.case is not None:
            yield f"    {_case(change)}"
    if len(group.changes) > _TEXT_CASES:
        yield f"    ... and {len(group.changes) - _TEXT_CASES} further cases"
    if group.red and first.command:
        yield f"    run one alone: {first.command}"


def _case(change: Change) -> str:
    before = f"was {change.was}, " if change.was else ""
    after = f"now {change.now}" if change.now else "gone"
    verdict = change.now if change.was == change.now else before + after
    history = f"; {change.history}" if change.history else ""
    return f"{change.level:<6} {change.case}: {verdict}{history}"


def comparison_markdown(comparison: Comparison) -> list[str]:
    """Return the decision, the groups that stop the release, then the other groups, as lines."""
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
    lines += _table("Stops the release", [group for group in groups if group.red])
    brief = (ChangeKind.NEW, ChangeKind.VERSION)
    lines += _table("Also changed", [group for group in groups if not group.red and group.kind not in brief])
    for group in groups:
        if group.kind in brief:
            lines.append(f"- {markdown_text(group.noun)}: {markdown_text(_brief(group))}")
    return [*lines, ""]


def _brief(group: Group) -> str:
    if group.kind is ChangeKind.NEW:
        return f"with {group.client}, as expected"
    return "; ".join(line for change in group.changes for line in change.lines)


def _table(title: str, groups: Sequence[Group]) -> list[str]:
    if not groups:
        return []
    rows = ([group.noun, group.headline, _evidence(group), _case_list(group.changes)] for group in groups)
    lines = [f"#### {title}", "", *table(["kind", "change", "evidence", "cases"], islice(rows, _MARKDOWN_GROUPS))]
    if len(groups) > _MARKDOWN_GROUPS:
        lines += ["", f"... and {len(groups) - _MARKDOWN_GROUPS} further groups, in comparison.json."]
    return [*lines, ""]


def _evidence(group: Group) -> str:
    return "; ".join(check.text for check in group.changes[0].checks if check.text and not check.gone)


def _case_list(changes: Sequence[Change]) -> str:
    named = [
        f"{change.case} ({change.history})" if change.history else change.case for change in changes if change.case
    ]
    return ", ".join(named[:_MARKDOWN_CASES]) + (
        f" and {len(named) - _MARKDOWN_CASES} more" if len(named) > _MARKDOWN_CASES else ""
    )


def comparison_json(comparison: Comparison) -> bytes:
    """Return the comparison as JSON."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=1)


def comparison_schema() -> dict[str, Any]:
    """Return the JSON Schema of `comparison.json`."""
    schema = msgspec.json.schema(Comparison)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Concordat comparison", **schema}


def write_comparison(comparison: Comparison, candidate: Report, folder: Path) -> None:
    """Write `comparison.json` and `summary.md` into a folder. Raises ReportError when a file cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "comparison.json").write_bytes(comparison_json(comparison))
        (folder / "summary.md").write_text(summary_markdown(candidate, comparison_markdown(comparison)), "utf-8")
    except OSError as error:
        message = "the comparison cannot be written"
        raise ReportError(
            message, where=Location(folder), cause=error.strerror, hint="choose another folder"
        ) from error
