"""An HTML index of several reports: for each run its clients, their share of `must` and a link."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from concordat.checks import Verdict
from concordat.errors import Location, ReportError
from concordat.report.html.page import source_hash, style_sheet, template_environment
from concordat.report.store import load_report
from concordat.report.summary import Tally, red_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from concordat.runner.result import ClientInfo, Report

__all__ = ["FoundReports", "find_reports", "index_html"]

PAGE = "report.html"
STYLES = ("base", "overview", "tables", "print")


@dataclass(frozen=True, slots=True)
class FoundReports:
    """Reports with their files, newest first, and unreadable files with the reason."""

    reports: tuple[tuple[Path, Report], ...]
    refused: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One client in one report: the share of `must` results that passed as text, and the number of red results."""

    text: str
    tone: str
    version: str
    red_count: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One report: its path, its header's facts, its numbers of red results and known failures, and its clients."""

    link: str
    place: str
    started: str
    concordat: str
    target: str
    red_count: int
    known_failure_count: int
    cells: tuple[_Cell | None, ...]


def find_reports(paths: Iterable[Path]) -> FoundReports:
    """Return the reports at files, at report folders, and anywhere below other folders.

    Raises ReportError for a named report that cannot be read, and for a folder without reports. An unreadable report
    below a folder, such as that of a run that did not end, is listed as refused.
    """
    reports: dict[Path, Report] = {}
    refused: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_file() or (path / "report.json").is_file() or not path.exists():
            reports[path / "report.json" if path.is_dir() else path] = load_report(path)
            continue
        files = sorted(path.rglob("report.json"))
        if not files:
            message = "the folder holds no report"
            raise ReportError(message, where=Location(path), hint="name a report folder, or a folder of report folders")
        for file in files:
            try:
                reports[file] = load_report(file)
            except ReportError as error:
                refused.append((file, error.message))
    newest = sorted(reports.items(), key=lambda item: item[1].header.started, reverse=True)
    return FoundReports(tuple(newest), tuple(refused))


def index_html(found: FoundReports, folder: Path) -> str:
    """Return the page without any script. Its links are relative to `folder`, where the page will stand."""
    names = sorted({info.name for _, report in found.reports for info in report.clients if info.available})
    style = style_sheet(STYLES)
    return (
        template_environment()
        .get_template("index.html.j2")
        .render(
            rows=[_row(file, report, names, folder) for file, report in found.reports],
            names=names,
            refused=[(os.path.relpath(file, folder), reason) for file, reason in found.refused],
            style=Markup(style),  # noqa: S704 - our own file
            policy=f"default-src 'none'; style-src {source_hash(style)}; base-uri 'none'; form-action 'none'",
        )
    )


def _row(file: Path, report: Report, names: Sequence[str], folder: Path) -> _Row:
    tally = Tally(report.results)
    page = file.parent / PAGE
    place = os.path.relpath(page if page.is_file() else file, folder)
    cells = {info.name: _cell(info, report, tally) for info in report.clients if info.available}
    return _Row(
        link=quote(place.replace(os.sep, "/")),
        place=os.path.relpath(file.parent, folder),
        started=report.header.started[:16].replace("T", " "),
        concordat=report.header.concordat,
        target=report.header.target,
        red_count=len(red_results(report.results)),
        known_failure_count=report.totals.get(str(Verdict.KNOWN_FAILURE), 0),
        cells=tuple(cells.get(name) for name in names),
    )


def _cell(info: ClientInfo, report: Report, tally: Tally) -> _Cell:
    red_count = len(red_results(report.results, info.label))
    share = tally.share(info.label, level="must")
    tone = "few" if red_count else share.tone("must")
    return _Cell(text=share.text, tone=tone, version=info.version, red_count=red_count)
