"""Deviations: the differences of a client in a scenario from the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from concordat.catalogue.model import Reported
from concordat.compare.diff import diff
from concordat.explore.canonical_form import received_of, sent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract, Operation
    from concordat.explore.canonical_form import Expected, Received, Sent
    from concordat.explore.scenario import Scenario
    from concordat.http1.exchange import Exchange
    from concordat.values import Json

__all__ = [
    "CHECKS",
    "Deviation",
    "Fingerprint",
    "ScenarioTrace",
    "deviations_of",
    "names_of",
    "pointer_pattern",
    "sentence",
]

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
_MAX_SHOWN: Final = 60
_PARTS: Final = {"request.query": "query", "request.body": "body", "outcome.payload": "payload"}


@dataclass(frozen=True, slots=True)
class ScenarioTrace:
    """The exchanges and the outcome of one client in a scenario.

    `outcome` is None when the adapter was lost; `lost` is then `died` or `silent`.
    """

    exchanges: tuple[Exchange, ...]
    outcome: Outcome | None
    lost: str | None = None


class Fingerprint(NamedTuple):
    """What deviations of one cause share. `pointer` is a `pointer_pattern`; `detail` is as in `Deviation`."""

    check: str
    kind: str
    pointer: str
    detail: str


class Deviation(msgspec.Struct, frozen=True):
    """One difference from the contract.

    `check` and `kind` are words of the catalogue's checks (`request.body`, `missing`). `pointer` leads to the
    difference. `detail` is the report with the class of the error, or that class alone. `expected` and `observed` are
    canonical JSON.
    """

    check: str
    kind: str
    pointer: str = ""
    detail: str = ""
    expected: Any = None
    observed: Any = None

    def fingerprint(self, names: Collection[str]) -> Fingerprint:
        """Return the fingerprint, which ignores positions, keys of maps and the members above the last named one."""
        return Fingerprint(self.check, self.kind, pointer_pattern(self.pointer, names), self.detail)


def pointer_pattern(pointer: str, names: Collection[str]) -> str:
    """Return the last token of a pointer that is in `names`, followed by `*` for each token after it."""
    kept: list[str] = []
    for token in reversed(pointer.split("/")[1:]):
        if not token.isdigit() and token in names:
            return "/".join(["", token, *kept])
        kept.append("*")
    return "/".join(["", *kept]) if kept else ""


def deviations_of(
    trace: ScenarioTrace, scenario: Scenario, operation: Operation, expected: Expected
) -> tuple[Deviation, ...]:
    """Return the differences of one client from the contract, without those that follow from another one."""
    outcome = trace.outcome
    if outcome is None:
        return (Deviation("client.alive", trace.lost or "silent"),)
    if outcome.ended in _IMPOSSIBLE:
        if outcome.ended == "unsupported" or not scenario.allowed:
            return ()  # no source promises that the call is possible
        place = "/" + (outcome.detail or "").replace("/", "~1") if outcome.detail else ""
        return (Deviation("call.possible", outcome.ended, place),)
    received = received_of(outcome, scenario)
    if not trace.exchanges and not scenario.allowed and received.reported is not Reported.OK:
        return ()  # a client may refuse invalid arguments before it sends a request
    return _request_deviations(trace, outcome, scenario, operation, expected) or _outcome_deviations(
        outcome, expected, received
    )


def _request_deviations(
    trace: ScenarioTrace, outcome: Outcome, scenario: Scenario, operation: Operation, expected: Expected
) -> tuple[Deviation, ...]:
    sent = trace.exchanges
    if len(sent) != 1:
        detail = outcome.error.cls if outcome.error is not None and not sent else ""
        return (Deviation("request.count", "extra" if sent else "missing", "", detail, 1, len(sent)),)
    exchange = sent[0]
    if exchange.request is None:
        return (Deviation("request.contract", "unparsable"),)
    request = sent_of(exchange.request, operation)
    if request == expected.request:
        return _contract_deviations(exchange) if scenario.allowed else ()
    target = _target_deviations(request, expected.request, operation)
    if target:
        return target  # the query and the body are those of another resource
    return (
        *_differences("request.query", expected.request.query, request.query),
        *_differences("request.body", expected.request.body, request.body),
    )


def _outcome_deviations(outcome: Outcome, expected: Expected, received: Received) -> tuple[Deviation, ...]:
    if received.reported not in expected.reported:
        detail = " ".join([str(received.reported), *([outcome.error.cls] if outcome.error is not None else [])])
        allowed = [str(reported) for reported in expected.reported]
        return (Deviation("outcome.reported", "changed", "", detail, allowed, str(received.reported)),)
    if expected.status is not None and received.status != expected.status:
        return (Deviation("outcome.error.status", "changed", "", "", expected.status, received.status),)
    if expected.reported == (Reported.OK,):
        return _differences("outcome.payload", expected.payload, received.payload)
    return ()


def _target_deviations(sent: Sent, expected: Sent, operation: Operation) -> tuple[Deviation, ...]:
    """Return the differences of the method, or of the path."""
    if sent.method != expected.method:
        return (Deviation("request.method", "changed", "", "", expected.method, sent.method),)
    if sent.path == expected.path:
        return ()
    template = operation.path.split("/")[1:]
    if len(sent.path) != len(expected.path):
        filled = any(name.startswith("{") and value for name, value in zip(template, expected.path, strict=False))
        return (Deviation("request.path", "count", "", "", list(expected.path), list(sent.path)),) if filled else ()
    return tuple(
        [
            Deviation("request.path", "changed", "/" + name.strip("{}"), "", want, have)
            for name, want, have in zip(template, expected.path, sent.path, strict=True)
            if want != have
        ]
    )


def _contract_deviations(exchange: Exchange) -> tuple[Deviation, ...]:
    if exchange.operation is None:
        return (Deviation("request.contract", "unknown", "/path"),)
    return tuple(
        [
            Deviation("request.contract", problem.rule, f"/{problem.where}/{problem.pointer.lstrip('/')}".rstrip("/"))
            for problem in exchange.request_problems
        ]
    )


def _differences(check: str, expected: Json, observed: Json) -> tuple[Deviation, ...]:
    return tuple(
        [
            Deviation(check, one.kind, one.pointer.removesuffix("/number"), "", one.expected, one.observed)
            for one in diff(expected, observed)
        ]
    )


def names_of(contract: Contract) -> frozenset[str]:
    """Return the names of all members and parameters in the contract."""
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


def sentence(deviation: Deviation) -> str:
    """Return a clause that describes what the client did."""
    describe = _TEXTS.get(deviation.check)
    if describe is not None:
        return describe(deviation)
    place, want, have = deviation.pointer or "/", _shown(deviation.expected), _shown(deviation.observed)
    part = _PARTS.get(deviation.check, deviation.check)
    if deviation.kind == "missing":
        return f"{want} is missing from the {part} at {place}"
    if deviation.kind == "extra":
        return f"{have} was added to the {part} at {place}"
    if deviation.kind == "count":
        return f"the {part} has {have} items in place of {want} at {place}"
    return f"the {part} has {have} in place of {want} at {place}"


def _alive_text(deviation: Deviation) -> str:
    return "its process ended in the call" if deviation.kind == "died" else "it never answered"


def _count_text(deviation: Deviation) -> str:
    if deviation.kind != "missing":
        return f"{_shown(deviation.observed)} requests were sent"
    return "nothing was sent" + (f" ({deviation.detail})" if deviation.detail else "")


def _path_text(deviation: Deviation) -> str:
    place = f" at {deviation.pointer}" if deviation.pointer else ""
    return f"the path has {_shown(deviation.observed)} in place of {_shown(deviation.expected)}{place}"


def _reported_text(deviation: Deviation) -> str:
    detail = deviation.detail.partition(" ")[2]
    return f"the client reported {deviation.observed}" + (f" ({detail})" if detail else "")


_TEXTS: Final[dict[str, Callable[[Deviation], str]]] = {
    "client.alive": _alive_text,
    "call.possible": lambda deviation: f"it has no place for {deviation.pointer.lstrip('/')}",
    "request.count": _count_text,
    "request.contract": lambda deviation: f"the request breaks the contract at {deviation.pointer} ({deviation.kind})",
    "request.method": lambda deviation: f"{deviation.observed} was sent in place of {deviation.expected}",
    "request.path": _path_text,
    "outcome.reported": _reported_text,
    "outcome.error.status": lambda deviation: f"the caller was shown the status {_shown(deviation.observed)}",
}


def _shown(value: Any) -> str:
    """Return canonical JSON as readable text, cut where it is long."""
    if isinstance(value, dict) and set(value) == {"number"}:
        return str(value["number"])
    text = msgspec.json.encode(value).decode("utf-8", "replace")
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."
