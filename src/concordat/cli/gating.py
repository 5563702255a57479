"""What `run --baseline` and `compare` have in common: a baseline, a policy, and the decision."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import click

from concordat.cli import say, say_text
from concordat.errors import EXIT_FAILURES, EXIT_OK, EXIT_USAGE, ConcordatError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.gate import Comparison
    from concordat.runner.result import Header

__all__ = ["Gate", "form_option", "show_comparison", "today"]

form_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="The form to print.",
)

TODAY = "CONCORDAT_TODAY"


def today() -> dt.date:
    """Return the day that reviews are held against: `CONCORDAT_TODAY`, else today in UTC.

    Raises UsageError when the variable is no date.
    """
    text = os.environ.get(TODAY)
    if not text:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"{TODAY} is no date: {text}"
        raise UsageError(message, cause=str(error), hint="write it as 2026-11-21") from error


def show_comparison(comparison: Comparison) -> None:
    """Print a comparison; the decision comes last and in colour."""
    from concordat.gate import comparison_text

    text, _, decision = comparison_text(comparison).rpartition("\n")
    say_text(text)
    say_text(decision, colour="red" if comparison.failing else "green")


class Gate:
    """A baseline, read and refused before a run; afterwards the comparison and its exit code."""

    def __init__(self, baseline: Path, fail_on: str | None) -> None:
        from concordat.gate import policy_from, read

        self._policy = policy_from(fail_on)
        self._today = today()
        self._baseline = read(baseline)

    def admit(self, header: Header) -> None:
        """Raise ReportError when the run that this header begins could not be compared with the baseline."""
        from concordat.gate import same_subject

        same_subject(self._baseline.report.header, header, self._baseline.path, across_catalogues=False)

    def exit_code(self, ran: int, folder: Path) -> int:
        """Compare the report that a run left, and return the exit code; `ran` is the run's own.

        What is red without a change is not the gate's to stop; trouble of the harness stays trouble.
        Raises ReportError when a run that ended well left nothing to compare.
        """
        from concordat.gate import compare, read
        from concordat.gate.files import write_comparison

        if ran == EXIT_USAGE:
            return ran
        trouble = ran not in (EXIT_OK, EXIT_FAILURES)
        try:
            candidate = read(folder)
            comparison = compare(self._baseline, candidate, self._policy, today=self._today)
        except ConcordatError as error:
            if not trouble:
                raise
            say(f"not compared with the baseline: {error.message}", err=True)
            return ran
        write_comparison(comparison, candidate.report, folder)
        click.echo()
        show_comparison(comparison)
        if trouble:
            return ran
        return EXIT_FAILURES if comparison.failing else EXIT_OK
