"""A server for one target, on its own port and thread: the sandbox, or a guarded proxy of a live endpoint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from concordat.contract import load_contract
from concordat.errors import HarnessError
from concordat.http1.listener import Listener
from concordat.resources import search
from concordat.sandbox import open_sandbox
from concordat.sandbox.serve import read_world
from concordat.tap import PLACEHOLDER, LiveUpstream
from concordat.targets.pacing import PaceLimits, Pacing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from concordat.http1.answer import Upstream

__all__ = ["ServedUpstream", "UpstreamFactory", "live", "sandbox", "serve", "world_file"]

_TIMEOUT = 30.0
"""Timeout in seconds of the start, and of the end."""


class ServedUpstream:
    """The URL of a served target, the `Authorization` that it expects, and the errors of its upstream."""

    def __init__(self, url: str, auth: str, failures: list[Exception]) -> None:
        self.url = url
        self.auth = auth
        self.failures = failures


UpstreamFactory = Callable[[], AbstractAsyncContextManager[tuple["Upstream", str]]]
"""Opens an upstream in the loop of the server's thread; yields it with the `Authorization` that it expects."""


def world_file() -> Path:
    """Return the file with the sandbox's world in contract tests: the project's, else the package's."""
    return search("contracts", "schemathesis.world.yaml")[0]


def sandbox(contract: str) -> UpstreamFactory:
    """Return the factory of the embedded sandbox with one contract."""

    @asynccontextmanager
    async def open_upstream() -> AsyncIterator[tuple[Upstream, str]]:
        upstream = open_sandbox(load_contract(contract), read_world(world_file()))
        try:
            yield upstream, upstream.auth
        finally:
            upstream.close()

    return open_upstream


def live(url: str, auth: str, *, allow_writes: bool, interval: float = 0.0) -> UpstreamFactory:
    """Return the factory of a live endpoint. It refuses writes unless allowed, and adds the credential itself.

    Two requests are at least `interval` seconds apart.

    When served, it raises TargetUnreachable for a target that does not answer.
    """

    @asynccontextmanager
    async def open_upstream() -> AsyncIterator[tuple[Upstream, str]]:
        upstream = LiveUpstream(url, auth, allow_writes=allow_writes, pace=Pacing(PaceLimits(interval)))
        try:
            await upstream.probe()
            yield upstream, PLACEHOLDER
        finally:
            await upstream.close()

    return open_upstream


@contextmanager
def serve(factory: UpstreamFactory) -> Iterator[ServedUpstream]:
    """Serve an upstream until the block ends. Raises the factory's error, and HarnessError when it does not start."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    ready = threading.Event()
    started: list[ServedUpstream | BaseException] = []

    async def run() -> None:
        try:
            async with factory() as (upstream, auth):
                listener = await Listener(upstream).start()
                started.append(ServedUpstream(listener.url, auth, listener.failures))
                ready.set()
                await stop.wait()
                await listener.close()
        except Exception as error:  # noqa: BLE001 - raised again in the thread of the block
            started.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="concordat-target", daemon=True)
    thread.start()
    try:
        if not ready.wait(_TIMEOUT):
            message = "the target was not served in time"
            raise HarnessError(message)
        if isinstance(started[0], BaseException):
            raise started[0]
        yield started[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(_TIMEOUT)
        if not thread.is_alive():
            loop.close()
