"""A target on a port of its own, served from a thread of its own: the sandbox, or a guarded way to a live endpoint."""

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

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from concordat.http1.answer import Upstream

__all__ = ["Making", "Served", "live", "sandbox", "serving", "world_file"]

_PATIENCE = 30.0
"""Seconds for the start, and again for the end."""


class Served:
    """Where a target is, what `Authorization` it is asked with, and what its upstream failed to answer."""

    def __init__(self, url: str, auth: str, failures: list[Exception]) -> None:
        self.url = url
        self.auth = auth
        self.failures = failures


Making = Callable[[], AbstractAsyncContextManager[tuple["Upstream", str]]]
"""Makes an upstream, and the `Authorization` that it wants, inside the serving thread's loop."""


def world_file() -> Path:
    """Return the world that the sandbox has in contract tests; a file of the user's project hides the package's."""
    return search("contracts", "schemathesis.world.yaml")[0]


def sandbox(contract: str) -> Making:
    """Serve the embedded sandbox with one contract."""

    @asynccontextmanager
    async def make() -> AsyncIterator[tuple[Upstream, str]]:
        held = open_sandbox(load_contract(contract), read_world(world_file()))
        try:
            yield held, held.auth
        finally:
            held.close()

    return make


def live(url: str, auth: str, *, allow_writes: bool) -> Making:
    """Forward to a live endpoint: writes are refused unless allowed, and only the way out knows the credential.

    Raises TargetUnreachable, when served, for a target that does not answer.
    """

    @asynccontextmanager
    async def make() -> AsyncIterator[tuple[Upstream, str]]:
        upstream = LiveUpstream(url, auth, allow_writes=allow_writes)
        try:
            await upstream.probe()
            yield upstream, PLACEHOLDER
        finally:
            await upstream.close()

    return make


@contextmanager
def serving(make: Making) -> Iterator[Served]:
    """Serve an upstream until the block ends. Raises what making it raised, HarnessError when it does not start."""
    loop = asyncio.new_event_loop()
    over = asyncio.Event()
    ready = threading.Event()
    found: list[Served | BaseException] = []

    async def serve() -> None:
        try:
            async with make() as (upstream, auth):
                listener = await Listener(upstream).start()
                found.append(Served(listener.url, auth, listener.failures))
                ready.set()
                await over.wait()
                await listener.close()
        except Exception as error:  # noqa: BLE001 - raised where the block waits for it
            found.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="concordat-target", daemon=True)
    thread.start()
    try:
        if not ready.wait(_PATIENCE):
            message = "the target was not served in time"
            raise HarnessError(message)
        if isinstance(found[0], BaseException):
            raise found[0]
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(_PATIENCE)
        if not thread.is_alive():
            loop.close()
