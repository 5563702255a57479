"""`concordat run`: a thin front of pytest."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pluggy import HookimplMarker

from concordat.cli import say, say_text, show_error
from concordat.errors import EXIT_HARNESS, EXIT_USAGE, ConcordatError, UsageError
from concordat.printable import terminal_word

if TYPE_CHECKING:
    import pytest

    from concordat.cli.gating import Gate
    from concordat.report.console import ConsoleReporter

__all__ = ["command"]

FAIL_ON = ("regression", "any", "must")

CASE_LEVELS = ("must", "should", "may")
hookimpl = HookimplMarker("pytest")
INTERRUPTED = 2
INTERNAL = 3
USAGE = 4
EXAMPLES = """
\b
Examples:
  concordat run                                     every client, every case, on the sandbox
  concordat run customers.list --client reference   one case (or all that begin so), one client
  concordat run --client python-expenses@8.0.1 --client typescript-accounting
  concordat run --client all@all                    every listed version, in every mode
  concordat run cases/push --report reports/push -k validation
  concordat run --target URL --client python-expenses    live, reads only
  concordat run --client python-expenses@dist/pkg.whl --baseline last.json     may it ship?
"""


@click.command(short_help="Run the catalogue through clients and write a report.", epilog=EXAMPLES)
@click.argument("cases", nargs=-1, metavar="[CASE_ID_OR_PATH]...")
@click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="NAME[@VERSION|@all|@PATH]",
    help="A client; `NAME:async` is its asynchronous mode; repeatable.",
)
@click.option("--target", default="sandbox", show_default=True, metavar="sandbox|URL", help="What the clients talk to.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes to spread clients over."
)
@click.option("--shard", metavar="I/N", help="Run the I-th of N parts of the catalogue.")
@click.option(
    "--profile",
    type=click.Choice(["default", "full"]),
    default="default",
    show_default=True,
    help="`full` also runs what waits for seconds or moves megabytes, and asynchronous modes.",
)
@click.option(
    "--level", type=click.Choice(CASE_LEVELS), default="may", show_default=True, help="The weakest level to run."
)
@click.option("--requirements", metavar="NAME", help="Only the cases of a requirement set of the project.")
@click.option(
    "--report",
    "report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/latest"),
    show_default=True,
    metavar="DIR",
    help="Where the report goes.",
)
@click.option(
    "--last-failed", is_flag=True, help="Only the results that were red the last time, whatever --report was."
)
@click.option("-k", "expression", metavar="EXPR", help="Only results whose id matches, as in pytest.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first red result.")
@click.option("--allow-writes", is_flag=True, help="Let a live run write.")
@click.option("--offline", is_flag=True, help="Install nothing; use what is cached.")
@click.option("--require-all", is_flag=True, help="Fail when any client is unavailable.")
@click.option("--record-failures", is_flag=True, help="Propose causes for new failures, for a person to complete.")
@click.option("--rerun-failures", is_flag=True, help="Run what is red once more, and show both; what differs is flaky.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="REPORT", help="Compare with this older report.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="With --baseline: what stops a release; default: `fail-on` of the project's settings, or regression.",
)
@click.pass_obj
def command(  # noqa: PLR0917 - click passes them by name
    api_key: str | None,
    cases: tuple[str, ...],
    clients: tuple[str, ...],
    target: str,
    workers: int,
    shard: str | None,
    profile: str,
    level: str,
    requirements: str | None,
    report: Path,
    expression: str | None,
    baseline: Path | None,
    fail_on: str | None,
    *,
    last_failed: bool,
    exitfirst: bool,
    allow_writes: bool,
    offline: bool,
    require_all: bool,
    record_failures: bool,
    rerun_failures: bool,
) -> None:
    """Run cases through clients and write a report (events.jsonl, report.json, junit.xml, report.md).

    With --baseline the exit code is the gate's: 1 only for what --fail-on says.
    """
    flags = {
        "--allow-writes": allow_writes,
        "--offline": offline,
        "--require-all": require_all,
        "--record-failures": record_failures,
        "--rerun-failures": rerun_failures,
        "--last-failed": last_failed,
        "--exitfirst": exitfirst,
    }
    values = [("--client", client) for client in clients] + [("--case", case) for case in cases]
    values += [("--target", target), ("--profile", profile), ("--level", level), ("--report", str(report))]
    values += [(name, given) for name, given in (("--shard", shard), ("--requirements", requirements)) if given]
    args = [f"{name}={value}" for name, value in values] + [name for name, given in flags.items() if given]
    if expression:
        # pytest shows a wrong expression as it is; no id of a result has a character that is escaped here
        args += ["-k", terminal_word(expression)]
    if baseline is None and fail_on is not None:
        message = "--fail-on is about changes: there is nothing to compare with"
        raise UsageError(message, hint="name an older report: --baseline REPORT")
    if baseline is None:
        sys.exit(run(args, report, workers=workers, api_key=api_key))
    from concordat.cli.gating import Gate

    gate = Gate(baseline, fail_on)
    sys.exit(gate.exit_code(run(args, report, workers=workers, gate=gate, api_key=api_key), report))


def run(
    args: list[str], folder: Path, *, workers: int = 1, gate: Gate | None = None, api_key: str | None = None
) -> int:
    """Run pytest over the suite with our console, and return Concordat's exit code.

    A gate refuses, before anything is played, what could not be compared afterwards.
    """
    import pytest
    from rich.console import Console

    from concordat.report.console import ConsoleReporter
    from concordat.runner import collector

    # Other people's pytest plugins cost start-up time and could change what a verdict means.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for theirs in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(theirs, None)
    collector.switch_off()
    suite = Path(__file__).resolve().parent.parent / "suite"
    base = [
        "-p",
        "concordat.pytest_plugin.plugin",
        "-p",
        "no:terminal",
        "-p",
        "no:logging",
        "-p",
        "no:faulthandler",
        "-p",
        "no:doctest",
        "-p",
        "no:cacheprovider",
        "--capture=no",
    ]
    base += ["-c", str(suite / "pytest.ini"), "--rootdir", str(Path.cwd()), str(suite / "test_catalogue.py")]
    if workers > 1:
        base += ["-p", "xdist.plugin", "-n", str(workers), "--dist", "load"]
    front = ConsoleReporter(Console(soft_wrap=False), folder=folder)
    bridge = _Bridge(front, gate, api_key)
    code = int(pytest.main([*base, *args], plugins=[bridge]))
    if front.refused is not None:
        show_error(front.refused)
        return front.refused.exit_code
    if front.exit_code is not None:
        return front.exit_code
    return _without_report(code)


class _Bridge:
    """Registers the console under the name the plugin looks for."""

    def __init__(self, front: ConsoleReporter, gate: Gate | None, api_key: str | None) -> None:
        self._front = front
        self._gate = gate
        self._api_key = api_key

    @hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        from concordat.pytest_plugin.options import API_KEY
        from concordat.pytest_plugin.run_plugin import SINKS_PLUGIN

        if self._api_key is not None:
            config.stash[API_KEY] = self._api_key
        config.pluginmanager.register(self._front, SINKS_PLUGIN)

    @hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: object) -> None:
        """Hold what was planned against the baseline, once, where the run is controlled."""
        import pytest

        from concordat.pytest_plugin.options import RUN_PLUGIN

        config: pytest.Config = session.config  # type: ignore[attr-defined]  # pytest.Session
        if self._gate is None or hasattr(config, "workerinput"):
            return
        try:
            plugin: Any = config.pluginmanager.get_plugin(RUN_PLUGIN)
            self._gate.admit(plugin.session.header())
        except ConcordatError as error:
            self._front.plain(error)
            pytest.exit(str(error), returncode=error.exit_code)

    def pytest_collectreport(self, report: object) -> None:
        """Show a defect of ours that keeps the catalogue from being collected: the terminal reporter is off."""
        if getattr(report, "failed", False):
            say_text(str(getattr(report, "longrepr", report)), err=True)


def _without_report(code: int) -> int:
    if code == USAGE:
        return EXIT_USAGE
    if code == INTERRUPTED:
        say("interrupted before anything ran", err=True)
        return EXIT_HARNESS
    if code == INTERNAL:
        say("a defect of Concordat's own ended the run, see above", err=True)
        return EXIT_HARNESS
    say("nothing was selected: no case was executed", err=True)
    return EXIT_HARNESS
