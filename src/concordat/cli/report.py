"""`concordat report`: other formats of a report, and reports made of several."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concordat.cli import say, say_document
from concordat.errors import Location, ReportError, UsageError

if TYPE_CHECKING:
    from concordat.runner.result import Report

__all__ = ["command"]

PATH = click.Path(path_type=Path, exists=False)
_OPTIONS = {"har": ("--case", "--client"), "badge": ("--client",)}
"""Options that only some formats have."""


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
    help="The format to write.",
)
@click.option("--case", metavar="ID", help="har: only this case, or this row of one.")
@click.option("--client", metavar="NAME[@VERSION]", help="har: only this client. badge: its client.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to write; default: print.",
)
def render(report: Path, form: str, case: str | None, client: str | None, output: Path | None) -> None:
    """Write a report in another format: Markdown, HTML, JUnit XML, JSON, HAR or a badge."""
    from concordat.report.store import load_report

    folder = report if report.is_dir() else report.parent
    _write(rendered(load_report(report), form, folder=folder, case=case, client=client), output, form)


def rendered(report: Report, form: str, *, folder: Path, case: str | None = None, client: str | None = None) -> str:
    """Return the report in a format; `folder` holds the report's body files.

    Raises UsageError for an option that the format lacks or needs, ReportError for a case or client that is not in the
    report.
    """
    import msgspec

    from concordat.report.badge import badge_svg
    from concordat.report.har import har_text, selected_results
    from concordat.report.html import render_html
    from concordat.report.junit import junit_xml
    from concordat.report.markdown import markdown

    for name, value in (("--case", case), ("--client", client)):
        if value is not None and name not in _OPTIONS.get(form, ()):
            message = f"--format {form} has no option {name}"
            forms = " or ".join(known for known, names in _OPTIONS.items() if name in names)
            raise UsageError(message, hint=f"leave it out, or use --format {forms}")
    match form:
        case "html":
            return render_html(report)
        case "junit":
            return junit_xml(report).decode("utf-8")
        case "json":
            return msgspec.json.format(msgspec.json.encode(report), indent=1).decode("utf-8")
        case "har":
            return har_text(report, selected_results(report, case, client), folder)
        case "badge":
            if client is None:
                message = "a badge needs a client"
                raise UsageError(message, hint="name it: --client NAME; " + ", ".join(i.label for i in report.clients))
            return badge_svg(report, client)
        case _:
            return markdown(report)


@command.command("index", epilog="Example: concordat report index reports --output reports/index.html")
@click.argument("reports", type=PATH, nargs=-1, required=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("index.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write; its links are relative to it.",
)
def index(reports: tuple[Path, ...], output: Path) -> None:
    """Write an index of several reports: files, report folders, or folders of report folders."""
    from concordat.report.index import find_reports, index_html

    found = find_reports(reports)
    _write(index_html(found, output.absolute().parent), output, "html")
    for file, reason in found.refused:
        say(f"not read: {file}: {reason}", err=True)


def _write(text: str, output: Path | None, form: str) -> None:
    """Print a text, or write it to a file and print the path. Raises ReportError when the file cannot be written."""
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
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The folder to write.",
)
def publish(report: Path, folder: Path) -> None:
    """Write the published form of a report: all verdicts and failed checks, without exchanges and outcomes."""
    from concordat.report.publication import publish as write_published
    from concordat.report.store import load_report

    for path in write_published(load_report(report), folder):
        say(path)


@command.command("merge", epilog="Example: concordat report merge shard-1 shard-2 --into reports/latest")
@click.argument("shards", nargs=-1, required=True, type=PATH, metavar="SHARD...")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The folder of the merged report.",
)
def merge(shards: tuple[Path, ...], into: Path) -> None:
    """Merge the reports of all shards of a run (`run --shard I/N`), with the exit code of the whole run.

    Fails when the shards are of different runs, overlap or leave a gap.
    """
    from concordat.report.merge import merge as merge_shards
    from concordat.report.summary import headline, shown_verdicts

    report = merge_shards(shards, into)
    totals = report.totals
    shown = ", ".join(f"{totals[verdict]} {verdict}" for verdict in shown_verdicts() if totals[verdict])
    say(f"{totals['results']} results of {len(shards)} shards: {shown or 'none'}")
    say(f"{headline(report).text}; exit {report.footer.exit_code}; report in {into}")
    sys.exit(report.footer.exit_code)


@command.command("schema", epilog="Example: concordat report schema > report.schema.json")
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from concordat.report.store import report_schema

    say_document(json.dumps(report_schema(), indent=2), "json")
