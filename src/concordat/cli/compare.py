"""`concordat compare`, and the gate of `concordat run --baseline`: differences of two reports and their policy."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concordat.cli import say, say_document, say_text
from concordat.errors import EXIT_FAILURES, EXIT_OK, EXIT_USAGE, ConcordatError, UsageError

if TYPE_CHECKING:
    from concordat.gate import Comparison
    from concordat.runner.result import Header

__all__ = ["FAIL_ON", "Gate", "command", "form_option", "show_comparison", "today"]

FAIL_ON = ("regression", "any", "must")
TODAY = "CONCORDAT_TODAY"
REPORT = click.Path(path_type=Path)
EXAMPLES = """
\b
Examples:
  concordat compare last/report.json reports/latest              against the last release
  concordat compare OLD.json NEW.json --fail-on any --format markdown
  concordat compare all.json all.json --pair python-expenses@7.0.1=python-expenses@8.0.1
"""

form_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="The output format.",
)


@click.command(short_help="Show what changed between two reports, and whether it stops a release.", epilog=EXAMPLES)
@click.argument("old", type=REPORT)
@click.argument("new", type=REPORT)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="What stops a release; default: `fail-on` of the project's settings, or regression.",
)
@click.option(
    "--pair", "pairs", multiple=True, metavar="OLD=NEW", help="Compare these two labels; default: clients by name."
)
@click.option("--across-catalogues", is_flag=True, help="Compare although the cases or contracts differ.")
@form_option
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write comparison.json and summary.md.",
)
def command(  # noqa: PLR0917 - click passes them by name
    old: Path,
    new: Path,
    fail_on: str | None,
    pairs: tuple[str, ...],
    form: str,
    into: Path | None,
    *,
    across_catalogues: bool,
) -> None:
    """Compare the report NEW with the baseline OLD (each a report.json or its folder).

    Exit 1 only when the policy stops the release, 2 when the reports cannot be compared.
    """
    from concordat.gate import compare, policy_from, read_report
    from concordat.gate.output import comparison_json, comparison_markdown, write_comparison

    policy = policy_from(fail_on)
    baseline, candidate = read_report(old), read_report(new)
    comparison = compare(baseline, candidate, policy, today=today(), pairs=pairs, across_catalogues=across_catalogues)
    if into is not None:
        write_comparison(comparison, candidate.report, into)
    if form == "json":
        say_document(comparison_json(comparison).decode("utf-8"), form)
    elif form == "markdown":
        say_text("\n".join(comparison_markdown(comparison)))
    else:
        show_comparison(comparison)
    sys.exit(EXIT_FAILURES if comparison.failing else EXIT_OK)


def today() -> dt.date:
    """Return the day for the ledgers' reviews: `CONCORDAT_TODAY`, else today in UTC.

    Raises UsageError when the variable is not a date.
    """
    text = os.environ.get(TODAY)
    if not text:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"{TODAY} is not a date: {text}"
        raise UsageError(message, cause=str(error), hint="write it as 2026-11-21") from error


def show_comparison(comparison: Comparison) -> None:
    """Print a comparison with the decision as its last line, in colour."""
    from concordat.gate import comparison_text

    text, _, decision = comparison_text(comparison).rpartition("\n")
    say_text(text)
    say_text(decision, colour="red" if comparison.failing else "green")


class Gate:
    """The gate of one run: checks the baseline before the run, and compares the report with it afterwards."""

    def __init__(self, baseline: Path, fail_on: str | None) -> None:
        from concordat.gate import policy_from, read_report

        self._policy = policy_from(fail_on)
        self._today = today()
        self._baseline = read_report(baseline)

    def check_header(self, header: Header) -> None:
        """Raise ReportError when a run with this header cannot be compared with the baseline."""
        from concordat.gate import check_subject

        check_subject(self._baseline.report.header, header, self._baseline.path, across_catalogues=False)

    def exit_code(self, run_exit: int, folder: Path) -> int:
        """Compare the report of a run with the baseline and return the exit code; `run_exit` is the run's own.

        Unchanged red results do not stop a release. A harness failure keeps its exit code. Raises ReportError when a
        run without a harness failure left no report to compare.
        """
        from concordat.gate import compare, read_report
        from concordat.gate.output import write_comparison

        if run_exit == EXIT_USAGE:
            return run_exit
        harness_failed = run_exit not in (EXIT_OK, EXIT_FAILURES)
        try:
            candidate = read_report(folder)
            comparison = compare(self._baseline, candidate, self._policy, today=self._today)
        except ConcordatError as error:
            if not harness_failed:
                raise
            say(f"not compared with the baseline: {error.message}", err=True)
            return run_exit
        write_comparison(comparison, candidate.report, folder)
        click.echo()
        show_comparison(comparison)
        if harness_failed:
            return run_exit
        return EXIT_FAILURES if comparison.failing else EXIT_OK
