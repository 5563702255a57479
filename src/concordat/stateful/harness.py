"""Where a model is played: one warm adapter, and for every example a sandbox and a tap of its own."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from concordat.catalogue.model import Fault
from concordat.clients import AdapterProcess
from concordat.errors import AdapterError, AdapterSilent
from concordat.http1.exchange import Request
from concordat.sandbox import Sandbox, open_sandbox, parse_world
from concordat.stateful.view import view_of
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from concordat.clients import Installed
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Exchange
    from concordat.stateful.view import View

__all__ = ["HarnessCall", "HarnessRun", "ModelHarness"]

_T = TypeVar("_T")
CALL_DEADLINE = 20.0
"""Seconds of one call, after which the adapter is taken for hung."""
STEP_DEADLINE = 90.0
"""Seconds of anything that is waited for, the start of an adapter included."""
KEY = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class HarnessCall:
    """One call as it went: the outcome (None: `lost` says how the adapter ended) and what crossed the wire."""

    outcome: Outcome | None
    exchanges: tuple[Exchange, ...]
    lost: str | None = None


class _Keyed:
    """Puts an Idempotency-Key on a client's writes, as a gateway on the way could: the clients themselves send none."""

    def __init__(self, upstream: Upstream) -> None:
        self.key: str | None = None
        self._upstream = upstream

    async def answer(self, request: Request) -> Answer:
        if self.key is not None and request.method == "POST":
            headers = (*request.headers, (KEY, self.key))
            request = Request(request.method, request.target, headers, request.body)
        return await self._upstream.answer(request)


class HarnessRun:
    """One example's sandbox and tap, with a client built on them. `close` ends it; the adapter goes on."""

    def __init__(self, harness: ModelHarness, sandbox: Sandbox, tap: CaseTap, keyed: _Keyed) -> None:
        self._harness = harness
        self._sandbox = sandbox
        self._tap = tap
        self._keyed = keyed
        self.bindings: Mapping[str, Any] = sandbox.bindings

    def call(
        self, operation: str, arguments: Mapping[str, Any], *, key: str | None = None, fault: Mapping[str, Any] | None
    ) -> HarnessCall:
        """Call an operation, under an Idempotency-Key and against a planned fault if there is one.

        Raises AdapterError when the adapter broke the protocol, and for an error of the harness's own.
        """
        return self._harness.wait(self._call(operation, arguments, key, fault))

    async def _call(
        self, operation: str, arguments: Mapping[str, Any], key: str | None, fault: Mapping[str, Any] | None
    ) -> HarnessCall:
        self._sandbox.plan([] if fault is None else [msgspec.convert({**fault, "on": operation}, Fault)])
        self._keyed.key = key
        mark = self._tap.mark()
        outcome, lost = None, None
        try:
            outcome = await self._harness.adapter.call(operation, arguments, deadline=CALL_DEADLINE)
        except AdapterError as error:
            self._tap.release()
            lost = "fell silent" if isinstance(error, AdapterSilent) else f"ended: {error}"
        if self._tap.failures:
            raise self._tap.failures[0]
        return HarnessCall(outcome, self._tap.since(mark), lost)

    def advance(self, seconds: int) -> None:
        """Move the virtual clock."""
        self._harness.run(lambda: self._sandbox.advance(seconds))

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world, in the words of a case's `change`."""
        self._harness.run(lambda: self._sandbox.change(change))

    def view(self) -> View:
        """What the sandbox itself holds."""
        return self._harness.run(lambda: view_of(self._sandbox.state(), self._sandbox.accepted_writes()))

    def close(self) -> None:
        """End the example."""
        self._harness.wait(self._close())

    async def _close(self) -> None:
        if self._harness.adapter.alive:
            await self._harness.adapter.close()
        await self._tap.close()
        self._sandbox.close()


class ModelHarness:
    """A client and a contract; `broken` wraps the sandbox of every example, to prove that a wrong one is found out."""

    def __init__(
        self, installed: Installed, contract: Contract, *, broken: Callable[[Sandbox], Upstream] | None = None
    ) -> None:
        self.contract = contract
        self.label = installed.label
        self.adapter = AdapterProcess()
        self._installed = installed
        self._broken = broken or (lambda sandbox: sandbox)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="concordat-harness", daemon=True)
        self._thread.start()
        try:
            self.hello = self.wait(self.adapter.start(installed))
        except BaseException:
            self.close()
            raise

    def begin(self, world: Mapping[str, Any]) -> HarnessRun:
        """Begin an example. Raises AdapterError when no client can be built."""
        return self.wait(self._begin(world))

    async def _begin(self, world: Mapping[str, Any]) -> HarnessRun:
        if not self.adapter.alive:
            await self.adapter.start(self._installed)
        sandbox = open_sandbox(self.contract, parse_world(dict(world), self.contract.name))
        keyed = _Keyed(self._broken(sandbox))
        tap = await CaseTap.start(keyed, self.contract)
        sandbox.base_url = tap.url
        refused = await self.adapter.open(server_url=tap.url, auth=sandbox.auth, retries="none")
        if refused is not None:
            await tap.close()
            message = f"{self.label} cannot be built: {refused.error.message if refused.error else refused.ended}"
            raise AdapterError(message)
        return HarnessRun(self, sandbox, tap, keyed)

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the loop of the harness, within the deadline."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=STEP_DEADLINE)

    def run(self, work: Callable[[], _T]) -> _T:
        """Run a plain function on the loop of the harness, where the sandbox lives."""

        async def run() -> _T:
            return work()

        return self.wait(run())

    def close(self) -> None:
        """End the adapter and the loop."""
        self.wait(self.adapter.shutdown())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=STEP_DEADLINE)
        self._loop.close()
