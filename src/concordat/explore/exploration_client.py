"""The exploration client: one client on its warm adapter, with its own port and scripted answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from concordat.clients import AdapterProcess
from concordat.compare.tagged import write_tags
from concordat.errors import AdapterDied, AdapterError, AdapterSilent, ClientUnavailable
from concordat.explore.deviations import ScenarioTrace
from concordat.http1.answer import Answer
from concordat.http1.listener import Listener
from concordat.tap import Recorder

if TYPE_CHECKING:
    from concordat.clients import Installed, Manifest
    from concordat.contract import Contract
    from concordat.explore.scenario import Scenario
    from concordat.http1.answer import Upstream
    from concordat.http1.exchange import Exchange, Request

__all__ = ["ExplorationClient"]

_AUTH: Final = "Basic ZXhwbG9yZQ=="
_CALL_TIMEOUT: Final = 10.0
"""Timeout of one call in seconds. Its answer needs no time."""
_SETTLE_TIMEOUT: Final = 0.5
"""Timeout in seconds for the end of an exchange, which usually precedes the outcome."""


class _ScriptedUpstream:
    """Gives the scripted answer to every request, or forwards to another upstream."""

    def __init__(self, upstream: Upstream | None) -> None:
        self.scripted_answer = Answer(404)
        self.request_count = 0
        self._upstream = upstream

    async def answer(self, request: Request) -> Answer:
        """Count the request and return its answer."""
        self.request_count += 1
        return self.scripted_answer if self._upstream is None else await self._upstream.answer(request)


class ExplorationClient:
    """One client: `start` once, `run` for each scenario, `stop` once.

    The SDK's client object stays open between scenarios, as in a caller's program, until `refresh`. `upstream` answers
    in place of the scripted answers.
    """

    def __init__(
        self,
        label: str,
        installed: Installed,
        manifest: Manifest,
        contract: Contract,
        *,
        upstream: Upstream | None = None,
    ) -> None:
        self.label = label
        self.installed = installed
        self.manifest = manifest
        self.process = AdapterProcess()
        self.operations = frozenset(manifest.operations) & frozenset(contract.operations)
        """The operations of the contract that the client has."""
        self._upstream = _ScriptedUpstream(upstream)
        self._finished: list[Exchange] = []
        recorder = Recorder(contract, on_finished=self._finished.append, keep=False)
        self._listener = Listener(self._upstream, recorder)
        self._open = False

    async def start(self) -> None:
        """Start the adapter and listen. Raises ClientUnavailable when the adapter does not start."""
        try:
            await self.process.start(self.installed)
        except AdapterError as error:
            raise ClientUnavailable(str(error)) from error
        await self._listener.start()

    async def stop(self) -> None:
        """Stop the adapter and the listener."""
        await self.process.shutdown()
        await self._listener.close()

    async def refresh(self) -> None:
        """Close the SDK's client object, so that the next call gets a new one."""
        if self._open and self.process.alive:
            self._open = False
            await self.process.close()

    async def run(self, scenario: Scenario, answer: Answer) -> ScenarioTrace:
        """Make the call, answer each of its requests with `answer`, and return the trace.

        Raises AdapterError when the adapter itself fails, and ClientUnavailable when it cannot build the client.
        """
        self._finished.clear()
        self._upstream.scripted_answer, self._upstream.request_count = answer, 0
        try:
            if not self._open or not self.process.alive:
                await self._reopen()
            arguments = {name: write_tags(value) for name, value in scenario.arguments.items()}
            outcome = await self.process.call(scenario.operation, arguments, deadline=_CALL_TIMEOUT)
        except (AdapterDied, AdapterSilent) as error:
            self._open = False
            self._listener.release()
            return ScenarioTrace(self._take_exchanges(), None, "died" if isinstance(error, AdapterDied) else "silent")
        if len(self._finished) < self._upstream.request_count:
            await self._settle()
        return ScenarioTrace(self._take_exchanges(), outcome)

    async def _reopen(self) -> None:
        if not self.process.alive:
            await self.process.restart()
        refused = await self.process.open(server_url=self._listener.url, auth=_AUTH)
        if refused is not None:
            message = f"{self.label} cannot be built: {refused.detail or refused.error}"
            raise ClientUnavailable(message)
        self._open = True

    async def _settle(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _SETTLE_TIMEOUT
        # the listener reports an exchange when it ends, and has no event to wait for
        while len(self._finished) < self._upstream.request_count and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def _take_exchanges(self) -> tuple[Exchange, ...]:
        exchanges = tuple(self._finished)
        self._finished.clear()
        return exchanges
