"""The embedded sandbox as a target: every case gets a world of its own.

The sandbox plays the operations of its own contracts. A case of another contract scripts the answers (`faults`), or
has `needs` and runs live.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from concordat.catalogue.case_locations import file_of
from concordat.errors import CatalogueError, Location
from concordat.sandbox import APIS, implements, open_sandbox, parse_world, world_for_needs
from concordat.targets.bindings import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.catalogue.model import Call, Case, Fault
    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox, World

__all__ = ["SandboxEnvironment", "SandboxTarget", "check_playable", "check_scripts", "live_only", "world_of"]


_MOST_WORLDS = 4096
_worlds: dict[int, tuple[Case, World]] = {}
"""By the identity of the case, which is kept beside its world so that it stays the same one."""


def world_of(case: Case) -> World:
    """Return the world a sandbox case starts with.

    Raises CatalogueError, with the case's file and line, for a world the sandbox cannot make.
    """
    with _located(case):
        if case.needs is not None:
            return world_for_needs(case.needs)
        return parse_world(None if case.world is None else fill(case.world, {}))


def check_playable(case: Case) -> None:
    """Find what is wrong with a case before anything runs: its world, and the answers that it has to script.

    Raises CatalogueError, with the case's file and line. A case that only a live endpoint can play is not applicable
    here, and nothing is wrong with it.
    """
    if live_only(case) is not None:
        return
    with _located(case):
        check_scripts(case)
    world_of(case)


def _playable_world(case: Case) -> World:
    """Return the world of a case that can be played here, seen to once for all of its clients."""
    kept = _worlds.get(id(case))
    if kept is not None:
        return kept[1]
    check_playable(case)
    world = world_of(case)
    if len(_worlds) >= _MOST_WORLDS:
        _worlds.clear()
    _worlds[id(case)] = (case, world)
    return world


def _implements(case: Case, operation: str, api: str | None = None) -> bool:
    """Whether the sandbox plays an operation in each contract that the case is about, or in the one that is given."""
    return all(implements(name, operation) for name in ([api] if api is not None else case.about or APIS))


def live_only(case: Case, api: str | None = None) -> str | None:
    """Return why a case with `needs` cannot be played here: nobody here has what it needs. None for any other.

    `api` is the contract that it is to be played by; without one it is to be playable by all that the case is about.
    """
    if case.needs is None:
        return None
    foreign = sorted({call.call for call in case.calls() if not _implements(case, call.call, api)})
    if not foreign:
        return None
    return f"the sandbox does not play {', '.join(foreign)}; the case runs against a live target (--target)"


def check_scripts(case: Case) -> None:
    """Raise CatalogueError, without a location, for a request that neither the sandbox nor the script can answer.

    Counted are the requests that the case expects: one that is sent besides is the client's own fault.
    """
    seen: Counter[str] = Counter()
    everything = 0
    for call in case.calls():
        if call.via == "harness":
            if not _implements(case, call.call):
                message = f"the sandbox does not play `{call.call}`, with which the case prepares something"
                raise CatalogueError(message, hint="give the case `needs` and run it live")
            continue
        for _ in range(_expected(call)):
            everything += 1
            seen[call.call] += 1
            places = {call.call: seen[call.call], None: everything}
            if not _implements(case, call.call) and not any(_answers(fault, places) for fault in case.faults):
                which = f"its request {seen[call.call]}"
                message = f"the sandbox does not play `{call.call}`, and the case scripts no answer to {which}"
                hint = f"add `faults: [{{on: {call.call}, respond: ...}}]`, or give the case `needs` and run it live"
                raise CatalogueError(message, hint=hint)
    if case.write_safety is not None and not _implements(case, case.write_safety.of):
        scripts = [fault for fault in case.faults if fault.respond and fault.on in (None, case.write_safety.of)]
        if not scripts or any(fault.respond.accepted is None for fault in scripts if fault.respond):
            message = f"the sandbox does not play `{case.write_safety.of}`, and cannot count its accepted writes"
            hint = (
                "say `accepted: true` or `accepted: false` in each scripted answer to it, or leave `write-safety` out"
            )
            raise CatalogueError(message, hint=hint)


def _expected(call: Call) -> int:
    """How many requests the case expects of a call, at least."""
    attempts = call.expect.attempts
    listed = 1 if call.expect.listed is None else len(call.expect.listed)
    return max(listed, attempts) if isinstance(attempts, int) else listed


def _answers(fault: Fault, places: Mapping[str | None, int]) -> bool:
    """Whether a fault answers the request, which is at these places of its operation and of all, all by itself."""
    behind = places.get(fault.on, 0) - fault.at
    if behind < 0 or not (fault.respond or fault.redirect or fault.reset or fault.close):
        return False
    return fault.times == "always" or behind < fault.times


@contextlib.contextmanager
def _located(case: Case) -> Iterator[None]:
    """Give an error in the block the place of the case."""
    try:
        yield
    except CatalogueError as error:
        file = file_of(case)
        where = error.where or (Location(file, case.line) if file else None)
        raise CatalogueError(error.message, where=where, cause=error.cause, hint=error.hint) from error


class SandboxEnvironment:
    """One sandbox, for one case and one client."""

    def __init__(self, case: Case, contract: Contract) -> None:
        self._sandbox = open_sandbox(contract, _playable_world(case))
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
    """Makes a fresh sandbox for every case."""

    name = "sandbox"

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Why only a live endpoint can play the case, or None."""
        return live_only(case, contract.name)

    async def environment(self, case: Case, contract: Contract) -> SandboxEnvironment:
        """Make the case's own sandbox."""
        return SandboxEnvironment(case, contract)

    async def close(self) -> None:
        """Nothing is shared between environments."""
