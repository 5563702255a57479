"""The command-line options that the plugin adds to pytest, and the run's settings from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from concordat.api_key import Secret, hide_memory, take_api_key
from concordat.errors import UsageError

if TYPE_CHECKING:
    from concordat.errors import ConcordatError
    from concordat.runner.settings import RunSettings

__all__ = [
    "API_KEY",
    "API_KEY_INPUT",
    "LEVELS",
    "PROFILES",
    "RUN_PLUGIN",
    "add_options",
    "api_key_of",
    "disposable_in",
    "keep_api_key",
    "live_options_of",
    "names_concordat",
    "parse_shard",
    "refuse",
    "settings_from",
]

PROFILES = ("default", "full")
LEVELS = ("must", "should", "may")
"""The values of the catalogue's enumerations, which this module does not import: every pytest run loads it."""

API_KEY = pytest.StashKey[str]()
"""Stash key of a live run's API key: it is not in the environment, which child processes inherit."""
RUN_PLUGIN = "concordat-run"
"""The name under which the run is registered with pytest."""
API_KEY_INPUT = "concordat_api_key"
"""The name of the API key in the input that a controller sends to its xdist workers through a pipe."""


def add_options(parser: pytest.Parser, *, last_failed: bool = False) -> None:
    """Add Concordat's options to pytest's; `last_failed` adds `--lf`, which pytest lacks without its cache."""
    group = parser.getgroup("concordat", "Concordat: one catalogue through many SDKs")
    group.addoption(
        "--client",
        action="append",
        default=[],
        metavar="NAME[@VERSION|@all|@PATH]",
        help="a client to run; repeatable; default: the default version of every client",
    )
    group.addoption(
        "--target", default="sandbox", metavar="sandbox|URL", help="the sandbox, or the URL of a live endpoint"
    )
    group.addoption(
        "--case", action="append", default=[], metavar="ID_OR_PATH", help="a case, area, case file or folder"
    )
    group.addoption(
        "--operation",
        action="append",
        default=[],
        metavar="NAME",
        help="only cases, or contract tests, that call this operation; repeatable",
    )
    group.addoption("--profile", default="default", choices=PROFILES, help="default, or full")
    group.addoption("--level", default="may", choices=LEVELS, help="the weakest level to run")
    group.addoption("--requirements", default=None, metavar="NAME", help="only the cases of a requirement set")
    group.addoption("--shard", default=None, metavar="I/N", help="run the I-th of N parts of the catalogue")
    group.addoption("--report", default=None, metavar="DIR", help="the folder of the report")
    group.addoption("--allow-writes", action="store_true", help="allow writes in a live run")
    group.addoption(
        "--disposable", action="store_true", help="a live target for tests: allow writes and planned faults"
    )
    group.addoption(
        "--rate-limit", default=None, metavar="N/s", help="requests to a live target: N/s or N/m; contract tests: 5/s"
    )
    group.addoption(
        "--max-requests",
        type=_positive,
        default=None,
        metavar="N",
        help="requests to a live target, then no more cases",
    )
    group.addoption(
        "--max-target-failures",
        type=_positive,
        default=None,
        metavar="N",
        help="stop a live run after N results in a row that the target broke; default: 10",
    )
    group.addoption("--offline", action="store_true", help="install nothing; use cached clients")
    group.addoption("--require-all", action="store_true", help="fail when any client is unavailable")
    group.addoption("--record-failures", action="store_true", help="propose causes for new failures")
    group.addoption("--rerun-failures", action="store_true", help="run red results once more, and show both")
    if last_failed:
        group.addoption(
            "--lf", "--last-failed", action="store_true", dest="lf", help="only the red results of the last run"
        )
    tests = parser.getgroup("concordat-tests", "Concordat: contract tests and the stateful model")
    tests.addoption("--api", action="append", default=[], metavar="NAME", help="a contract; repeatable; default: all")
    tests.addoption(
        "--examples", type=int, default=None, metavar="N", help="the maximal number of examples of one test"
    )


