"""Which checks of a case are its own: a kill counts for the case only through one of them.

What a case writes in `expect`, `save`, `state` and `write-safety` is its own. Where it writes no more of a call than
what the client is to report, the call's arguments speak for it: a path argument is about `request.path`, a query
argument about `request.query`, a body about `request.body`. In the area `requests` the method, path, query and body
of the call's own request always count: they are what the area is about. A case of an evolution rule is about
`decoding`. The checks that every case has (`client.alive`, `request.contract`, `request.unattributed` and their like)
belong to no case but the few of SUBJECTS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.model import Call, Parallel
from concordat.contract import load_contracts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.catalogue.model import Case, OutcomeExpectation, RequestExpectation

__all__ = ["own_checks"]

WIRE = "requests"
"""The area whose cases are about every part of the call's own request."""
_PARTS = ("method", "path", "query", "body")
SUBJECTS = {
    "auth.refused.beyond-latin-1": frozenset({"client.alive"}),
    "auth.elsewhere.proxy-named-by-a-web-request": frozenset({"request.count"}),
    "pagination.walk.no-page-unasked": frozenset({"request.count"}),
    "pagination.walk.read-again": frozenset({"s3:request.count"}),
    "push.accepted.same-body-twice": frozenset({"s2:request.count"}),
    "resilience.client-reused.after-a-failure": frozenset({"s2:request.count"}),
    "resilience.maintenance": frozenset({"s3:request.count"}),
    "resilience.retry-after.absurd": frozenset({"client.alive"}),
}
"""Checks that every case has and that are what these cases are about."""
_WRITTEN = {
    "method": "method",
    "path": "path",
    "query": "query",
    "query_has": "query",
    "headers": "headers",
    "body": "body",
    "body_has": "body",
    "body_text": "body",
}


def own_checks(case: Case) -> frozenset[str]:
    """Return the ids of the checks that the case names, as they stand in a result (`s2:request.query`)."""
    calls = list(_labelled(case))
    found: set[str] = set(SUBJECTS.get(case.id, ()))
    for label, call in calls:
        own = {*_requests(call), *_written(call)}
        if any(fault.evolve is not None for fault in case.faults):
            own |= {"outcome.reported"}
        elif case.area == WIRE:
            own |= _derived(call, _PARTS)
        elif own <= {"outcome.reported"}:
            own |= _derived(call, _passed(call))
        if call.save:
            own.add("outcome.saved")
        found |= {f"{label}:{check}" if len(calls) > 1 else check for check in own}
    found |= {f"state.{collection}" for collection in case.state or {}}
    if case.write_safety is not None:
        found.add("write-safety")
    if any(fault.evolve is not None for fault in case.faults):
        found.add("decoding")
    return frozenset(found)


def _labelled(case: Case) -> Iterator[tuple[str, Call]]:
    """Yield the client's calls with the labels that begin the ids of their checks."""
    for number, step in enumerate(case.steps, 1):
        if isinstance(step, Call):
            if step.via == "client":
                yield step.id or f"s{number}", step
        elif isinstance(step, Parallel):
            for inner, call in enumerate(step.parallel, 1):
                yield call.id or f"s{number}.{inner}", call


def _requests(call: Call) -> Iterator[str]:
    wanted = call.expect.listed
    if call.expect.attempts is not msgspec.UNSET or wanted == [] or len(wanted or ()) > 1:
        yield "request.count"
    for number, request in enumerate(wanted or (), 1):
        prefix = "request" if wanted is not None and len(wanted) == 1 else f"request.{number}"
        yield from (f"{prefix}.{part}" for part in _parts(request))


def _parts(request: RequestExpectation) -> set[str]:
    return {part for field, part in _WRITTEN.items() if getattr(request, field) not in (None, msgspec.UNSET)}


def _written(call: Call) -> Iterator[str]:
    expected: OutcomeExpectation | None = call.expect.outcome
    if call.expect.waits is not msgspec.UNSET:
        yield "request.waits"
    if call.repeat is not None:
        yield "outcome.until"
    if expected is None:
        return
    yield "outcome.reported"
    if expected.payload is not msgspec.UNSET:
        yield "outcome.payload"
    if expected.error is not None:
        if expected.error.status is not msgspec.UNSET:
            yield "outcome.error.status"
        if expected.error.body is not msgspec.UNSET:
            yield "outcome.error.body"


def _derived(call: Call, parts: Iterable[str]) -> set[str]:
    """Return the checks of those parts that the call's own request has, where the case expects such a request."""
    wanted = call.expect.listed
    if wanted is None:
        return {f"request.{part}" for part in parts}
    own = [n for n, request in enumerate(wanted, 1) if request.method is None and request.path is None]
    return {f"request.{part}" if len(wanted) == 1 else f"request.{n}.{part}" for n in own for part in parts}


def _passed(call: Call) -> Iterator[str]:
    """Yield the parts of the request that the call's own arguments make."""
    operation = next(it.operations[call.call] for it in load_contracts().values() if call.call in it.operations)
    for parameter in operation.parameters:
        if parameter.name in call.with_ and parameter.location in _PARTS:
            yield parameter.location
    if "body" in call.with_:
        yield "body"
