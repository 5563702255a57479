"""A party to the exploration: one client on its warm adapter, a port of its own, and answers that are scripted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from concordat.clients import AdapterProcess
from concordat.clients.codec import encode
from concordat.errors import AdapterDied, AdapterError, AdapterSilent, ClientUnavailable
from concordat.explore.deviations import Seen
from concordat.http1.answer import Answer
from concordat.http1.listener import Listener
from concordat.tap import Recorder

if TYPE_CHECKING:
    from concordat.clients import Installed, Manifest
    from concordat.contract import Contract
    from concordat.explore.scenario import Scenario
    from concordat.http1.answer import Upstream
    from concordat.http1.exchange import Exchange, Request

__all__ = ["AUTH", "ExplorationClient"]

AUTH: Final = "Basic ZXhwbG9yZQ=="
CALL_DEADLINE: Final = 10.0
"""Seconds that one call may take: its answer is there at once."""
_SETTLED: Final = 0.5
"""Seconds until the end of an exchange is known; as a rule it is, before the caller hears of it."""


class _Script:
    """The same answer to every request, or that of a server which knows better."""

    def __init__(self, behind: Upstream | None) -> None:
        self.given = Answer(404)
        self.asked = 0
        self._behind = behind

    async def answer(self, request: Request) -> Answer:
        """Answer, whatever was asked."""
        self.asked += 1
        return self.given if self._behind is None else await self._behind.answer(request)


class ExplorationClient:
    """One client. `start` once, `play` for each scenario, `stop` once.

    The SDK's client stays open from scenario to scenario, as a caller's does; `refresh` makes a new one. `strays`
    counts requests that arrived between two calls. With `upstream` that is asked, and no answer is scripted.
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
        """What the client has of the contract."""
        self.strays = 0
        self._contract = contract
        self._script = _Script(upstream)
        self._arrived: list[Exchange] = []
        self._recorder = Recorder(contract, on_finished=self._arrived.append, keep=False)
        self._listener = Listener(self._script, self._recorder)
        self._open = False

    async def start(self) -> None:
        """Start the adapter and listen. Raises ClientUnavailable when the adapter does not start."""
        try:
            await self.process.start(self.installed)
        except AdapterError as error:
            raise ClientUnavailable(str(error)) from error
        await self._listener.start()

    async def stop(self) -> None:
        """End the adapter, and stop listening."""
        await self.process.shutdown()
        await self._listener.close()

    async def refresh(self) -> None:
        """Let the next call have an SDK client that knows of no call before."""
        if self._open and self.process.alive:
            self._open = False
            await self.process.close()

    async def run(self, scenario: Scenario, answer: Answer) -> Seen:
        """Make the call, answer every request of it with `answer`, and return what was seen.

        Raises AdapterError when the adapter itself failed, which says nothing of the SDK.
        """
        self.strays += len(self._arrived)
        self._arrived.clear()
        self._script.given, self._script.asked = answer, 0
        try:
            if not self._open or not self.process.alive:
                await self._reopen()
            arguments = {name: encode(value) for name, value in scenario.arguments.items()}
            outcome = await self.process.call(scenario.operation, arguments, deadline=CALL_DEADLINE)
        except (AdapterDied, AdapterSilent) as error:
            self._open = False
            self._listener.release()
            return Seen(self._taken(), None, "died" if isinstance(error, AdapterDied) else "silent")
        if len(self._arrived) < self._script.asked:
            await self._settle()
        return Seen(self._taken(), outcome)

    async def _reopen(self) -> None:
        if not self.process.alive:
            await self.process.restart()
        refused = await self.process.open(server_url=self._listener.url, auth=AUTH)
        if refused is not None:
            message = f"{self.label} cannot be built: {refused.detail or refused.error}"
            raise ClientUnavailable(message)
        self._open = True

    async def _settle(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _SETTLED
        # the listener tells of an exchange once it has ended, which is no event of ours
        while len(self._arrived) < self._script.asked and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def _taken(self) -> tuple[Exchange, ...]:
        taken = tuple(self._arrived)
        self._arrived.clear()
        return taken
