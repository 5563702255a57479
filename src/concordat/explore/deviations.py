"""How what a client did differs from what the contract asks for, as symptoms that can be told apart and grouped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.catalogue.model import Reported
from concordat.compare.diff import diff
from concordat.explore.views import received_of, sent_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from concordat.clients.protocol import Outcome
    from concordat.compare.diff import Difference
    from concordat.contract import Contract, Operation
    from concordat.explore.scenario import Scenario
    from concordat.explore.views import Expected, Received, Sent
    from concordat.http1.exchange import Exchange

__all__ = ["CHECKS", "Deviation", "Seen", "deviations_of", "generalised", "names_of"]

CHECKS: Final = (
    "call.possible",
    "client.alive",
    "outcome.error.status",
    "outcome.payload",
    "outcome.reported",
    "request.body",
    "request.contract",
    "request.count",
    "request.method",
    "request.path",
    "request.query",
)
"""The checks whose differences an exploration looks for."""

_IMPOSSIBLE: Final = ("unsupported", "unrepresentable")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one client did with a scenario. `outcome` is None when its adapter was lost: `lost` says how."""

    exchanges: tuple[Exchange, ...]
    outcome: Outcome | None
    lost: str | None = None


class Deviation(msgspec.Struct, frozen=True):
    """One difference from the contract.

    `check` and `kind` are words of the catalogue's checks (`request.body`, `missing`); `pointer` leads to the
    difference; `detail` is what the caller was told, or the error's class. `expected` and `observed` are canonical
    JSON.
    """

    check: str
    kind: str
    pointer: str = ""
    detail: str = ""
    expected: Any = None
    observed: Any = None

    def mark(self, names: Collection[str]) -> tuple[str, str, str, str]:
        """Return what is alike in symptoms of one cause, whatever the operation, the position and the keys of maps."""
        return self.check, self.kind, generalised(self.pointer, names), self.detail


def generalised(pointer: str, names: Collection[str]) -> str:
    """Return the last member of a pointer that the contract names, and `*` for each position or key after it."""
    kept: list[str] = []
    for token in reversed(pointer.split("/")[1:]):
        if not token.isdigit() and token in names:
            return "/".join(["", token, *kept])
        kept.append("*")
    return "/".join(["", *kept]) if kept else ""


def deviations_of(seen: Seen, scenario: Scenario, operation: Operation, expected: Expected) -> tuple[Deviation, ...]:
    """Return every difference of one client from the contract; what only follows from another is left out."""
    outcome = seen.outcome
    if outcome is None:
        return (Deviation("client.alive", seen.lost or "silent"),)
    if outcome.ended in _IMPOSSIBLE:
        if outcome.ended == "unsupported" or not scenario.allowed:
            return ()  # nothing promises it
        place = "/" + (outcome.detail or "").replace("/", "~1") if outcome.detail else ""
        return (Deviation("call.possible", outcome.ended, place),)
    received = received_of(outcome, scenario)
    asked = _asked(seen, scenario, operation, expected, received)
    return _learned(outcome, expected, received) if asked is None else asked


def _asked(
    seen: Seen, scenario: Scenario, operation: Operation, expected: Expected, received: Received
) -> tuple[Deviation, ...] | None:
    """Return what is wrong with the requests, None when the answer reached the client as it was meant to."""
    sent, outcome = seen.exchanges, seen.outcome
    if not sent and not scenario.allowed and received.reported is not Reported.OK:
        return ()  # refused before it was sent, as it may be
    if len(sent) != 1:
        error = outcome.error if outcome is not None else None
        detail = error.cls if error is not None and not sent else ""
        return (Deviation("request.count", "extra" if sent else "missing", "", detail, 1, len(sent)),)
    return tuple(_request(sent[0], scenario, operation, expected)) or None


def _learned(outcome: Outcome, expected: Expected, received: Received) -> tuple[Deviation, ...]:
    if received.reported not in expected.reported:
        detail = " ".join([str(received.reported), *([outcome.error.cls] if outcome.error is not None else [])])
        allowed = [str(reported) for reported in expected.reported]
        return (Deviation("outcome.reported", "changed", "", detail, allowed, str(received.reported)),)
    if expected.status is not None and received.status != expected.status:
        return (Deviation("outcome.error.status", "changed", "", "", expected.status, received.status),)
    if expected.reported == (Reported.OK,):
        return tuple(_differences("outcome.payload", diff(expected.payload, received.payload)))
    return ()


def _request(exchange: Exchange, scenario: Scenario, operation: Operation, expected: Expected) -> list[Deviation]:
    if exchange.request is None:
        return [Deviation("request.contract", "unparsable")]
    asked = sent_of(exchange.request, operation)
    if asked == expected.asked:
        return _contract(exchange) if scenario.allowed else []
    place = _place(asked, expected.asked, operation)
    if place:
        return place
    query = _differences("request.query", diff(expected.asked.query, asked.query))
    return [*query, *_differences("request.body", diff(expected.asked.body, asked.body))]


def _place(asked: Sent, wanted: Sent, operation: Operation) -> list[Deviation]:
    """Return a request for another place; its query and body are those of something else."""
    if asked.method != wanted.method:
        return [Deviation("request.method", "changed", "", "", wanted.method, asked.method)]
    if asked.path == wanted.path:
        return []
    template = operation.path.split("/")[1:]
    if len(asked.path) != len(wanted.path):
        odd = [name for name, value in zip(template, wanted.path, strict=False) if name.startswith("{") and value]
        return [Deviation("request.path", "count", "", "", list(wanted.path), list(asked.path))] if odd else []
    return [
        Deviation("request.path", "changed", "/" + name.strip("{}"), "", want, have)
        for name, want, have in zip(template, wanted.path, asked.path, strict=True)
        if want != have
    ]


def _contract(exchange: Exchange) -> list[Deviation]:
    if exchange.operation is None:
        return [Deviation("request.contract", "unknown", "/path")]
    return [
        Deviation("request.contract", problem.rule, f"/{problem.where}/{problem.pointer.lstrip('/')}".rstrip("/"))
        for problem in exchange.request_problems
    ]


def _differences(check: str, differences: Sequence[Difference]) -> list[Deviation]:
    return [
        Deviation(check, one.kind, one.pointer.removesuffix("/number"), "", one.expected, one.observed)
        for one in differences
    ]


def names_of(contract: Contract) -> frozenset[str]:
    """Return every name of a member or parameter in the contract."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.update(value.get("properties", {}) if isinstance(value.get("properties"), dict) else ())
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(contract.document)
    found.update(parameter.name for one in contract.operations.values() for parameter in one.parameters)
    return frozenset(found)
