"""The harness of the model: one warm adapter, and a new sandbox and tap for each example."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from concordat.catalogue.model import Fault
from concordat.clients import AdapterProcess
from concordat.errors import AdapterError, AdapterSilent
from concordat.http1.exchange import Request
from concordat.sandbox import Sandbox, open_sandbox, parse_world
from concordat.stateful.state_view import state_view_of
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from concordat.clients import Installed
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Exchange
    from concordat.stateful.state_view import StateView

__all__ = ["HarnessRun", "HarnessTrace", "ModelHarness"]

_T = TypeVar("_T")
_CALL_TIMEOUT = 20.0
"""Timeout of one call in seconds."""
_STEP_TIMEOUT = 90.0
"""Timeout in seconds of any other step, such as the start of the adapter."""
_KEY_HEADER = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class HarnessTrace:
    """The exchanges and the outcome of one call. `outcome` is None when the adapter was lost: `silent` or `died`."""

    outcome: Outcome | None
    exchanges: tuple[Exchange, ...]
    lost: Literal["silent", "died"] | None = None


class _KeyedUpstream:
    """Adds an Idempotency-Key to a client's writes as a gateway would, because the clients themselves send none."""

    def __init__(self, upstream: Upstream) -> None:
        self.key: str | None = None
        self._upstream = upstream

    async def answer(self, request: Request) -> Answer:
        if self.key is not None and request.method == "POST":
            headers = (*request.headers, (_KEY_HEADER, self.key))
            request = Request(request.method, request.target, headers, request.body)
        return await self._upstream.answer(request)


class HarnessRun:
    """The sandbox and tap of one example, with a client built on them. `close` ends the example, not the adapter."""

    def __init__(self, harness: ModelHarness, sandbox: Sandbox, tap: CaseTap, keyed: _KeyedUpstream) -> None:
        self._harness = harness
        self._sandbox = sandbox
        self._tap = tap
        self._keyed = keyed
        self.bindings: Mapping[str, Any] = sandbox.bindings

    def call(
        self, operation: str, arguments: Mapping[str, Any], *, key: str | None = None, fault: Mapping[str, Any] | None
    ) -> HarnessTrace:
        """Call an operation, with an Idempotency-Key and a planned fault if given.

        Raises the first failure of the tap or the sandbox.
        """
        return self._harness.wait(self._call(operation, arguments, key, fault))

    async def _call(
        self, operation: str, arguments: Mapping[str, Any], key: str | None, fault: Mapping[str, Any] | None
    ) -> HarnessTrace:
        self._sandbox.plan([] if fault is None else [msgspec.convert({**fault, "on": operation}, Fault)])
        self._keyed.key = key
        mark = self._tap.mark()
        outcome: Outcome | None = None
        lost: Literal["silent", "died"] | None = None
        try:
            outcome = await self._harness.adapter.call(operation, arguments, deadline=_CALL_TIMEOUT)
        except AdapterError as error:
            self._tap.release()
            lost = "silent" if isinstance(error, AdapterSilent) else "died"
        if self._tap.failures:
            raise self._tap.failures[0]
        return HarnessTrace(outcome, self._tap.since(mark), lost)

    def advance(self, seconds: int) -> None:
        """Move the virtual clock."""
        self._harness.run(lambda: self._sandbox.advance(seconds))

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the sandbox's state, in the format of a case's `change`."""
        self._harness.run(lambda: self._sandbox.change(change))

    def view(self) -> StateView:
        """Return the sandbox's own state."""
        return self._harness.run(lambda: state_view_of(self._sandbox.state(), self._sandbox.accepted_writes()))

    def close(self) -> None:
        """End the example."""
        self._harness.wait(self._close())

    async def _close(self) -> None:
        if self._harness.adapter.alive:
            await self._harness.adapter.close()
        await self._tap.close()
        self._sandbox.close()


class ModelHarness:
    """One client on one contract. `broken` wraps the sandbox of every example; tests use it to inject a defect."""

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
        """Begin an example. Raises AdapterError when the adapter cannot build the client."""
        return self.wait(self._begin(world))

    async def _begin(self, world: Mapping[str, Any]) -> HarnessRun:
        sandbox = open_sandbox(self.contract, parse_world(dict(world), self.contract.name))
        keyed = _KeyedUpstream(self._broken(sandbox))
        tap = await CaseTap.start(keyed, self.contract)
        sandbox.base_url = tap.url
        try:
            await self.build_client(tap.url, sandbox.auth)
        except AdapterError:
            await tap.close()
            raise
        return HarnessRun(self, sandbox, tap, keyed)

    async def build_client(self, url: str, auth: str) -> None:
        """Build the client, in a new adapter process if the last one was lost. Raises AdapterError."""
        if not self.adapter.alive:
            await self.adapter.start(self._installed)
        refused = await self.adapter.open(server_url=url, auth=auth, retries="none")
        if refused is not None:
            message = f"{self.label} cannot be built: {refused.error.message if refused.error else refused.ended}"
            raise AdapterError(message)

    def wait(self, work: Coroutine[Any, Any, _T], timeout: float = _STEP_TIMEOUT) -> _T:
        """Run a coroutine in the harness's loop and return its result. Raises TimeoutError."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=timeout)

    def run(self, work: Callable[[], _T]) -> _T:
        """Call a function in the harness's loop, which owns the sandbox, and return its result."""

        async def run() -> _T:
            return work()

        return self.wait(run())

    def close(self) -> None:
        """Stop the adapter and the loop."""
        self.wait(self.adapter.shutdown())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=_STEP_TIMEOUT)
        self._loop.close()
