"""The command-line options that the plugin adds to pytest, and the settings they make."""

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
"""Where a pytest process keeps the key of a live run; child processes inherit the environment, which loses it."""
RUN_PLUGIN = "concordat-run"
"""The name under which the run is registered with pytest."""
API_KEY_INPUT = "concordat_api_key"
"""The key's name in what a controller hands to its xdist workers, through their pipe."""


def add_options(parser: pytest.Parser, *, last_failed: bool = False) -> None:
    """Add Concordat's options to pytest's, `last_failed` among them: without its cache pytest has no `--lf`."""
    group = parser.getgroup("concordat", "Concordat: one catalogue through many SDKs")
    group.addoption(
        "--client",
        action="append",
        default=[],
        metavar="NAME[@VERSION|@all|@PATH]",
        help="a client to run; repeatable; default: the default version of every client",
    )
    group.addoption("--target", default="sandbox", metavar="sandbox|URL", help="what the clients talk to")
    group.addoption(
        "--case", action="append", default=[], metavar="ID_OR_PATH", help="a case, area, case file or folder"
    )
    group.addoption("--profile", default="default", choices=[str(p) for p in Profile], help="default, or full")
    group.addoption("--level", default="may", choices=[str(level) for level in Level], help="the weakest level to run")
    group.addoption("--requirements", default=None, metavar="NAME", help="only the cases of a requirement set")
    group.addoption("--shard", default=None, metavar="I/N", help="run the I-th of N parts of the catalogue")
    group.addoption("--report", default=None, metavar="DIR", help="where to write the report")
    group.addoption("--allow-writes", action="store_true", help="let a live run write")
    group.addoption("--offline", action="store_true", help="install nothing, use what is cached")
    group.addoption("--require-all", action="store_true", help="fail when any client is unavailable")
    group.addoption("--record-failures", action="store_true", help="propose causes for new failures")
    group.addoption("--rerun-failures", action="store_true", help="play what is red once more, and show both")
    if last_failed:
        group.addoption("--lf", "--last-failed", action="store_true", dest="lf", help="only what was red the last time")
    tests = parser.getgroup("concordat-tests", "Concordat: contract tests and the stateful model")
    tests.addoption("--api", action="append", default=[], metavar="NAME", help="a contract; repeatable; default: all")
    tests.addoption("--examples", type=int, default=None, metavar="N", help="the most examples of one test")
    tests.addoption("--rate-limit", default=None, metavar="N/s", help="requests of contract tests; live: 5/s")


def keep_api_key(config: pytest.Config) -> None:
    """Move the key from the environment to the configuration, in a process that may run packages of strangers.

    Other pytest runs, which start no client, keep their environment. Raises HarnessError when it cannot be removed.
    """
    if API_KEY in config.stash:
        return  # `concordat run` took it when the process started
    handed = getattr(config, "workerinput", {}).get(API_KEY_INPUT)
    option = config.getoption
    concerned = option("--client") or option("--target") != "sandbox" or names_concordat(config)
    if handed is not None:
        config.stash[API_KEY] = Secret(handed)
        if handed:
            hide_memory()
    elif concerned:
        config.stash[API_KEY] = take_api_key()


def names_concordat(config: pytest.Config) -> bool:
    """Whether one of pytest's positional arguments may be a suite of Concordat."""
    return any("concordat" in arg for arg in config.args)


def api_key_of(config: pytest.Config) -> str:
    """Return the key of a live run, empty when none was given."""
    return config.stash.get(API_KEY, "")


def parse_shard(text: str | None) -> tuple[int, int] | None:
    """Return (index from 1, count) of `I/N`. Raises UsageError for anything else."""
    if text is None:
        return None
    index, slash, count = text.partition("/")
    if not (slash and index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        message = f"`--shard {text}` is not a part of a whole"
        raise UsageError(message, hint="write --shard I/N with I from 1 to N, for example 1/2")
    return int(index), int(count)


def refuse(config: pytest.Config, error: ConcordatError) -> None:
    """Let the plugin end the run, once the collection is over, with one clear error."""
    plugin: Any = config.pluginmanager.get_plugin(RUN_PLUGIN)
    plugin.refused = error


def settings_from(config: pytest.Config) -> RunSettings:
    """Return the run's settings. Raises UsageError for options that make no sense together."""
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
