"""A client, a sandbox and a tap for one test of somebody's own, behind plain synchronous calls."""

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
"""Seconds that any one step may take, installing aside."""


class FixtureClient:
    """Calls operations by name, arguments by wire name (`body` for the request body)."""

    def __init__(self, bench: SdkFixture, adapter: AdapterProcess) -> None:
        self._bench = bench
        self._adapter = adapter

    def call(self, operation: str, /, **arguments: Any) -> Outcome:
        """Call one operation and return what the client showed; never raises for what the client raised."""
        return self._bench.wait(self._adapter.call(operation, arguments, deadline=DEADLINE / 2))


class FixtureSandbox:
    """The test's own sandbox."""

    def __init__(self, bench: SdkFixture, sandbox: Sandbox) -> None:
        self._bench = bench
        self._sandbox = sandbox

    @property
    def bindings(self) -> Mapping[str, Any]:
        """What the world offers: `company`, `connection`, `customer` and so on."""
        return self._sandbox.bindings

    def advance(self, duration: str) -> None:
        """Move the virtual clock by `250ms`, `90s`, `5m`, `2h` or `1d`."""
        self._bench.run(lambda: self._sandbox.advance(parse_duration(duration)))

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world, in the vocabulary of a case's `change` step."""
        self._bench.run(lambda: self._sandbox.change(change))

    def state(self) -> Mapping[str, Any]:
        """What the sandbox holds, by collection."""
        return self._bench.run(self._sandbox.state)


class SdkFixture:
    """Owns the loop, the sandbox, the tap and the adapter; `close` ends them all."""

    def __init__(self, spec: str, world: Mapping[str, Any] | None = None, *, offline: bool = False) -> None:
        (choice, *_) = select([spec])
        installed = asyncio.run(provision(choice, offline=offline))
        contract = load_contracts()[choice.manifest.apis[0]]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="concordat-bench", daemon=True)
        self._thread.start()
        # SQLite belongs to the thread that opened it: the sandbox is made where it will be used.
        self._adapter = AdapterProcess()
        self._held: Sandbox | None = None
        self._tap: CaseTap | None = None
        try:
            held = self._held = self.run(lambda: open_sandbox(contract, parse_world(world, contract.name)))
            self._tap = self.wait(CaseTap.start(held, contract))
            held.base_url = self._tap.url
            self.wait(self._adapter.start(installed))
            self.wait(self._adapter.open(server_url=self._tap.url, auth=held.auth))
        except BaseException:
            self.close()
            raise
        self.client = FixtureClient(self, self._adapter)
        self.sandbox = FixtureSandbox(self, held)

    def exchanges(self) -> tuple[Exchange, ...]:
        """What has crossed the wire so far."""
        assert self._tap is not None
        return self._tap.exchanges

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the bench's loop, within the deadline."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=DEADLINE)

    def run(self, work: Callable[[], _T]) -> _T:
        """Run a plain function on the bench's loop."""

        async def run() -> _T:
            return work()

        return self.wait(run())

    def close(self) -> None:
        """End the adapter, the tap, the sandbox and the loop."""
        self.wait(self._adapter.shutdown())
        if self._tap is not None:
            self.wait(self._tap.close())
        if self._held is not None:
            self.run(self._held.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=DEADLINE)
        self._loop.close()
