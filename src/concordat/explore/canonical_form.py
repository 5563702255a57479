"""The canonical form of a call: the sent request, the received outcome, and the expected form of both.

All three are plain JSON and compare member by member; docs/exploring.md has the rules. Unlike `compare.canonical`,
which keeps a number as it was written, this form compares numbers and instants by value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.catalogue.model import Reported
from concordat.checks.expected_request import as_text, derived
from concordat.checks.outcomes import REFUSAL, reported_of, shown_status
from concordat.compare.canonical import read_json
from concordat.compare.decimals import number_text
from concordat.compare.instants import instant_text
from concordat.compare.tagged import Tag, read_tags
from concordat.compare.values import clean, kind_of
from concordat.sandbox.core.fault_answers import scripted_answer
from concordat.values import array_index, split_pointer

if TYPE_CHECKING:
    from concordat.clients.protocol import Outcome
    from concordat.contract import Operation
    from concordat.explore.scenario import Scenario
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request

__all__ = ["Expected", "Received", "Sent", "canonical", "expected_of", "received_of", "sent_of"]

_SUCCESS: Final = range(200, 300)
_JSON: Final = "application/json"


class Sent(msgspec.Struct, frozen=True):
    """One request: decoded path segments, query parameters by name without defaults, and the body's canonical JSON."""

    method: str
    path: tuple[str, ...]
    query: dict[str, Any]
    body: Any


class Received(msgspec.Struct, frozen=True):
    """What the caller received. `status` belongs to a failure, `payload` to a success."""

    reported: Reported
    status: int | None
    payload: Any


@dataclass(frozen=True, slots=True)
class Expected:
    """What the contract expects of every client in a scenario.

    `reported` lists the allowed reports. `status` is the status of a refusal, None where the contract requires none.
    """

    request: Sent
    reported: tuple[Reported, ...]
    status: int | None
    payload: Any
    answer: Answer


def sent_of(request: Request, operation: Operation) -> Sent:
    """Return the canonical form of a request that a client sent."""
    try:
        body = canonical(read_json(request.body), nulls=True) if request.body else None
    except ValueError:
        body = {"sha256": hashlib.sha256(request.body).hexdigest()}
    return Sent(request.method, request.segments, _query(request.query, operation), body)


def received_of(outcome: Outcome, scenario: Scenario) -> Received:
    """Return the canonical form of an outcome, without the members that the scenario adds to the contract."""
    reported = reported_of(outcome)
    payload = None
    if reported is Reported.OK and outcome.payload is not msgspec.UNSET:
        payload = _without_added(canonical(read_tags(outcome.payload), nulls=False), scenario)
    return Received(reported, None if reported is Reported.OK else shown_status(outcome), payload)


def expected_of(scenario: Scenario, operation: Operation) -> Expected:
    """Return the form that the contract expects in a scenario.

    `checks.expected_request.derived` gives the request. A success with the promised JSON object is reported ok with all
    of its members; a success with another body is reported failed or unknown. A status from 400 on is reported failed,
    with the status.
    """
    wanted = derived(operation, scenario.arguments)
    query = [(name, as_text(value)) for name, value in (wanted.query or {}).items()]
    body = None if wanted.body is msgspec.UNSET else canonical(wanted.body, nulls=True)
    request = Sent(wanted.method or "", tuple(wanted.path or ()), _query(query, operation), body)
    answer = scripted_answer(scenario.answer)
    status = answer.status
    if status in _SUCCESS:
        payload, promised = _promised(scenario, operation, answer)
        reported = (Reported.OK,) if promised else (Reported.FAILED, Reported.UNKNOWN)
        return Expected(request, reported, None, payload, answer)
    if status < REFUSAL:
        return Expected(request, (Reported.FAILED, Reported.UNKNOWN), None, None, answer)
    return Expected(request, (Reported.FAILED,), status, None, answer)


def _promised(scenario: Scenario, operation: Operation, answer: Answer) -> tuple[Any, bool]:
    """Return the payload of a success, and whether the operation promises it."""
    media = next((media for spec in _successes(operation) for media in spec), None)
    if media is None:
        return None, True
    if media != _JSON:
        return {"sha256": hashlib.sha256(answer.body).hexdigest()}, True
    if not isinstance(scenario.answer.json, Mapping):
        return None, False
    return _without_added(canonical(read_json(answer.body), nulls=False), scenario), True


def _successes(operation: Operation) -> list[tuple[str, ...]]:
    return [tuple(spec.content) for status, spec in operation.responses.items() if status.startswith("2")]


def _query(pairs: Any, operation: Operation) -> dict[str, Any]:
    """Return the parameters by name, without those at the contract's default. A repeated one has a list."""
    defaults = {one.name: as_text(one.default) for one in operation.parameters if one.default is not None}
    found: dict[str, Any] = {}
    for name, value in sorted(pairs, key=lambda pair: pair[0]):
        if defaults.get(name) == value:
            continue
        text = _text(value)
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), text]
        else:
            found[name] = text
    return found


def canonical(value: Any, *, nulls: bool) -> Any:
    """Return a value as plain JSON: numbers by value, instants in one spelling, bytes by digest.

    Without `nulls`, the result has no members that are null or unset.
    """
    kind = kind_of(value)
    if kind == "object":
        members = {clean(key): canonical(item, nulls=nulls) for key, item in value.items()}
        return members if nulls else {key: item for key, item in members.items() if item is not None}
    if kind == "array":
        return [canonical(item, nulls=nulls) for item in value]
    if kind == "number":
        return {"number": number_text(value)}
    return _text(value) if kind == "string" else _other(value, nulls=nulls)


def _other(value: Any, *, nulls: bool) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    if isinstance(value, Tag):
        return None if value.name in ("object", "undefined") and not nulls else {f"${value.name}": value.value}
    return value


def _text(text: str) -> str:
    return instant_text(text) or clean(text)


def _without_added(payload: Any, scenario: Scenario) -> Any:
    for pointer in scenario.added:
        payload = _without(payload, split_pointer(pointer))
    return payload


def _without(value: Any, keys: list[str]) -> Any:
    if not keys:
        return value
    head, rest = keys[0], keys[1:]
    if isinstance(value, dict) and head in value:
        if not rest:
            return {key: item for key, item in value.items() if key != head}
        return {**value, head: _without(value[head], rest)}
    if isinstance(value, list):
        chosen = array_index(head)
        return [_without(item, rest) if index == chosen else item for index, item in enumerate(value)]
    return value
