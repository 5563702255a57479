"""`concordat explore`: differential property testing of clients."""

from __future__ import annotations

import os
import secrets
import sys
import time
from pathlib import Path

import click

from concordat.cli import say
from concordat.errors import EXIT_FAILURES, EXIT_HARNESS, EXIT_OK
from concordat.printable import terminal_word

__all__ = ["command"]

EVERY = 15.0
"""Seconds between two lines of progress without a terminal."""
EXAMPLES = """
\b
Examples:
  concordat explore --client reference --client python-expenses --client typescript-expenses
  concordat explore --client reference --client python-expenses@./x.whl --examples 10000 --seed 7
"""


@click.command(short_help="Search for differences between clients that no case describes.", epilog=EXAMPLES)
@click.option(
    "--client", "clients", multiple=True, required=True, metavar="NAME[@VERSION|@PATH]", help="A client; two or more."
)
@click.option(
    "--examples",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="The number of calls; each goes to all clients.",
)
@click.option("--seed", type=click.IntRange(0), help="The seed of the search: the same seed repeats it. 0 in CI.")
@click.option("--operation", "operations", multiple=True, metavar="NAME", help="Only this operation; repeatable.")
@click.option("--api", metavar="NAME", help="The contract; default: the first that all clients have.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for cases of new findings; default: cases/quarantine of the project.",
)
@click.option(
    "--database",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder that keeps findings; the next search begins with them.",
)
@click.option("--offline", is_flag=True, help="Install nothing; use what is cached.")
def command(  # noqa: PLR0917 - click passes them by name
    clients: tuple[str, ...],
    examples: int,
    seed: int | None,
    operations: tuple[str, ...],
    api: str | None,
    into: Path | None,
    database: Path | None,
    *,
    offline: bool,
) -> None:
    """Generate calls and responses, run them with all clients at once, and shrink the differences.

    New findings are written as cases. Exit code 1 when there are any, 3 when a client or its adapter failed.
    """
    from concordat.explore import ExploreSettings, explore, load_parity_ledger, text_report

    quiet = bool(os.environ.get("CI"))
    if seed is None:
        seed = 0 if quiet else secrets.randbelow(2**32)
    settings = ExploreSettings(
        clients=clients,
        examples=examples,
        seed=seed,
        operations=operations,
        api=api,
        into=into,
        database=database,
        offline=offline,
    )
    progress = _Progress(quiet=quiet)
    result = explore(settings, progress)
    progress.end()
    for line in text_report(result, load_parity_ledger()):
        say(line)
    if result.harness_errors or result.interrupted:
        sys.exit(EXIT_HARNESS)
    sys.exit(EXIT_FAILURES if result.findings else EXIT_OK)


class _Progress:
    """Prints progress: one updated line in a terminal, a line at intervals elsewhere, nothing in CI."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if self._quiet or now - self._last < (0.1 if self._terminal else EVERY):
            return
        self._last = now
        if self._terminal:
            click.echo(f"\r\x1b[2K  {terminal_word(line)}", err=True, nl=False)
        else:
            say(f"  {line}", err=True)

    def end(self) -> None:
        """Clear the last line."""
        if self._terminal and not self._quiet:
            click.echo("\r\x1b[2K", err=True, nl=False)
