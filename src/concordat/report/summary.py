"""The short summary for a CI job's page: the decision, what is red, and the clients in one table."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.report.markdown import cell, table_head, table_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.engine.result import Report, Result

__all__ = ["summary_markdown"]

_RED_SHOWN = 25
_COLUMNS = (
    (Verdict.PASS, "pass"),
    (Verdict.FAIL, "fail"),
    (Verdict.UNEXPECTED_PASS, "unexpected pass"),
    (Verdict.KNOWN_FAILURE, "known"),
    (Verdict.HARNESS_ERROR, "harness"),
    (Verdict.NOT_APPLICABLE, "n/a"),
)


def summary_markdown(report: Report, lead: Sequence[str] = ()) -> str:
    """Return a page of Markdown; `lead` (a comparison with a baseline) stands first, in place of the red results."""
    lines = ["## SDK conformance", ""]
    if not report.footer.complete:
        lines += [f"**Not complete:** {cell(report.footer.note or 'it ended early')}", ""]
    red = _red(report.results) or ([] if not report.footer.complete else ["Nothing is red.", ""])
    lines += [*lead, *([] if lead else red), *_clients(report), *_words(report)]
    return "\n".join(lines)


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
    counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for result in report.results:
        counts[result.client][result.verdict] += 1
    shown = [column for column in _COLUMNS if any(counter[column[0]] for counter in counts.values())]
    lines = table_head(["client", *(name for _, name in shown)])
    for info in report.clients:
        if info.available:
            lines.append(table_row([info.label, *(str(counts[info.label][verdict]) for verdict, _ in shown)]))
        else:
            lines.append(table_row([info.label, f"unavailable: {info.reason}", *("" for _ in shown[1:])]))
    return [*lines, ""]


def _words(report: Report) -> list[str]:
    header = report.header
    ran = f"{report.totals['executed']} results executed in {report.footer.duration_ms / 1000:.1f} s"
    of = f"target {cell(header.target)}, Concordat {header.concordat}, catalogue {header.catalogue_sha256[:12]}"
    notes = [f"- {cell(note)}" for note in report.notes]
    return [f"{ran}; {of}.", "", *notes, *([""] if notes else [])]
