"""`concordat report`: a report once more."""

from __future__ import annotations

import json
from pathlib import Path

import click

__all__ = ["command"]

PATH = click.Path(path_type=Path, exists=False)


@click.group(short_help="Render a report again.")
def command() -> None:
    """Work on a report that a run has written."""


@command.command("render", epilog="\b\nExample: concordat report render reports/latest --format markdown > summary.md")
@click.argument("report", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "junit", "json"]),
    default="markdown",
    show_default=True,
    help="The form to print.",
)
def render(report: Path, form: str) -> None:
    """Print a whole report in another form."""
    import msgspec

    from concordat.report.junit import junit_xml
    from concordat.report.load import load_report
    from concordat.report.markdown import markdown

    loaded = load_report(report)
    if form == "markdown":
        click.echo(markdown(loaded))
    elif form == "junit":
        click.echo(junit_xml(loaded))
    else:
        click.echo(msgspec.json.format(msgspec.json.encode(loaded), indent=1))


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
        click.echo(path)


@command.command("schema", epilog="Example: concordat report schema > report.schema.json")
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from concordat.report.load import report_schema

    click.echo(json.dumps(report_schema(), indent=2))
