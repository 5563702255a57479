"""A client, a sandbox and a tap for one test of an integrator, with synchronous calls."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from concordat.clients import AdapterProcess, provision, select
from concordat.contract import load_contracts
from concordat.duration import parse_duration
from concordat.sandbox import Sandbox, open_sandbox, parse_world
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from concordat.clients.protocol import Outcome
    from concordat.http1.exchange import Exchange

__all__ = ["FixtureClient", "FixtureSandbox", "SdkFixture"]

_T = TypeVar("_T")

DEADLINE = 60.0
"""Timeout of one step in seconds, except the installation."""


class FixtureClient:
    """Calls operations by name, arguments by wire name (`body` for the request body)."""

    def __init__(self, fixture: SdkFixture, adapter: AdapterProcess) -> None:
        self._fixture = fixture
        self._adapter = adapter

    def call(self, operation: str, /, **arguments: Any) -> Outcome:
        """Call one operation and return its outcome. An error of the client is part of it."""
        return self._fixture.wait(self._adapter.call(operation, arguments, deadline=DEADLINE / 2))


class FixtureSandbox:
    """The test's own sandbox."""

    def __init__(self, fixture: SdkFixture, sandbox: Sandbox) -> None:
        self._fixture = fixture
        self._sandbox = sandbox

    @property
    def bindings(self) -> Mapping[str, Any]:
        """The bindings of the world: `company`, `connection`, `customer` and so on."""
        return self._sandbox.bindings

    def advance(self, duration: str) -> None:
        """Move the virtual clock by `250ms`, `90s`, `5m`, `2h` or `1d`."""
        self._fixture.run(lambda: self._sandbox.advance(parse_duration(duration)))

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world, in the vocabulary of a case's `change` step."""
        self._fixture.run(lambda: self._sandbox.change(change))

    def state(self) -> Mapping[str, Any]:
        """Return the sandbox's records by collection."""
        return self._fixture.run(self._sandbox.state)


class SdkFixture:
    """Owns the loop, the sandbox, the tap and the adapter; `close` ends them all."""

    def __init__(self, spec: str, world: Mapping[str, Any] | None = None, *, offline: bool = False) -> None:
        (choice, *_) = select([spec])
        installed = asyncio.run(provision(choice, offline=offline))
        contract = load_contracts()[choice.manifest.apis[0]]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="concordat-fixture", daemon=True)
        self._thread.start()
        # A SQLite connection belongs to the thread that opens it: the loop's thread creates the sandbox.
        self._adapter = AdapterProcess()
        self._opened: Sandbox | None = None
        self._tap: CaseTap | None = None
        try:
            opened = self._opened = self.run(lambda: open_sandbox(contract, parse_world(world, contract.name)))
            self._tap = self.wait(CaseTap.start(opened, contract))
            opened.base_url = self._tap.url
            self.wait(self._adapter.start(installed))
            self.wait(self._adapter.open(server_url=self._tap.url, auth=opened.auth))
        except BaseException:
            self.close()
            raise
        self.client = FixtureClient(self, self._adapter)
        self.sandbox = FixtureSandbox(self, opened)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges so far."""
        assert self._tap is not None
        return self._tap.exchanges

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the fixture's loop and return its result. Raises TimeoutError after the deadline."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=DEADLINE)

    def run(self, work: Callable[[], _T]) -> _T:
        """Run a function on the fixture's loop and return its result."""

        async def run() -> _T:
            return work()

        return self.wait(run())

    def close(self) -> None:
        """End the adapter, the tap, the sandbox and the loop."""
        self.wait(self._adapter.shutdown())
        if self._tap is not None:
            self.wait(self._tap.close())
        if self._opened is not None:
            self.run(self._opened.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=DEADLINE)
        self._loop.close()
