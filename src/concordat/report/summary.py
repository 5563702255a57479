"""The short summary for a CI job's page: the decision, what is red, and the clients in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.printable import markdown_text
from concordat.report.headline import nothing_run, unavailable_text
from concordat.report.tables import counts_by_client, shown_verdicts, table_head, table_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import Report, Result

__all__ = ["summary_markdown"]

_RED_SHOWN = 25


def summary_markdown(report: Report, lead: Sequence[str] = ()) -> str:
    """Return a page of Markdown; `lead` (a comparison with a baseline) stands first, in place of the red results."""
    lines = ["## SDK conformance", ""]
    if not report.footer.complete:
        lines += [f"**Not complete:** {markdown_text(report.footer.note or 'it ended early')}", ""]
    lines += [*(lead or _decision(report)), *_clients(report), *_words(report)]
    return "\n".join(lines)


def _decision(report: Report) -> list[str]:
    """Return what is red, else that nothing is; of a run that executed nothing only that, and why."""
    red, idle = _red(report.results), nothing_run(report.results, report.clients)
    absent = unavailable_text(report.clients)
    told = [] if red or not report.footer.complete else ["Nothing is red."]
    if idle:
        told = [f"**{markdown_text(idle)}.**"]
    elif absent:
        told.append(f"**{markdown_text(absent)}.**")
    return [*red, *([" ".join(told), ""] if told else [])]


def _red(results: Sequence[Result]) -> list[str]:
    red = [result for result in results if result.verdict.red]
    if not red:
        return []
    lines = [f"**{len(red)} red results.**", "", *table_head(["case", "client", "what is wrong", "elsewhere"])]
    lines += [table_row([one.key, one.client, _wrong(one), one.history or ""]) for one in red[:_RED_SHOWN]]
    if len(red) > _RED_SHOWN:
        lines += ["", f"... and {len(red) - _RED_SHOWN} more, in the report."]
    return [*lines, ""]


def _wrong(result: Result) -> str:
    wrong = [
        f"{check.id}{f' at {check.pointer}' if check.pointer else ''}" for check in result.checks if check.verdict.red
    ]
    text = ", ".join(wrong) or result.reason or str(result.verdict)
    if result.again is None:
        return text
    return f"{text} (played again: {result.again.verdict}{', flaky' if result.flaky else ''})"


def _clients(report: Report) -> list[str]:
    counts = counts_by_client(report.results)
    shown = shown_verdicts(counts.values())
    lines = table_head(["client", "results", *map(str, shown)])
    absent = {info.label: f"unavailable: {info.reason}" for info in report.clients if not info.available}
    for label in dict.fromkeys([*(info.label for info in report.clients), *sorted(counts)]):
        name = f"{label} ({absent[label]})" if label in absent else label
        numbers = [counts[label].total(), *(counts[label][verdict] for verdict in shown)]
        lines.append(table_row([name, *map(str, numbers)]))
    return [*lines, ""]


def _words(report: Report) -> list[str]:
    header = report.header
    ran = f"{report.totals['executed']} results executed in {report.footer.duration_ms / 1000:.1f} s"
    made_by = f"Concordat {markdown_text(header.concordat)}, catalogue {markdown_text(header.catalogue_sha256[:12])}"
    notes = [f"- {markdown_text(note)}" for note in report.notes]
    return [f"{ran}; target {markdown_text(header.target)}, {made_by}.", "", *notes, *([""] if notes else [])]
