"""The embedded sandbox as a target: every case gets a world of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.engine.bindings import fill
from concordat.engine.files import file_of
from concordat.errors import CatalogueError, Location
from concordat.sandbox import Sandbox, parse_world, world_for_needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.sandbox import World
    from concordat.wire.answer import Answer
    from concordat.wire.exchange import Request

__all__ = ["SandboxStage", "SandboxTarget", "world_of"]


def world_of(case: Case) -> World:
    """Return the world a sandbox case starts with.

    Raises CatalogueError, with the case's file and line, for a world the sandbox cannot make.
    """
    try:
        if case.needs is not None:
            return world_for_needs(case.needs)
        return parse_world(None if case.world is None else fill(case.world, {}))
    except CatalogueError as error:
        file = file_of(case)
        where = error.where or (Location(file, case.line) if file else None)
        raise CatalogueError(error.message, where=where, cause=error.cause, hint=error.hint) from error


class SandboxStage:
    """One sandbox, for one case and one client."""

    def __init__(self, case: Case, contract: Contract) -> None:
        world = world_of(case)
        self._sandbox = Sandbox(contract, world)
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
        return self._sandbox.commits()

    def unfired(self) -> tuple[str, ...]:
        """The must-fire faults that did not fire."""
        return self._sandbox.unfired()

    async def close(self) -> None:
        """Drop the sandbox's state."""
        self._sandbox.close()


class SandboxTarget:
    """Makes a fresh sandbox for every case."""

    name = "sandbox"

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Return None: every case can be played in the sandbox."""
        del case, contract
        return None

    async def stage(self, case: Case, contract: Contract) -> SandboxStage:
        """Make the case's own sandbox."""
        return SandboxStage(case, contract)

    async def close(self) -> None:
        """Nothing is shared between stages."""
