"""`concordat run`: a front end of pytest."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pluggy import HookimplMarker

from concordat.cli import say, say_text, show_error
from concordat.cli.compare import FAIL_ON
from concordat.errors import EXIT_HARNESS, EXIT_USAGE, ConcordatError, UsageError
from concordat.printable import terminal_word

if TYPE_CHECKING:
    import pytest

    from concordat.cli.compare import Gate
    from concordat.report.console import ConsoleReporter

__all__ = ["command"]

CASE_LEVELS = ("must", "should", "may")
hookimpl = HookimplMarker("pytest")
INTERRUPTED = 2
INTERNAL = 3
USAGE = 4
EXAMPLES = """
\b
Examples:
  concordat run                                     every client, every case, on the sandbox
  concordat run customers.list --client reference   one case or group of cases, one client
  concordat run --operation customers.list          the cases that call one operation
  concordat run --client python-expenses@8.0.1 --client typescript-accounting
  concordat run --client all@all                    every listed version, in every mode
  concordat run cases/push --report reports/push -k validation
  concordat run --target URL --client python-expenses    live, reads only
  concordat run --client python-expenses@dist/pkg.whl --baseline last.json   gate a release
"""


@click.command(short_help="Run the catalogue through clients and write a report.", epilog=EXAMPLES)
@click.argument("cases", nargs=-1, metavar="[CASE_ID_OR_PATH]...")
@click.option(
    "--operation", "operations", multiple=True, metavar="NAME", help="Only cases that call this operation; repeatable."
)
@click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="NAME[@VERSION|@all|@PATH]",
    help="A client; `NAME:async` is its asynchronous mode; repeatable.",
)
@click.option(
    "--target", default="sandbox", show_default=True, metavar="sandbox|URL", help="The server that the clients call."
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Number of processes to distribute the clients over.",
)
@click.option("--shard", metavar="I/N", help="Run the I-th of N parts of the catalogue.")
@click.option(
    "--profile",
    type=click.Choice(["default", "full"]),
    default="default",
    show_default=True,
    help="`full` also runs slow cases, cases with megabytes of data, and asynchronous modes.",
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
    help="The folder of the report.",
)
@click.option(
    "--last-failed", is_flag=True, help="Only the results that were red in the last run, in any --report folder."
)
@click.option("-k", "expression", metavar="EXPR", help="Only results whose id matches, as in pytest.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first red result.")
@click.option("--allow-writes", is_flag=True, help="Let a live run write.")
@click.option("--disposable", is_flag=True, help="The live target is for tests: allow writes and planned faults.")
@click.option("--rate-limit", metavar="N/s", help="Requests to a live target: N/s or N/m.")
@click.option(
    "--max-requests",
    type=click.IntRange(1),
    metavar="N",
    help="Requests to a live target; after N, no further case runs.",
)
@click.option(
    "--max-target-failures",
    type=click.IntRange(1),
    metavar="N",
    help="Stop a live run after N results in a row that the target broke.",
)
@click.option("--offline", is_flag=True, help="Install nothing; use what is cached.")
@click.option("--require-all", is_flag=True, help="Fail when any client is unavailable.")
@click.option(
    "--record-failures", is_flag=True, help="Propose ledger causes for new failures, for a person to complete."
)
@click.option(
    "--rerun-failures", is_flag=True, help="Run red results once more and show both; a different verdict is flaky."
)
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
    operations: tuple[str, ...],
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
    rate_limit: str | None,
    max_requests: int | None,
    max_target_failures: int | None,
    *,
    last_failed: bool,
    exitfirst: bool,
    allow_writes: bool,
    disposable: bool,
    offline: bool,
    require_all: bool,
    record_failures: bool,
    rerun_failures: bool,
) -> None:
    """Run cases through clients and write a report (events.jsonl, report.json, junit.xml, report.md).

    With --baseline the exit code is the gate's: 1 only when the policy of --fail-on stops the release.
    """
    flags = {
        "--allow-writes": allow_writes,
        "--disposable": disposable,
        "--offline": offline,
        "--require-all": require_all,
        "--record-failures": record_failures,
        "--rerun-failures": rerun_failures,
        "--last-failed": last_failed,
        "--exitfirst": exitfirst,
    }
    values = [("--client", client) for client in clients] + [("--case", case) for case in cases]
    values += [("--operation", name) for name in operations]
    values += [("--target", target), ("--profile", profile), ("--level", level), ("--report", str(report))]
    values += [(name, value) for name, value in (("--shard", shard), ("--requirements", requirements)) if value]
    paces = {
        "--rate-limit": rate_limit,
        "--max-requests": max_requests,
        "--max-target-failures": max_target_failures,
    }
    values += [(name, str(value)) for name, value in paces.items() if value is not None]
    args = [f"{name}={value}" for name, value in values] + [name for name, is_set in flags.items() if is_set]
    if expression:
        # pytest prints a wrong expression unescaped. No id of a result has a character that is escaped here.
        args += ["-k", terminal_word(expression)]
    if baseline is None and fail_on is not None:
        message = "--fail-on needs a baseline"
        raise UsageError(message, hint="name an older report: --baseline REPORT")
    if baseline is None:
        sys.exit(run(args, report, workers=workers, api_key=api_key))
    from concordat.cli.compare import Gate

    gate = Gate(baseline, fail_on)
    sys.exit(gate.exit_code(run(args, report, workers=workers, gate=gate, api_key=api_key), report))


def run(
    args: list[str], folder: Path, *, workers: int = 1, gate: Gate | None = None, api_key: str | None = None
) -> int:
    """Run pytest over the suite with Concordat's console reporter, and return Concordat's exit code.

    A gate ends the run before its first case when the report could not be compared with the baseline.
    """
    import pytest
    from rich.console import Console

    from concordat.report.console import ConsoleReporter
    from concordat.runner import collector

    # Foreign pytest plugins cost start-up time and could change the meaning of a verdict.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for variable in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(variable, None)
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
    """Registers the console reporter, and applies the gate after collection."""

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
        """Check the planned run against the baseline, in the controlling process alone."""
        import pytest

        from concordat.pytest_plugin.options import RUN_PLUGIN

        config: pytest.Config = session.config  # type: ignore[attr-defined]  # pytest.Session
        if self._gate is None or hasattr(config, "workerinput"):
            return
        try:
            plugin: Any = config.pluginmanager.get_plugin(RUN_PLUGIN)
            self._gate.check_header(plugin.session.header())
        except ConcordatError as error:
            self._front.plain(error)
            pytest.exit(str(error), returncode=error.exit_code)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Print a defect of Concordat's own that prevents collection. The terminal reporter is off."""
        if report.failed:
            say_text(str(report.longrepr), err=True)


def _without_report(code: int) -> int:
    if code == USAGE:
        return EXIT_USAGE
    if code == INTERRUPTED:
        say("interrupted before anything ran", err=True)
        return EXIT_HARNESS
    if code == INTERNAL:
        say("an internal error of Concordat ended the run, see above", err=True)
        return EXIT_HARNESS
    say("nothing was selected: no case was executed", err=True)
    return EXIT_HARNESS
