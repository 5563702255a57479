"""A Markdown summary: what a person reads first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.catalogue.model import Level
from concordat.checks import Verdict
from concordat.printable import markdown_text
from concordat.report.coverage import coverage_section
from concordat.report.decoding import decoding_section
from concordat.report.headline import nothing_run, unavailable_text
from concordat.report.requirements import requirements_section, score_text
from concordat.report.tables import bold, code, counts_by_client, shown_verdicts, table_head, table_row
from concordat.runner.result import Score
from concordat.runner.scoring import level_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.clients.public_api import PublicApiDifference
    from concordat.runner.result import ClientInfo, Report, Result

__all__ = ["markdown"]

_KINDS = {
    "documented-but-absent": "documented but absent",
    "present-but-undocumented": "present but undocumented",
    "otherwise": "otherwise than documented",
    "drift": "drift",
}


_JUDGED = "Passed of judged, all cases. Known failures are not passed; observations are not judged."


def markdown(report: Report) -> str:
    """Return the summary: one table of clients, red results first, then causes, write safety and differences."""
    lines = ["# Conformance report", ""]
    if not report.footer.complete:
        lines += [f"**Not complete:** {markdown_text(report.footer.note or 'it ended early')}", ""]
    lines += [
        _summary(report),
        "",
        *_clients(report),
        *_red(report.results),
        *_areas(report),
        *_levels(report),
        *requirements_section(report.requirements),
        *_causes(report.results),
        *_write_safety(report),
        *decoding_section(report.decoding),
        *_parity(report),
        *_public_apis(report.clients),
        *_integrity(report),
        *coverage_section(report.coverage),
    ]
    for title, notes in (("Stragglers", report.stragglers), ("Notes", report.notes)):
        if notes:
            lines += [f"## {title}", "", *(f"- {markdown_text(note)}" for note in notes), ""]
    return "\n".join(lines)


def _summary(report: Report) -> str:
    header = report.header
    told = nothing_run(report.results, report.clients) or unavailable_text(report.clients)
    return (
        f"Concordat {markdown_text(header.concordat)}, target {markdown_text(header.target)}, "
        f"started {markdown_text(header.started)}, "
        f"{report.footer.duration_ms / 1000:.1f} s, exit {report.footer.exit_code}. "
        f"{report.totals['executed']} results of {report.totals['clients']} clients executed."
        f"{f' {markdown_text(told)}.' if told else ''}"
    )


def _clients(report: Report) -> list[str]:
    lines = table_head(["client", "package", "results", *map(str, shown_verdicts())])
    counts = counts_by_client(report.results)
    packages = {info.label: info.package for info in report.clients}
    absent = {info.label: f"unavailable: {info.reason}" for info in report.clients if not info.available}
    for label in dict.fromkeys([*packages, *sorted(counts)]):
        package = "; ".join(filter(None, (packages.get(label), absent.get(label))))
        numbers = [counts[label].total(), *(counts[label][verdict] for verdict in shown_verdicts())]
        lines.append(table_row([label, package, *map(str, numbers)]))
    return [*lines, ""]


def _red(results: Sequence[Result]) -> list[str]:
    red = [result for result in results if result.verdict.red]
    if not red:
        return []
    past = any(result.history for result in red)
    heads = ["case", "client", "verdict", "checks", *(["history"] if past else []), "rerun"]
    lines = ["## Red", "", *table_head(heads)]
    for result in red:
        checks = ", ".join(check.id for check in result.checks if check.verdict.red) or (result.reason or "")
        told = f"{result.verdict}, flaky" if result.flaky else str(result.verdict)
        history = [result.history or ""] if past else []
        lines.append(table_row([result.key, result.client, told, checks, *history, code(result.rerun)]))
    return [*lines, ""]


def _areas(report: Report) -> list[str]:
    clients = [info.label for info in report.clients if info.available]
    areas = sorted({result.area for result in report.results})
    if not areas or not clients:
        return []
    lines = ["## Areas", "", "Passed of executed; known failures are not passed.", "", *table_head(["area", *clients])]
    for area in areas:
        cells = [area]
        for client in clients:
            ran = [r for r in report.results if r.area == area and r.client == client]
            executed = [r for r in ran if r.verdict not in (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)]
            passed = sum(r.verdict in (Verdict.PASS, Verdict.OBSERVATION) for r in executed)
            cells.append(f"{passed}/{len(executed)}" if executed else "")
        lines.append(table_row(cells))
    return [*lines, ""]


def _levels(report: Report) -> list[str]:
    scores = level_scores(report.results)
    if not scores:
        return []
    lines = ["## Levels", "", _JUDGED, "", *table_head(["client", *map(str, Level)])]
    for client, by_level in scores.items():
        lines.append(table_row([client, *(score_text(by_level.get(level, Score())) for level in Level)]))
    return [*lines, ""]


def _causes(results: Sequence[Result]) -> list[str]:
    causes: dict[tuple[str, str], int] = Counter(
        (result.client, cause)
        for result in results
        for cause in {check.cause for check in result.checks if check.cause}
    )
    if not causes:
        return []
    lines = ["## Known causes", "", *table_head(["client", "cause", "results"])]
    lines += [table_row([client, cause, str(count)]) for (client, cause), count in sorted(causes.items())]
    return [*lines, ""]


def _write_safety(report: Report) -> list[str]:
    found = [result for result in report.results if result.write_safety]
    if not found:
        return []
    clients = [info.label for info in report.clients if info.available]
    lines = ["## Write safety", "", *table_head(["case", *clients])]
    keys = sorted({result.key for result in found})
    by_key = {(result.key, result.client): result for result in found}
    for key in keys:
        cells = [key]
        for client in clients:
            result = by_key.get((key, client))
            red = result is not None and result.verdict in (Verdict.FAIL, Verdict.KNOWN_FAILURE)
            cells.append("" if result is None else bold(str(result.write_safety)) if red else str(result.write_safety))
        lines.append(table_row(cells))
    return [*lines, ""]


def _parity(report: Report) -> list[str]:
    if not report.parity:
        return []
    lines = ["## Clients that differ", "", *table_head(["case", "groups"])]
    for row in report.parity:
        key = row.case if row.row is None else f"{row.case}[{row.row}]"
        lines.append(table_row([key, " / ".join(", ".join(group.clients) for group in row.groups)]))
    return [*lines, ""]


def _public_apis(clients: Sequence[ClientInfo]) -> list[str]:
    compared = [info for info in clients if info.document or info.public_api_note]
    if not compared:
        return []
    lines = [
        "## Documented and installed",
        "",
        "Where a package is not as its document says; no verdict rests on it.",
        "",
    ]
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
    lines = ["## Adapter integrity", "", *table_head(heads)]
    lines += [table_row([label, one.imports, one.version, one.user_agent, one.stub]) for label, one in found]
    return [*lines, ""]
