"""`concordat run`: a thin front of pytest."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import click

from concordat.cli import show_error
from concordat.errors import EXIT_HARNESS, EXIT_USAGE

__all__ = ["command"]

CASE_LEVELS = ("must", "should", "may")
INTERRUPTED = 2
INTERNAL = 3
USAGE = 4
EXAMPLES = """
\b
Examples:
  concordat run                                     every client, every case, on the sandbox
  concordat run customers.list --client reference   one case (or all that begin so), one client
  concordat run --client python-expenses@8.0.1 --client typescript-accounting
  concordat run cases/push --report reports/push -k validation
  concordat run --target URL --client python-expenses    live, reads only
"""


@click.command(short_help="Run the catalogue through clients and write a report.", epilog=EXAMPLES)
@click.argument("cases", nargs=-1, metavar="[CASE_ID_OR_PATH]...")
@click.option("--client", "clients", multiple=True, metavar="NAME[@VERSION|@all|@PATH]", help="A client; repeatable.")
@click.option("--target", default="sandbox", show_default=True, metavar="sandbox|URL", help="What the clients talk to.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes to spread clients over."
)
@click.option("--shard", metavar="I/N", help="Run the I-th of N parts of the catalogue.")
@click.option(
    "--profile",
    type=click.Choice(["gate", "full"]),
    default="gate",
    show_default=True,
    help="`full` also runs what waits for seconds or moves megabytes.",
)
@click.option(
    "--level", type=click.Choice(CASE_LEVELS), default="may", show_default=True, help="The weakest level to run."
)
@click.option(
    "--report",
    "report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/latest"),
    show_default=True,
    metavar="DIR",
    help="Where the report goes.",
)
@click.option("--last-failed", is_flag=True, help="Only what was red the last time.")
@click.option("-k", "expression", metavar="EXPR", help="Only results whose id matches, as in pytest.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first red result.")
@click.option("--allow-writes", is_flag=True, help="Let a live run write.")
@click.option("--offline", is_flag=True, help="Install nothing; use what is cached.")
@click.option("--require-all", is_flag=True, help="Fail when any client is unavailable.")
@click.option("--record-failures", is_flag=True, help="Propose causes for new failures, for a person to complete.")
def command(  # noqa: PLR0917 - click passes them by name
    cases: tuple[str, ...],
    clients: tuple[str, ...],
    target: str,
    workers: int,
    shard: str | None,
    profile: str,
    level: str,
    report: Path,
    expression: str | None,
    *,
    last_failed: bool,
    exitfirst: bool,
    allow_writes: bool,
    offline: bool,
    require_all: bool,
    record_failures: bool,
) -> None:
    """Run cases through clients and write a report (events.jsonl, report.json, junit.xml, report.md)."""
    flags = {
        "--allow-writes": allow_writes,
        "--offline": offline,
        "--require-all": require_all,
        "--record-failures": record_failures,
        "--last-failed": last_failed,
        "--exitfirst": exitfirst,
    }
    values = [("--client", client) for client in clients] + [("--case", case) for case in cases]
    values += [("--target", target), ("--profile", profile), ("--level", level), ("--report", str(report))]
    if shard:
        values.append(("--shard", shard))
    args = [f"{name}={value}" for name, value in values] + [name for name, given in flags.items() if given]
    if expression:
        args += ["-k", expression]
    sys.exit(run(args, report, workers=workers))


def run(args: list[str], folder: Path, *, workers: int = 1) -> int:
    """Run pytest over the suite with our console, and return Concordat's exit code."""
    import pytest
    from rich.console import Console

    from concordat.report.console import ConsoleReporter

    # Other people's pytest plugins cost start-up time and could change what a verdict means.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for theirs in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(theirs, None)
    # A run keeps what it records to its end: collecting it over and over finds nothing and costs a fifth of the time.
    # The session collects between cases instead (`suite.session.COLLECT_EVERY`).
    gc.disable()
    suite = Path(__file__).resolve().parent.parent / "suite"
    base = [
        "-p",
        "concordat.plugin",
        "-p",
        "no:terminal",
        "-p",
        "no:logging",
        "-p",
        "no:faulthandler",
        "-p",
        "no:doctest",
        "--capture=no",
    ]
    base += ["-c", str(suite / "pytest.ini"), "--rootdir", str(Path.cwd()), str(suite / "test_catalogue.py")]
    base += ["-o", f"cache_dir={folder.resolve() / '.cache'}"]
    if workers > 1:
        base += ["-p", "xdist.plugin", "-n", str(workers), "--dist", "loadgroup"]
    front = ConsoleReporter(Console(soft_wrap=False), folder=folder)
    bridge = _Bridge(front)
    code = int(pytest.main([*base, *args], plugins=[bridge]))
    if front.refused is not None:
        show_error(front.refused)
        return front.refused.exit_code
    if front.exit_code is not None:
        return front.exit_code
    return _without_report(code)


class _Bridge:
    """Registers the console under the name the plugin looks for."""

    def __init__(self, front: object) -> None:
        self._front = front

    def pytest_configure(self, config: object) -> None:
        from concordat.plugin import SINKS_PLUGIN

        config.pluginmanager.register(self._front, SINKS_PLUGIN)  # type: ignore[attr-defined]  # pytest.Config

    def pytest_collectreport(self, report: object) -> None:
        """Show a defect of ours that keeps the catalogue from being collected: the terminal reporter is off."""
        if getattr(report, "failed", False):
            click.echo(str(getattr(report, "longrepr", report)), err=True)


def _without_report(code: int) -> int:
    if code == USAGE:
        return EXIT_USAGE
    if code == INTERRUPTED:
        click.echo("interrupted before anything ran", err=True)
        return EXIT_HARNESS
    if code == INTERNAL:
        click.echo("a defect of Concordat's own ended the run, see above", err=True)
        return EXIT_HARNESS
    click.echo("nothing was selected: no case was executed", err=True)
    return EXIT_HARNESS
