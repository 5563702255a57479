"""The command-line options that the plugin adds to pytest, and the run's settings from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from concordat.api_key import Secret, hide_memory, take_api_key
from concordat.catalogue.model import Level, Profile
from concordat.errors import UsageError
from concordat.runner.settings import RunSettings

if TYPE_CHECKING:
    from concordat.errors import ConcordatError

__all__ = [
    "API_KEY",
    "API_KEY_INPUT",
    "RUN_PLUGIN",
    "add_options",
    "api_key_of",
    "keep_api_key",
    "names_concordat",
    "parse_shard",
    "refuse",
    "settings_from",
]

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
    group.addoption("--profile", default="default", choices=[str(p) for p in Profile], help="default, or full")
    group.addoption("--level", default="may", choices=[str(level) for level in Level], help="the weakest level to run")
    group.addoption("--requirements", default=None, metavar="NAME", help="only the cases of a requirement set")
    group.addoption("--shard", default=None, metavar="I/N", help="run the I-th of N parts of the catalogue")
    group.addoption("--report", default=None, metavar="DIR", help="the folder of the report")
    group.addoption("--allow-writes", action="store_true", help="allow writes in a live run")
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
    tests.addoption("--rate-limit", default=None, metavar="N/s", help="requests of contract tests; live: 5/s")


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


def refuse(config: pytest.Config, error: ConcordatError) -> None:
    """Make the plugin end the run with the error, after the collection."""
    plugin: Any = config.pluginmanager.get_plugin(RUN_PLUGIN)
    plugin.refused = error


def settings_from(config: pytest.Config) -> RunSettings:
    """Return the run's settings. Raises UsageError for an invalid shard."""
    option = config.getoption
    report = option("--report")
    return RunSettings(
        clients=tuple(option("--client")),
        target=option("--target"),
        cases=tuple(option("--case")),
        profile=Profile(option("--profile")),
        level=Level(option("--level")),
        requirements=option("--requirements"),
        shard=parse_shard(option("--shard")),
        allow_writes=option("--allow-writes"),
        offline=option("--offline"),
        require_all=option("--require-all"),
        record_failures=option("--record-failures"),
        rerun_failures=option("--rerun-failures"),
        expression=option("keyword"),
        last_failed=bool(option("lf", default=False)),
        report=Path(report) if report else None,
    )
