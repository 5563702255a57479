"""Fixtures that lay out stand-ins once a session, and start their adapters."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from tests.adapters.adapter_process import AdapterCommand, RunningAdapter
from tests.adapters.stand_ins.stand_in import StandIn

Start: TypeAlias = Callable[[StandIn], RunningAdapter]


@pytest.fixture(scope="session")
def command_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[StandIn], AdapterCommand]:
    """Return a function that lays out and compiles a stand-in, once a session."""
    commands: dict[str, AdapterCommand] = {}

    def lay_out(stand_in: StandIn) -> AdapterCommand:
        if stand_in.tool is not None and shutil.which(stand_in.tool) is None:
            pytest.fail(f"the stand-in `{stand_in.name}` needs `{stand_in.tool}`")
        if stand_in.name not in commands:
            commands[stand_in.name] = stand_in.lay_out(tmp_path_factory.mktemp(stand_in.name))
        return commands[stand_in.name]

    return lay_out


@pytest.fixture(scope="session")
def url_of() -> Iterator[Callable[[StandIn], str | None]]:
    """Return a function that starts the upstream of a stand-in, once a session, and returns its URL."""
    urls: dict[str, str] = {}
    with contextlib.ExitStack() as running:

        def start(stand_in: StandIn) -> str | None:
            if stand_in.upstream is None:
                return None
            if stand_in.name not in urls:
                urls[stand_in.name] = running.enter_context(stand_in.upstream())
            return urls[stand_in.name]

        yield start


def _start(command: AdapterCommand, url: str | None) -> RunningAdapter:
    return RunningAdapter(command) if url is None else RunningAdapter(command, url)


@pytest.fixture(scope="session")
def warm(command_of: Callable[[StandIn], AdapterCommand], url_of: Callable[[StandIn], str | None]) -> Iterator[Start]:
    """Return a function that returns the session's adapter of a stand-in; the engine too runs many cases with one."""
    adapters: dict[str, RunningAdapter] = {}

    def start(stand_in: StandIn) -> RunningAdapter:
        if stand_in.name not in adapters:
            adapters[stand_in.name] = _start(command_of(stand_in), url_of(stand_in))
        return adapters[stand_in.name]

    yield start
    ends = {name: adapter.end() for name, adapter in adapters.items()}
    assert set(ends.values()) <= {0}, ends


@pytest.fixture
def fresh(command_of: Callable[[StandIn], AdapterCommand], url_of: Callable[[StandIn], str | None]) -> Iterator[Start]:
    """Return a function that starts an adapter of its own for one test."""
    adapters: list[RunningAdapter] = []

    def start(stand_in: StandIn) -> RunningAdapter:
        adapters.append(_start(command_of(stand_in), url_of(stand_in)))
        return adapters[-1]

    yield start
    for adapter in adapters:
        adapter.end()
