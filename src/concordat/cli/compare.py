"""`concordat compare`: what changed between two reports."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from concordat.cli import say_document, say_text
from concordat.cli.gating import form_option, show_comparison, today
from concordat.errors import EXIT_FAILURES, EXIT_OK

__all__ = ["command"]

FAIL_ON = ("regression", "any", "must")
REPORT = click.Path(path_type=Path)
EXAMPLES = """
\b
Examples:
  concordat compare last/report.json reports/latest              may it ship?
  concordat compare OLD.json NEW.json --fail-on any --format markdown
  concordat compare all.json all.json --pair python-expenses@7.0.1=python-expenses@8.0.1
"""


@click.command(short_help="Say what changed between two reports, and whether it stops a release.", epilog=EXAMPLES)
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
@click.option("--across-catalogues", is_flag=True, help="Compare although cases or contracts are others.")
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

    Exit 1 only for what the policy says; 2 when the two cannot be compared.
    """
    from concordat.gate import compare, policy_from, read
    from concordat.gate.files import comparison_json, write_comparison
    from concordat.gate.summary import comparison_markdown

    policy = policy_from(fail_on)
    baseline, candidate = read(old), read(new)
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
