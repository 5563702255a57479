"""Whether the sandbox can play a case: its world, and the answers that the case has to script.

The sandbox plays the operations of its own contracts. A case of another contract scripts the answers (`faults`), or
has `needs` and runs live.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.errors import CatalogueError
from concordat.sandbox import APIS, implements, parse_world, world_for_needs
from concordat.targets.bindings import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Call, Case, Fault
    from concordat.sandbox import World

__all__ = ["check_playable", "check_scripts", "live_only", "world_of"]


def world_of(case: Case) -> World:
    """Return the world a sandbox case starts with. Raises CatalogueError for a world the sandbox cannot make."""
    if case.needs is not None:
        return world_for_needs(case.needs)
    return parse_world(None if case.world is None else fill(case.world, {}))


def check_playable(case: Case) -> None:
    """Check a case before anything runs: its world, and the answers that it has to script.

    Raises CatalogueError. A case that only a live endpoint can play is not applicable here, and nothing is wrong with
    it.
    """
    if live_only(case) is not None:
        return
    check_scripts(case)
    world_of(case)


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
    """Raise CatalogueError for a request that neither the sandbox nor the script can answer.

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
