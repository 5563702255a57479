"""The embedded sandbox as a target: every case gets a separate world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.sandbox import open_sandbox
from concordat.targets.bindings import AUTH, MARK, fill
from concordat.targets.patience import Patience
from concordat.targets.permission import Permission
from concordat.targets.playability import check_playable, live_only, world_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox, World
    from concordat.tap import Scrubber, Written
    from concordat.targets.pacing import Pacing

__all__ = ["SandboxEnvironment", "SandboxTarget"]

SANDBOX_MARK = "Concordat & Co 1"
"""The mark in the sandbox, the same in every run. Its characters need escapes in a URL."""
_MOST_WORLDS = 4096
"""Maximal number of worlds that a target caches."""


class SandboxEnvironment:
    """One sandbox, for one case and one client."""

    real_time = False
    patience = Patience()
    """Never consulted: the virtual clock lets time pass."""
    misfits: tuple[str, ...] = ()

    def __init__(self, case: Case, contract: Contract, world: World) -> None:
        self._sandbox = open_sandbox(contract, world)
        self._bindings = {**self._sandbox.bindings, AUTH: self._sandbox.auth, MARK: SANDBOX_MARK}
        if case.faults:
            self._sandbox.plan([fill(fault, self._bindings) for fault in case.faults])

    @property
    def upstream(self) -> Sandbox:
        """The sandbox, faults included."""
        return self._sandbox

    @property
    def bindings(self) -> Mapping[str, Any]:
        """The world's names, the credential and the mark."""
        return self._bindings

    @property
    def auth(self) -> str:
        """The valid credential of the world."""
        return self._sandbox.auth

    @property
    def failures(self) -> tuple[str, ...]:
        """Nothing: the sandbox answers every request."""
        return ()

    def serve_at(self, url: str) -> None:
        """Set the base URL of planned redirects."""
        self._sandbox.base_url = url

    async def harness(self, request: Request) -> Answer:
        """Return the answer without planned faults, which preparing requests must not trigger."""
        return await self._sandbox.process(request)

    stopped: str | None = None

    async def ready(self) -> None:
        """Do nothing: the sandbox has no limits."""

    def advance(self, seconds: float) -> None:
        """Move the virtual clock."""
        self._sandbox.advance(seconds)

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world between steps."""
        self._sandbox.change(change)

    def state(self) -> dict[str, Any] | None:
        """Return the sandbox's records by collection."""
        return dict(self._sandbox.state())

    def commits(self) -> dict[str, int] | None:
        """Return the number of accepted writes by operation."""
        return self._sandbox.accepted_writes()

    def unknown_writes(self) -> dict[str, int]:
        """Return the number of writes by operation whose scripted answer does not state `accepted`."""
        return self._sandbox.unknown_writes()

    def written(self) -> tuple[Written, ...]:
        """Return no write: the sandbox ends with its case."""
        return ()

    def unfired(self) -> tuple[str, ...]:
        """Return the must-fire faults that did not fire."""
        return self._sandbox.unfired()

    async def close(self) -> None:
        """Drop the sandbox's state."""
        self._sandbox.close()


class SandboxTarget:
    """Creates a new sandbox for every case, and caches the cases' worlds, which all clients share."""

    name = "sandbox"
    mark = ""
    options = ""
    live = False
    scrubber: Scrubber | None = None
    pacing: Pacing | None = None

    def __init__(self) -> None:
        self._worlds: dict[str, tuple[Case, World]] = {}

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Return the reason why the case runs live only, or None."""
        return live_only(case, contract.name)

    def permission_need(self, case: Case, contract: Contract) -> Permission | None:
        """Return READ for a case that the sandbox can run, None for one that runs live only."""
        return Permission.READ if self.refusal(case, contract) is None else None

    async def environment(self, case: Case, contract: Contract) -> SandboxEnvironment:
        """Return a new sandbox for the case."""
        return SandboxEnvironment(case, contract, self.world(case))

    def world(self, case: Case) -> World:
        """Return the world of a case. Raises CatalogueError for a case that the sandbox cannot run."""
        cached = self._worlds.get(case.key)
        if cached is not None and cached[0] is case:
            return cached[1]
        check_playable(case)
        world = world_of(case)
        if len(self._worlds) >= _MOST_WORLDS:
            self._worlds.clear()
        self._worlds[case.key] = (case, world)
        return world

    async def close(self) -> None:
        """Do nothing: the environments share nothing."""
