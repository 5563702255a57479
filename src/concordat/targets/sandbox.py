"""The embedded sandbox as a target: every case gets a world of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.sandbox import open_sandbox
from concordat.targets.bindings import fill
from concordat.targets.playability import check_playable, live_only, world_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox, World
    from concordat.tap import Scrubber

__all__ = ["SandboxEnvironment", "SandboxTarget"]

_MOST_WORLDS = 4096
"""Worlds that a target keeps at most."""


class SandboxEnvironment:
    """One sandbox, for one case and one client."""

    def __init__(self, case: Case, contract: Contract, world: World) -> None:
        self._sandbox = open_sandbox(contract, world)
        if case.faults:
            self._sandbox.plan([fill(fault, self._sandbox.bindings) for fault in case.faults])

    @property
    def upstream(self) -> Sandbox:
        """The sandbox, faults included."""
        return self._sandbox

    @property
    def bindings(self) -> Mapping[str, Any]:
        """The world's names."""
        return self._sandbox.bindings

    @property
    def auth(self) -> str:
        """The credential that the world takes."""
        return self._sandbox.auth

    @property
    def failures(self) -> tuple[str, ...]:
        """None: the sandbox answers everything."""
        return ()

    def serve_at(self, url: str) -> None:
        """Let planned redirects name the case's own URL."""
        self._sandbox.base_url = url

    async def harness(self, request: Request) -> Answer:
        """Answer without the planned faults, so that preparation does not set them off."""
        return await self._sandbox.process(request)

    def advance(self, seconds: float) -> None:
        """Move the virtual clock."""
        self._sandbox.advance(seconds)

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world between steps."""
        self._sandbox.change(change)

    def state(self) -> dict[str, Any] | None:
        """What the sandbox holds, by collection."""
        return dict(self._sandbox.state())

    def commits(self) -> dict[str, int] | None:
        """The accepted writes by operation."""
        return self._sandbox.accepted_writes()

    def unknown_writes(self) -> dict[str, int]:
        """The writes of which the script does not say whether they were accepted, by operation."""
        return self._sandbox.unknown_writes()

    def unfired(self) -> tuple[str, ...]:
        """The must-fire faults that did not fire."""
        return self._sandbox.unfired()

    async def close(self) -> None:
        """Drop the sandbox's state."""
        self._sandbox.close()


class SandboxTarget:
    """Makes a fresh sandbox for every case, and keeps the cases' worlds, which all clients share."""

    name = "sandbox"
    scrubber: Scrubber | None = None

    def __init__(self) -> None:
        self._worlds: dict[str, tuple[Case, World]] = {}

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Why only a live endpoint can play the case, or None."""
        return live_only(case, contract.name)

    async def environment(self, case: Case, contract: Contract) -> SandboxEnvironment:
        """Make the case's own sandbox."""
        return SandboxEnvironment(case, contract, self.world(case))

    def world(self, case: Case) -> World:
        """Return the world of a case. Raises CatalogueError for a case that cannot be played here."""
        kept = self._worlds.get(case.key)
        if kept is not None and kept[0] is case:
            return kept[1]
        check_playable(case)
        world = world_of(case)
        if len(self._worlds) >= _MOST_WORLDS:
            self._worlds.clear()
        self._worlds[case.key] = (case, world)
        return world

    async def close(self) -> None:
        """Nothing is shared between environments."""
