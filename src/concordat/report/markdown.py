"""A report as Markdown: the whole report, and the short summary for the page of a CI job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.printable import markdown_text
from concordat.report.coverage import coverage_section
from concordat.report.decoding import decoding_section
from concordat.report.summary import (
    LEVELS,
    Share,
    Tally,
    counts_by_client,
    nothing_run,
    red_results,
    results_by_cause,
    shown_verdicts,
    unavailable_text,
    write_safety_failed,
)
from concordat.report.tables import bold, code, table, table_head, table_row
from concordat.report.written import written_section
from concordat.runner.target_account import target_account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.clients.public_api import PublicApiDifference
    from concordat.runner.result import ClientInfo, Report, RequirementScore, Result, Score

__all__ = ["markdown", "requirements_section", "summary_markdown"]

_RED_SHOWN = 25

_KINDS = {
    "documented-but-absent": "documented but absent",
    "present-but-undocumented": "present but undocumented",
    "otherwise": "otherwise than documented",
    "drift": "drift",
}


def markdown(report: Report) -> str:
    """Return the whole report: the clients, the red results, then scores, causes, write safety and differences."""
    tally = Tally(report.results)
    lines = [
        "# Conformance report",
        "",
        *_incomplete(report),
        _sentence(report),
        "",
        *_clients(report),
        *_red(report.results),
        *_areas(report, tally),
        *_levels(report, tally),
        *requirements_section(report.requirements),
        *_causes(report.results),
        *_write_safety(report),
        *written_section(report),
        *decoding_section(report.decoding),
        *_parity(report),
        *_public_apis(report.clients),
        *_integrity(report),
        *coverage_section(report.coverage),
    ]
    for title, notes in (("Stragglers", report.stragglers), ("Notes", report.notes)):
        if notes:
            lines += [f"## {title}", "", *_notes(notes)]
    return "\n".join(lines)


def summary_markdown(report: Report, lead: Sequence[str] = ()) -> str:
    """Return the summary for a CI job; `lead`, a comparison with a baseline, replaces the decision."""
    lines = ["## SDK conformance", "", *_incomplete(report)]
    lines += [*(lead or _decision(report)), *_client_counts(report), *_run_facts(report)]
    return "\n".join(lines)


def _incomplete(report: Report) -> list[str]:
    if report.footer.complete:
        return []
    return [f"**Not complete:** {markdown_text(report.footer.note or 'it ended early')}", ""]


def _notes(notes: Sequence[str]) -> list[str]:
    return [*(f"- {markdown_text(note)}" for note in notes), *([""] if notes else [])]


def _sentence(report: Report) -> str:
    header = report.header
    problem = nothing_run(report.results, report.clients) or unavailable_text(report.clients)
    account = target_account(report.results)
    return (
        f"{f'**{markdown_text(account[0].upper() + account[1:])}.** ' if account else ''}"
        f"Concordat {markdown_text(header.concordat)}, target {markdown_text(header.target)}, "
        f"started {markdown_text(header.started)}, "
        f"{report.footer.duration_ms / 1000:.1f} s, exit {report.footer.exit_code}. "
        f"{report.totals['executed']} results of {report.totals['clients']} clients executed."
        f"{f' {markdown_text(problem)}.' if problem else ''}"
    )


def _clients(report: Report) -> list[str]:
    counts = counts_by_client(report.results)
    # only a live run can have the verdict `target`
    unused = {Verdict.TARGET} - set(shown_verdicts(counts.values()))
    verdicts = [verdict for verdict in shown_verdicts() if verdict not in unused]
    lines = table_head(["client", "package", "results", *map(str, verdicts)])
    packages = {info.label: info.package for info in report.clients}
    absent = {info.label: f"unavailable: {info.reason}" for info in report.clients if not info.available}
    for label in dict.fromkeys([*packages, *sorted(counts)]):
        package = "; ".join(filter(None, (packages.get(label), absent.get(label))))
        numbers = [counts[label].total(), *(counts[label][verdict] for verdict in verdicts)]
        lines.append(table_row([label, package, *map(str, numbers)]))
    return [*lines, ""]


def _red(results: Sequence[Result]) -> list[str]:
    red = red_results(results)
    if not red:
        return []
    with_history = any(result.history for result in red)
    lines = ["## Red", ""]
    lines += table_head(["case", "client", "verdict", "checks", *(["history"] if with_history else []), "command"])
    for result in red:
        checks = ", ".join(check.id for check in result.checks if check.verdict.red) or (result.reason or "")
        verdict = f"{result.verdict}, flaky" if result.flaky else str(result.verdict)
        history = [result.history or ""] if with_history else []
        lines.append(table_row([result.key, result.client, verdict, checks, *history, code(result.command)]))
    return [*lines, ""]


def _areas(report: Report, tally: Tally) -> list[str]:
    clients = [info.label for info in report.clients if info.available]
    if not tally.areas or not clients:
        return []
    text = "Passed of judged. Known failures are not passed; observations are not judged, and counted apart."
    rows = ([area, *(_area_cell(tally, client, area) for client in clients)] for area in tally.areas)
    return ["## Areas", "", text, "", *table(["area", *clients], rows), ""]


def _area_cell(tally: Tally, client: str, area: str) -> str:
    observed = tally.count(client, Verdict.OBSERVATION, area=area)
    parts = [_share_text(tally.share(client, area=area)), f"{observed} observed" if observed else ""]
    return ", ".join(filter(None, parts))


def _levels(report: Report, tally: Tally) -> list[str]:
    rows = []
    for client in sorted({result.client for result in report.results}):
        shares = [tally.share(client, level=level) for level in LEVELS]
        if any(share.judged for share in shares):
            rows.append([client, *map(_share_text, shares)])
    if not rows:
        return []
    text = "Passed of judged, all cases. Known failures are not passed; observations are not judged."
    return ["## Levels", "", text, "", *table(["client", *LEVELS], rows), ""]


def _share_text(share: Share) -> str:
    return f"{share.passed}/{share.judged}" if share.judged else ""


def requirements_section(scores: Sequence[RequirementScore]) -> list[str]:
    """Return the scores of the requirement sets. Empty without scores."""
    if not scores:
        return []
    heads = ["set", "client", *LEVELS, "after the freeze", "not run"]
    rows = (
        [one.set, one.client, *map(_score, (one.must, one.should, one.may, one.after_freeze)), str(one.unplayed or "")]
        for one in scores
    )
    text = "Passed of judged, at the levels that the set froze."
    return ["## Requirement sets", "", text, "", *table(heads, rows), ""]


def _score(score: Score) -> str:
    return _share_text(Share(score.passed, score.executed))


def _causes(results: Sequence[Result]) -> list[str]:
    causes = results_by_cause(results)
    if not causes:
        return []
    rows = ([client, cause, str(len(found))] for (client, cause), found in sorted(causes.items()))
    return ["## Known causes", "", *table(["client", "cause", "results"], rows), ""]


def _write_safety(report: Report) -> list[str]:
    by_key = {(result.key, result.client): result for result in report.results if result.write_safety}
    if not by_key:
        return []
    clients = [info.label for info in report.clients if info.available]
    rows = (
        [key, *(_write_safety_cell(by_key.get((key, client))) for client in clients)]
        for key in sorted({key for key, _ in by_key})
    )
    return ["## Write safety", "", *table(["case", *clients], rows), ""]


def _write_safety_cell(result: Result | None) -> str:
    if result is None or result.write_safety is None:
        return ""
    return bold(result.write_safety) if write_safety_failed(result) else result.write_safety


def _parity(report: Report) -> list[str]:
    if not report.parity:
        return []
    rows = (
        [
            row.case if row.row is None else f"{row.case}[{row.row}]",
            " / ".join(", ".join(group.clients) for group in row.groups),
        ]
        for row in report.parity
    )
    return ["## Clients that differ", "", *table(["case", "groups"], rows), ""]


def _public_apis(clients: Sequence[ClientInfo]) -> list[str]:
    compared = [info for info in clients if info.document or info.public_api_note]
    if not compared:
        return []
    text = "Differences between a package and its document. No verdict depends on them."
    lines = ["## Documented and installed", "", text, ""]
    lines += table_head(["client", "document", *_KINDS.values()])
    for info in compared:
        cells = [info.public_api_note or "", *("" for _ in list(_KINDS)[1:])]
        if info.public_api_note is None:
            cells = [_differences(info.public_api, kind) for kind in _KINDS]
        lines.append(table_row([info.label, info.document or "", *cells]))
    return [*lines, ""]


def _differences(found: Sequence[PublicApiDifference], kind: str) -> str:
    return "; ".join(str(difference) for difference in found if difference.kind == kind) or "none"


def _integrity(report: Report) -> list[str]:
    found = [(info.label, info.integrity) for info in report.clients if info.integrity is not None]
    if not found:
        return []
    heads = ["client", "imports", "version", "User-Agent", "with the SDK stubbed"]
    rows = ([label, one.imports, one.version, one.user_agent, one.stub] for label, one in found)
    return ["## Adapter integrity", "", *table(heads, rows), ""]


def _decision(report: Report) -> list[str]:
    """Return the red results, else that nothing is red. A run that executed nothing states only that, and why."""
    red, idle = _red_summary(report.results), nothing_run(report.results, report.clients)
    absent = unavailable_text(report.clients)
    account = target_account(report.results)
    sentences = [] if red or not report.footer.complete else ["Nothing is red."]
    if account:
        sentences = [f"**{markdown_text(account[0].upper() + account[1:])}.**"]
    elif idle:
        sentences = [f"**{markdown_text(idle)}.**"]
    elif absent:
        sentences.append(f"**{markdown_text(absent)}.**")
    return [*red, *([" ".join(sentences), ""] if sentences else [])]


def _red_summary(results: Sequence[Result]) -> list[str]:
    red = red_results(results)
    if not red:
        return []
    rows = ([one.key, one.client, _failed_checks(one), one.history or ""] for one in red[:_RED_SHOWN])
    lines = [f"**{len(red)} red results.**", "", *table(["case", "client", "failed checks", "elsewhere"], rows)]
    if len(red) > _RED_SHOWN:
        lines += ["", f"... and {len(red) - _RED_SHOWN} more, in the report."]
    return [*lines, ""]


def _failed_checks(result: Result) -> str:
    failed = [
        f"{check.id}{f' at {check.pointer}' if check.pointer else ''}" for check in result.checks if check.verdict.red
    ]
    text = ", ".join(failed) or result.reason or str(result.verdict)
    if result.rerun is None:
        return text
    return f"{text} (rerun: {result.rerun.verdict}{', flaky' if result.flaky else ''})"


def _client_counts(report: Report) -> list[str]:
    counts = counts_by_client(report.results)
    shown = shown_verdicts(counts.values())
    absent = {info.label: f"unavailable: {info.reason}" for info in report.clients if not info.available}
    rows = []
    for label in dict.fromkeys([*(info.label for info in report.clients), *sorted(counts)]):
        name = f"{label} ({absent[label]})" if label in absent else label
        rows.append([name, *map(str, [counts[label].total(), *(counts[label][verdict] for verdict in shown)])])
    return [*table(["client", "results", *map(str, shown)], rows), ""]


def _run_facts(report: Report) -> list[str]:
    header = report.header
    ran = f"{report.totals['executed']} results executed in {report.footer.duration_ms / 1000:.1f} s"
    engine = f"Concordat {markdown_text(header.concordat)}, catalogue {markdown_text(header.catalogue_sha256[:12])}"
    return [f"{ran}; target {markdown_text(header.target)}, {engine}.", "", *_notes(report.notes)]