def keep_api_key(config: pytest.Config) -> None:
    """Move the API key from the environment to the stash, in a process that may run third-party packages.

    A pytest run without clients keeps its environment. Raises HarnessError when it cannot remove the key.
    """
    if API_KEY in config.stash:
        return  # `concordat run` moves it when the process starts
    received = getattr(config, "workerinput", {}).get(API_KEY_INPUT)
    option = config.getoption
    has_clients = option("--client") or option("--target") != "sandbox" or names_concordat(config)
    if received is not None:
        config.stash[API_KEY] = Secret(received)
        if received:
            hide_memory()
    elif has_clients:
        config.stash[API_KEY] = take_api_key()


def names_concordat(config: pytest.Config) -> bool:
    """Return whether one of pytest's positional arguments may be a suite of Concordat."""
    return any("concordat" in arg for arg in config.args)


def api_key_of(config: pytest.Config) -> str:
    """Return the API key of a live run, empty without one."""
    return config.stash.get(API_KEY, "")


def parse_shard(text: str | None) -> tuple[int, int] | None:
    """Return (index from 1, count) of `I/N`. Raises UsageError for anything else."""
    if text is None:
        return None
    index, slash, count = text.partition("/")
    if not (slash and index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        message = f"invalid shard `{text}`"
        raise UsageError(message, hint="write --shard I/N with 1 <= I <= N, for example 1/2")
    return int(index), int(count)


def disposable_in(config: pytest.Config) -> bool:
    """Return whether the target is disposable. Raises UsageError for the sandbox, which has no such option."""
    disposable = bool(config.getoption("--disposable"))
    if disposable and config.getoption("--target") == "sandbox":
        message = "--disposable is for a live target"
        raise UsageError(message, hint="name its URL with --target, or leave --disposable out")
    return disposable


def _positive(text: str) -> int:
    """Return a number from 1 on. Raises ValueError for any other text."""
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a number from 1 on"
        raise ValueError(message)
    return int(text)


def live_options_of(config: pytest.Config) -> tuple[str | None, int | None, int | None]:
    """Return the options of the pace: rate, number of requests, number of failures of the target.

    Raises UsageError for an invalid rate, and for any of them without a live target.
    """
    option = config.getoption
    names = ("--rate-limit", "--max-requests", "--max-target-failures")
    rate, requests, failures = (option(name) for name in names)
    named = next((name for name in names if option(name) is not None), None)
    if named is not None and option("--target") == "sandbox":
        message = f"{named} is for a live target"
        raise UsageError(message, hint="name the target: --target URL")
    if rate is not None:
        from concordat.targets.pacing import run_interval

        run_interval(rate)
    return rate, requests, failures


def refuse(config: pytest.Config, error: ConcordatError) -> None:
    """Make the plugin end the run with the error, after the collection."""
    plugin: Any = config.pluginmanager.get_plugin(RUN_PLUGIN)
    plugin.refused = error


def settings_from(config: pytest.Config) -> RunSettings:
    """Return the run's settings.

    Raises UsageError for an invalid shard or pace, and for a disposable sandbox.
    """
    from concordat.catalogue.model import Level, Profile
    from concordat.runner.settings import RunSettings

    option = config.getoption
    rate, requests, failures = live_options_of(config)
    report = option("--report")
    return RunSettings(
        clients=tuple(option("--client")),
        target=option("--target"),
        cases=tuple(option("--case")),
        operations=tuple(option("--operation")),
        profile=Profile(option("--profile")),
        level=Level(option("--level")),
        requirements=option("--requirements"),
        shard=parse_shard(option("--shard")),
        allow_writes=option("--allow-writes"),
        disposable=disposable_in(config),
        offline=option("--offline"),
        require_all=option("--require-all"),
        record_failures=option("--record-failures"),
        rerun_failures=option("--rerun-failures"),
        expression=option("keyword"),
        last_failed=bool(option("lf", default=False)),
        report=Path(report) if report else None,
        rate_limit=rate,
        max_requests=requests,
        max_target_failures=failures,
    )
