"""`concordat cases`: list, show, lint and freeze the catalogue."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from concordat.cli import say, say_document, say_finding, say_text
from concordat.errors import EXIT_USAGE, CatalogueError, did_you_mean

if TYPE_CHECKING:
    from concordat.catalogue import Catalogue
    from concordat.catalogue.model import Case

__all__ = ["command"]


@click.group(short_help="List, show and lint the catalogue.")
def command() -> None:
    """Inspect the catalogue of cases."""


@command.command("list", epilog="Example: concordat cases list --area push")
@click.option("--area", help="Only one area.")
@click.option("--rows", is_flag=True, help="Name every row of a table.")
@click.option("--live", is_flag=True, help="Only cases that can run against a live endpoint.")
def list_cases(area: str | None, *, rows: bool, live: bool) -> None:
    """List the cases with their level and title."""
    from concordat.catalogue import load_catalogue
    from concordat.targets.live import sandbox_only

    cases = load_catalogue().cases
    chosen = [
        case for case in cases if (area is None or case.area == area) and (not live or sandbox_only(case) is None)
    ]
    if not chosen:
        areas = {case.area for case in cases}
        message = "no case matches" if area is None or area in areas else f"no case is in the area `{area}`"
        raise CatalogueError(message, hint=None if area is None or area in areas else did_you_mean(area, areas))
    counts: dict[str, int] = {}
    for case in chosen:
        counts[case.id] = counts.get(case.id, 0) + 1
    shown: set[str] = set()
    for case in chosen:
        key = case.key if rows else case.id
        if key in shown:
            continue
        shown.add(key)
        size = "" if rows or counts[case.id] == 1 else f"  ({counts[case.id]} rows)"
        say(f"{key:<64} {case.level:<6} {case.title}{size}")
    say(f"{len(counts)} cases, {len(chosen)} rows", err=True)


@command.command("show", epilog="Example: concordat cases show customers.list.second-page")
@click.argument("case_id", metavar="ID")
def show_case(case_id: str) -> None:
    """Show one case as its author wrote it, with its comments; of one row (`ID[ROW]`), the row's values too."""
    from concordat.catalogue import load_catalogue

    catalogue = load_catalogue()
    case = next((case for case in catalogue.cases if case_id in (case.id, case.key)), None)
    if case is None:
        message = f"no case is called `{case_id}`"
        raise CatalogueError(message, hint=did_you_mean(case_id, {case.id for case in catalogue.cases}))
    say(f"# {case.path}:{case.line}")
    say_text(catalogue.text(case))
    if case_id == case.key and case.row is not None:
        say_text(_row_text(catalogue, case))


def _row_text(catalogue: Catalogue, case: Case) -> str:
    """Return the values of a case's row as comments."""
    from concordat.catalogue.expansion import row_values
    from concordat.documents.yaml_writer import write_flow

    values = row_values(catalogue.item(case), case)
    return "\n".join([f"# row {case.row}", *(f"#   {name}: {write_flow(value)}" for name, value in values.items())])


@command.command("lint", epilog="Example: concordat cases lint")
def lint_cases() -> None:
    """Check every file of the project, and cases, worlds and ledgers beyond their format.

    Exit 2 on any error; warnings do not fail.
    """
    from concordat.errors import Severity
    from concordat.lint.project import lint_project

    findings = lint_project()
    for finding in findings:
        say_finding(finding)
    say(f"{len(findings)} findings", err=True)
    sys.exit(EXIT_USAGE if any(finding.severity is Severity.ERROR for finding in findings) else 0)


@command.command("coverage", epilog="Example: concordat cases coverage --operation pushOperations.get")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The output format.",
)
@click.option("--operation", metavar="NAME", help="Only one operation: each element with the cases that assert it.")
@click.option("--all", "every", is_flag=True, help="List every gap.")
def coverage(form: str, operation: str | None, *, every: bool) -> None:
    """Show the arguments, responses and statuses that some case asserts, and the gaps by rank."""
    import msgspec

    from concordat.catalogue import load_catalogue
    from concordat.contract import load_contracts
    from concordat.coverage.contract_coverage import coverage_of, operation_coverage
    from concordat.report.coverage import coverage_markdown, coverage_text, operation_text

    found = coverage_of(load_catalogue().cases, load_contracts())
    if operation is not None:
        found = operation_coverage(found, operation)
    if form == "json":
        say_document(msgspec.json.format(msgspec.json.encode(found), indent=1).decode("utf-8"), form)
    elif form == "markdown":
        say_text(coverage_markdown(found))
    else:
        say_text(coverage_text(found, every_gap=every) if operation is None else operation_text(found))


@command.command("freeze", epilog="Example: concordat cases freeze release-1.0")
@click.argument("name", metavar="NAME")
def freeze_cases(name: str) -> None:
    """Freeze the catalogue's ids, rows and levels as a requirement set of the project; never overwrite an older set."""
    import datetime as dt

    from concordat.catalogue import load_catalogue
    from concordat.catalogue.requirements import freeze, write_requirements

    found = freeze(name, load_catalogue().cases, dt.datetime.now(tz=dt.UTC).date())
    path = write_requirements(found)
    rows = sum(len(one.rows) or 1 for one in found.cases.values())
    say(f"{path}: {len(found.cases)} cases, {rows} rows")


@command.command("schema", epilog="Example: concordat cases schema > cases.schema.json")
def case_schema() -> None:
    """Print the JSON Schema of a case file, for editors."""
    from concordat.catalogue import catalogue_schema

    say_document(json.dumps(catalogue_schema(), indent=2), "json")
