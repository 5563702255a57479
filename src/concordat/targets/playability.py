"""Checks whether the sandbox can run a case: its world, and its scripted answers.

The sandbox implements the operations of the built-in contracts. A case of another contract scripts the answers
(`faults`), or has `needs` and runs live.
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
    """Return the first world of a sandbox case. Raises CatalogueError for a world that the sandbox cannot create."""
    if case.needs is not None:
        # only a plug-in knows the words of `needs`; other APIs are scripted, in the default world
        return world_for_needs(case.needs) if APIS.issuperset(case.about) else parse_world(None)
    return parse_world(None if case.world is None else fill(case.world, {}))


def check_playable(case: Case) -> None:
    """Check the world and the scripted answers of a case before the run.

    Raises CatalogueError for a wrong case. A case that runs live only is not applicable, and not wrong.
    """
    if live_only(case) is not None:
        return
    check_scripts(case)
    world_of(case)


def _implements(case: Case, operation: str, api: str | None = None) -> bool:
    """Return whether the sandbox implements an operation in `api`, or else in each contract that the case is about."""
    return all(implements(name, operation) for name in ([api] if api is not None else case.about or APIS))


def live_only(case: Case, api: str | None = None) -> str | None:
    """Return the reason why a case with `needs` cannot run in the sandbox, or None.

    `api` is the contract under which it would run; without one, the sandbox must implement all that the case is about.
    """
    if case.needs is None:
        return None
    foreign = sorted({call.call for call in case.calls() if not _implements(case, call.call, api)})
    if not foreign or (case.faults and _scripted(case)):
        return None
    return f"the sandbox does not implement {', '.join(foreign)}; the case runs against a live target (--target)"


def _scripted(case: Case) -> bool:
    """Return whether the sandbox or a scripted answer answers every expected request."""
    try:
        check_scripts(case)
    except CatalogueError:
        return False
    return True


def check_scripts(case: Case) -> None:
    """Raise CatalogueError for an expected request that neither the sandbox nor a scripted answer can answer.

    A request that the case does not expect needs no answer: it is a fault of the client.
    """
    by_operation: Counter[str] = Counter()
    total = 0
    for call in case.calls():
        if call.via == "harness":
            if not _implements(case, call.call):
                message = f"the sandbox does not implement the preparing call `{call.call}`"
                raise CatalogueError(message, hint="give the case `needs` and run it live")
            continue
        for _ in range(_least_requests(call)):
            total += 1
            by_operation[call.call] += 1
            places = {call.call: by_operation[call.call], None: total}
            if not _implements(case, call.call) and not any(_answers(fault, places) for fault in case.faults):
                which = f"its request {by_operation[call.call]}"
                message = f"the sandbox does not implement `{call.call}`, and the case scripts no answer to {which}"
                hint = f"add `faults: [{{on: {call.call}, respond: ...}}]`, or give the case `needs` and run it live"
                raise CatalogueError(message, hint=hint)
    if case.write_safety is not None and not _implements(case, case.write_safety.of):
        scripts = [fault for fault in case.faults if fault.respond and fault.on in (None, case.write_safety.of)]
        if not scripts or any(fault.respond.accepted is None for fault in scripts if fault.respond):
            message = f"the sandbox does not implement `{case.write_safety.of}`, and cannot count its accepted writes"
            hint = (
                "write `accepted: true` or `accepted: false` in each scripted answer to it, or leave `write-safety` out"
            )
            raise CatalogueError(message, hint=hint)


def _least_requests(call: Call) -> int:
    """Return the least number of requests that the case expects of a call."""
    attempts = call.expect.attempts
    listed = 1 if call.expect.listed is None else len(call.expect.listed)
    return max(listed, attempts) if isinstance(attempts, int) else listed


def _answers(fault: Fault, places: Mapping[str | None, int]) -> bool:
    """Return whether a fault answers a request without the sandbox.

    `places` has the request's number among those of its operation, and among all.
    """
    offset = places.get(fault.on, 0) - fault.at
    if offset < 0 or not (fault.respond or fault.redirect or fault.reset or fault.close):
        return False
    return fault.times == "always" or offset < fault.times
