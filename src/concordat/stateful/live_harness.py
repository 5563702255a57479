"""The harness of a live run: one warm adapter, a tap for each example, and a port for the harness's own reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import requests

from concordat.catalogue.model import Case
from concordat.contract_tests.semantic.reader import Served
from concordat.errors import AdapterError, AdapterSilent
from concordat.http1.listener import Listener
from concordat.stateful.harness import HarnessTrace
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from concordat.clients.protocol import Outcome
    from concordat.stateful.harness import ModelHarness
    from concordat.targets.live import LiveTarget
    from concordat.targets.live_case import LiveEnvironment

__all__ = ["LiveHarness", "LiveRun"]

_CALL_TIMEOUT = 150.0
"""Timeout of one call in seconds: the forwarder answers within 60, after the delay of its pace."""
_STEP_TIMEOUT = 180.0


class LiveHarness:
    """One client on one live endpoint. All requests, the harness's own included, keep one pace."""

    def __init__(self, harness: ModelHarness, target: LiveTarget, *, url: str) -> None:
        self.harness = harness
        self.contract = harness.contract
        case = Case(id="stateful.live", title="", why="", source=[f"contract:{self.contract.name}"], steps=[], needs={})
        self._environment: LiveEnvironment = harness.wait(target.environment(case, self.contract))
        self.bindings: Mapping[str, Any] = self._environment.bindings
        self.auth = self._environment.auth
        self.upstream = self._environment.upstream
        self._listener: Listener = harness.wait(Listener(self.upstream).start())
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = self.auth
        self.served = Served(self._session, self._listener.url, urlsplit(url).path.rstrip("/"))

    def begin(self) -> LiveRun:
        """Begin an example. Raises AdapterError when the adapter cannot build the client."""
        return LiveRun(self, self.harness.wait(self._begin()))

    async def _begin(self) -> CaseTap:
        tap = await CaseTap.start(self.upstream, self.contract)
        try:
            await self.harness.build_client(tap.url, self.auth)
        except AdapterError:
            await tap.close()
            raise
        return tap

    def __enter__(self) -> Self:
        """Return the harness."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections to the endpoint. The adapter stays."""
        self._session.close()
        self.harness.wait(self._listener.close())
        self.harness.wait(self._environment.close())


class LiveRun:
    """The tap of one example, with a client built on it. `close` ends the example, not the adapter."""

    def __init__(self, live: LiveHarness, tap: CaseTap) -> None:
        self._live = live
        self._tap = tap

    def call(self, operation: str, arguments: Mapping[str, Any]) -> HarnessTrace:
        """Call an operation. Raises the first failure of the tap."""
        return self._live.harness.wait(self._call(operation, arguments), _STEP_TIMEOUT)

    async def _call(self, operation: str, arguments: Mapping[str, Any]) -> HarnessTrace:
        mark = self._tap.mark()
        outcome: Outcome | None = None
        lost: Literal["silent", "died"] | None = None
        try:
            outcome = await self._live.harness.adapter.call(operation, arguments, deadline=_CALL_TIMEOUT)
        except AdapterError as error:
            self._tap.release()
            lost = "silent" if isinstance(error, AdapterSilent) else "died"
        if self._tap.failures:
            raise self._tap.failures[0]
        return HarnessTrace(outcome, self._tap.since(mark), lost)

    def close(self) -> None:
        """End the example."""
        self._live.harness.wait(self._close())

    async def _close(self) -> None:
        if self._live.harness.adapter.alive:
            await self._live.harness.adapter.close()
        await self._tap.close()
