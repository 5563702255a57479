"""`concordat report`: a report once more."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from concordat.cli import say, say_document

__all__ = ["command"]

PATH = click.Path(path_type=Path, exists=False)


@click.group(short_help="Render a report again.")
def command() -> None:
    """Work on a report that a run has written."""


@command.command(
    "render",
    epilog="\b\nExamples:\n"
    "  concordat report render reports/latest > summary.md\n"
    "  concordat report render reports/latest --format html --output report.html\n"
    "  concordat report render reports/latest --format har --case customers.list.first-page > calls.har\n"
    "  concordat report render reports/latest --format badge --client reference > badge.svg",
)
@click.argument("report", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "junit", "json", "har", "badge"]),
    default="markdown",
    show_default=True,
    help="What to make of it.",
)
@click.option("--case", metavar="ID", help="har: only this case, or this row of one.")
@click.option("--client", metavar="NAME[@VERSION]", help="har: only this client. badge: whose it is.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to; else it is printed."
)
def render(report: Path, form: str, case: str | None, client: str | None, output: Path | None) -> None:
    """Make something else of a whole report: a page, a summary, a HAR file, a badge."""
    from concordat.report.load import load_report
    from concordat.report.rendering import rendered

    text = rendered(
        load_report(report), form, folder=report if report.is_dir() else report.parent, case=case, client=client
    )
    _put(text, output, form)


@command.command("index", epilog="Example: concordat report index reports --output reports/index.html")
@click.argument("reports", type=PATH, nargs=-1, required=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("index.html"),
    show_default=True,
    metavar="FILE",
    help="Where to; links in it are relative to it.",
)
def index(reports: tuple[Path, ...], output: Path) -> None:
    """Write a page over several reports: files, report folders, or folders that hold some."""
    from concordat.report.index import find_reports, index_html

    found = find_reports(reports)
    _put(index_html(found, output.absolute().parent), output, "html")
    for file, reason in found.refused:
        say(f"not read: {file}: {reason}", err=True)


def _put(text: str, output: Path | None, form: str) -> None:
    """Print, or write a file and say which. Raises ReportError when it cannot be written."""
    from concordat.errors import Location, ReportError

    if output is None:
        say_document(text, form)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        message = "the file cannot be written"
        hint = "choose another --output FILE"
        raise ReportError(message, where=Location(output), cause=error.strerror, hint=hint) from error
    say(output)


@command.command("publish", epilog="Example: concordat report publish reports/latest --into reports/published/2026-11")
@click.argument("report", type=PATH)
@click.option(
    "--into", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="Where to."
)
def publish(report: Path, folder: Path) -> None:
    """Write a report as it is published: all verdicts and failed checks, without exchanges and outcomes."""
    from concordat.report.load import load_report
    from concordat.report.publish import publish as write

    for path in write(load_report(report), folder):
        say(path)


@command.command("merge", epilog="Example: concordat report merge shard-1 shard-2 --into reports/latest")
@click.argument("shards", nargs=-1, required=True, type=PATH, metavar="SHARD...")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Where the whole goes.",
)
def merge(shards: tuple[Path, ...], into: Path) -> None:
    """Make one report of all shards of a run (`run --shard I/N`); exit as the whole run would.

    Refused when shards are of different runs, one is there twice, or one or a part of one is missing.
    """
    from concordat.report.headline import headline
    from concordat.report.merge import merge as merged
    from concordat.report.tables import shown_verdicts

    report = merged(shards, into)
    totals = report.totals
    shown = ", ".join(f"{totals[verdict]} {verdict}" for verdict in shown_verdicts() if totals[verdict])
    say(f"{totals['results']} results of {len(shards)} shards: {shown or 'none'}")
    say(f"{headline(report).text}; exit {report.footer.exit_code}; report in {into}")
    sys.exit(report.footer.exit_code)


@command.command("schema", epilog="Example: concordat report schema > report.schema.json")
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from concordat.report.load import report_schema

    say_document(json.dumps(report_schema(), indent=2), "json")
