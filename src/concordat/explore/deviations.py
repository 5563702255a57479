"""How what a client did differs from what the contract asks for, as symptoms that can be told apart and grouped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.catalogue.model import Told
from concordat.compare.diff import diff
from concordat.explore.views import asked_of, learned_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from concordat.clients.protocol import Outcome
    from concordat.compare.diff import Difference
    from concordat.contract import Contract, Operation
    from concordat.explore.scenario import Scenario
    from concordat.explore.views import Asked, Learned, Wish
    from concordat.http1.exchange import Exchange

__all__ = ["CHECKS", "Seen", "Symptom", "generalised", "names_of", "symptoms_of"]

CHECKS: Final = (
    "call.possible",
    "client.alive",
    "outcome.error.status",
    "outcome.payload",
    "outcome.told",
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


class Symptom(msgspec.Struct, frozen=True):
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


def symptoms_of(seen: Seen, scenario: Scenario, operation: Operation, wish: Wish) -> tuple[Symptom, ...]:
    """Return every difference of one client from the contract; what only follows from another is left out."""
    outcome = seen.outcome
    if outcome is None:
        return (Symptom("client.alive", seen.lost or "silent"),)
    if outcome.ended in _IMPOSSIBLE:
        if outcome.ended == "unsupported" or not scenario.allowed:
            return ()  # nothing promises it
        place = "/" + (outcome.detail or "").replace("/", "~1") if outcome.detail else ""
        return (Symptom("call.possible", outcome.ended, place),)
    learned = learned_of(outcome, scenario)
    asked = _asked(seen, scenario, operation, wish, learned)
    return _learned(outcome, wish, learned) if asked is None else asked


def _asked(
    seen: Seen, scenario: Scenario, operation: Operation, wish: Wish, learned: Learned
) -> tuple[Symptom, ...] | None:
    """Return what is wrong with the requests, None when the answer reached the client as it was meant to."""
    sent, outcome = seen.exchanges, seen.outcome
    if not sent and not scenario.allowed and learned.told is not Told.OK:
        return ()  # refused before it was sent, as it may be
    if len(sent) != 1:
        error = outcome.error if outcome is not None else None
        detail = error.cls if error is not None and not sent else ""
        return (Symptom("request.count", "extra" if sent else "missing", "", detail, 1, len(sent)),)
    return tuple(_request(sent[0], scenario, operation, wish)) or None


def _learned(outcome: Outcome, wish: Wish, learned: Learned) -> tuple[Symptom, ...]:
    if learned.told not in wish.told:
        detail = " ".join([str(learned.told), *([outcome.error.cls] if outcome.error is not None else [])])
        expected = [str(told) for told in wish.told]
        return (Symptom("outcome.told", "changed", "", detail, expected, str(learned.told)),)
    if wish.status is not None and learned.status != wish.status:
        return (Symptom("outcome.error.status", "changed", "", "", wish.status, learned.status),)
    if wish.told == (Told.OK,):
        return tuple(_differences("outcome.payload", diff(wish.payload, learned.payload)))
    return ()


def _request(exchange: Exchange, scenario: Scenario, operation: Operation, wish: Wish) -> list[Symptom]:
    if exchange.request is None:
        return [Symptom("request.contract", "unparsable")]
    asked = asked_of(exchange.request, operation)
    if asked == wish.asked:
        return _contract(exchange) if scenario.allowed else []
    place = _place(asked, wish.asked, operation)
    if place:
        return place
    query = _differences("request.query", diff(wish.asked.query, asked.query))
    return [*query, *_differences("request.body", diff(wish.asked.body, asked.body))]


def _place(asked: Asked, wanted: Asked, operation: Operation) -> list[Symptom]:
    """Return a request for another place; its query and body are those of something else."""
    if asked.method != wanted.method:
        return [Symptom("request.method", "changed", "", "", wanted.method, asked.method)]
    if asked.path == wanted.path:
        return []
    template = operation.path.split("/")[1:]
    if len(asked.path) != len(wanted.path):
        odd = [name for name, value in zip(template, wanted.path, strict=False) if name.startswith("{") and value]
        return [Symptom("request.path", "count", "", "", list(wanted.path), list(asked.path))] if odd else []
    return [
        Symptom("request.path", "changed", "/" + name.strip("{}"), "", want, have)
        for name, want, have in zip(template, wanted.path, asked.path, strict=True)
        if want != have
    ]


def _contract(exchange: Exchange) -> list[Symptom]:
    if exchange.operation is None:
        return [Symptom("request.contract", "unknown", "/path")]
    return [
        Symptom("request.contract", problem.rule, f"/{problem.where}/{problem.pointer.lstrip('/')}".rstrip("/"))
        for problem in exchange.request_problems
    ]


def _differences(check: str, differences: Sequence[Difference]) -> list[Symptom]:
    return [
        Symptom(check, one.kind, one.pointer.removesuffix("/number"), "", one.expected, one.observed)
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
