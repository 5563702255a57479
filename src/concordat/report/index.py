"""A page over several reports: which run, which clients, what share of what must be so; each row leads to its page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from concordat.checks import Verdict
from concordat.errors import Location, ReportError
from concordat.report.html.embedding import source_hash
from concordat.report.html.page import style_sheet, template_environment
from concordat.report.html.shares import Tally
from concordat.report.load import load_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from concordat.runner.result import ClientInfo, Report

__all__ = ["Found", "find_reports", "index_html"]

PAGE = "report.html"
STYLES = ("base", "overview", "tables", "print")


@dataclass(frozen=True, slots=True)
class Found:
    """The reports that were found, each with its file, and the files that could not be read, each with the reason."""

    reports: tuple[tuple[Path, Report], ...]
    refused: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    tone: str
    version: str
    red: int


@dataclass(frozen=True, slots=True)
class _Row:
    link: str
    place: str
    started: str
    concordat: str
    target: str
    red: int
    known: int
    cells: tuple[_Cell | None, ...]


def find_reports(places: Iterable[Path]) -> Found:
    """Return the reports of files, of report folders, and of folders (at any depth) that hold report folders.

    Raises ReportError for a report that was named and is none, and where a folder holds none at all. One that was only
    found, such as a run that did not end, is listed as refused.
    """
    reports: dict[Path, Report] = {}
    refused: list[tuple[Path, str]] = []
    for place in places:
        if place.is_file() or (place / "report.json").is_file() or not place.exists():
            reports[place / "report.json" if place.is_dir() else place] = load_report(place)
            continue
        files = sorted(place.rglob("report.json"))
        if not files:
            message = "no report is in this folder"
            raise ReportError(message, where=Location(place), hint="name a report folder, or one that holds some")
        for file in files:
            try:
                reports[file] = load_report(file)
            except ReportError as error:
                refused.append((file, error.message))
    newest = sorted(reports.items(), key=lambda item: item[1].header.started, reverse=True)
    return Found(tuple(newest), tuple(refused))


def index_html(found: Found, folder: Path) -> str:
    """Return the page, whose links are relative to `folder`, where it will stand; it holds no script at all."""
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
        red=sum(result.verdict.red for result in report.results),
        known=report.totals.get(str(Verdict.KNOWN_FAILURE), 0),
        cells=tuple(cells.get(name) for name in names),
    )


def _cell(info: ClientInfo, report: Report, tally: Tally) -> _Cell:
    red = sum(result.client == info.label and result.verdict.red for result in report.results)
    share = tally.share(info.label, level="must")
    return _Cell(text=share.text, tone="few" if red else share.tone("must"), version=info.version, red=red)
