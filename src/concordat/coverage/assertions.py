"""The contract elements that one case asserts, by the rules that judge the case.

A case asserts an element when a client that loses it fails the case: the expected request, derived or written, contains
it, the expected outcome requires it, or the sandbox's state shows the value that was passed under its name. A case
touches an element that it sends or scripts without a comparison. An expectation that null or absence also meets asserts
nothing, and neither does a case without a source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Call, Reported
from concordat.checks.expected_request import derived, from_case
from concordat.compare.canonical import read_json
from concordat.contract.evolution.rules import EVERY_FIELD
from concordat.coverage.required_paths import needed, needs_something
from concordat.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue.model import Case
    from concordat.checks.expected_request import ExpectedRequest
    from concordat.contract import Contract, Operation
    from concordat.contract.fields import Fields

__all__ = ["Assertion", "Shape", "assertions"]

_PARAMETER = re.compile(r"\{([^}]+)\}")


class Shape(NamedTuple):
    """The assertable elements of one operation: the fields of its body and of a success, and its success statuses."""

    body: Fields | None
    response: Fields | None
    successes: tuple[int, ...]


class Assertion(NamedTuple):
    """One element of one operation that a case asserts or touches.

    `kind` is `path`, `query`, `header`, `body`, `response` or `status`; `path` is an argument's name, a property path
    or a status.
    """

    operation: str
    kind: str
    path: str
    asserted: bool
    written: bool = False
    """Whether the case names it, instead of deriving it from the contract and the arguments."""


def assertions(case: Case, contract: Contract, shapes: Mapping[str, Shape]) -> Iterator[Assertion]:
    """Yield every element that the case asserts or touches. The contract must have all operations of the case.

    `shapes` are by operation name. An element may come several times.
    """
    bound = not all(source.startswith("undefined:") for source in case.source)
    for call in case.calls():
        judged = bound and call.via == "client"
        operation, shape = contract.operations[call.call], shapes[call.call]
        own = derived(operation, call.with_)
        expected, written = _requests(call, own, operation, shape) if judged else (set(), set())
        if judged:
            expected.update(_whole_answer(call, case, shape))
            written.update(
                _payload(call, shape), _saved(call, shape), _statuses(call, case, contract, operation, shape)
            )
            written.update(_stored(case, own, shape))
        for kind, path in expected | written:
            yield Assertion(call.call, kind, path, asserted=True, written=(kind, path) in written)
        touched = {*_required(own, operation, shape), *_scripted(call, case, contract, operation)}
        for kind, path in touched - expected - written:
            yield Assertion(call.call, kind, path, asserted=False)


_Place = tuple[str, str]


def _requests(call: Call, own: ExpectedRequest, operation: Operation, shape: Shape) -> tuple[set[_Place], set[_Place]]:
    """Return the elements that the expected requests require, and those of them that the case writes."""
    attempts = call.expect.attempts
    if attempts is not msgspec.UNSET and _may_be_none(attempts):
        return set(), set()
    if call.expect.listed is None:
        return set(_required(own, operation, shape)), set()
    expected: set[_Place] = set()
    written: set[_Place] = set()
    for item in call.expect.listed:
        if item.method is None or item.method.upper() == operation.method.upper():
            expected.update(_required(from_case(item, own), operation, shape))
            written.update(_required(from_case(item, None), operation, shape))
    return expected, written


def _may_be_none(attempts: Any) -> bool:
    if isinstance(attempts, int):
        return attempts == 0
    try:
        return not match(attempts, 0)
    except CatalogueError:
        return True


def _required(request: ExpectedRequest, operation: Operation, shape: Shape) -> Iterator[_Place]:
    """Yield the elements that an expected request requires."""
    segments = operation.path.split("/")[1:]
    if request.path is not None and len(request.path) == len(segments):
        for segment, expected in zip(segments, request.path, strict=True):
            found = _PARAMETER.fullmatch(segment)
            if found and needs_something(expected) and expected != "":
                yield "path", found[1]
    yield from (("query", name) for name, expected in (request.query or {}).items() if needs_something(expected))
    yield from (
        ("header", name.lower()) for name, expected in (request.headers or {}).items() if needs_something(expected)
    )
    if shape.body is not None:
        body, literal = _body(request)
        yield from (("body", path) for path in needed(shape.body, body, literal=literal))


def _body(request: ExpectedRequest) -> tuple[Any, bool]:
    """Return the expected body, and whether it is literal, without matchers."""
    if request.body is not msgspec.UNSET or not isinstance(request.body_text, str):
        return request.body, request.literal
    try:
        return read_json(request.body_text.encode("utf-8")), True
    except ValueError:
        return msgspec.UNSET, True


def _stored(case: Case, own: ExpectedRequest, shape: Shape) -> Iterator[_Place]:
    """Yield the arguments that the expected state holds with the same name and value."""
    stored = set(_scalars(case.state))
    if not stored:
        return
    yield from (("query", name) for name, value in (own.query or {}).items() if (name, _typed_text(value)) in stored)
    if shape.body is not None and isinstance(own.body, Mapping):
        for name, value in own.body.items():
            inner, passed = shape.body.member(name), set(_scalars(value, name))
            if inner is not None and passed and stored >= passed:
                yield from (("body", path) for path in needed(inner, value, literal=True))


def _scalars(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the value of every scalar below a value. An item has the name of its list."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _scalars(inner, key)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _scalars(inner, name)
    elif value is not None:
        yield name, _typed_text(value)


def _typed_text(value: Any) -> str:
    return f"{type(value).__name__} {value}"


def _saved(call: Call, shape: Shape) -> Iterator[_Place]:
    """Yield the response fields that the case saves: a client that loses one fails `outcome.saved`."""
    for pointer in call.save.values():
        place = shape.response
        for token in pointer.split("/")[1:]:
            if place is not None:
                place = place.items if token.isdigit() else place.member(token)
        if place is not None and place.path:
            yield "response", place.path


def _payload(call: Call, shape: Shape) -> Iterator[_Place]:
    """Yield the elements that the expected payload requires. The payload of an error is not that of a success."""
    if shape.response is None:
        return
    if call.repeat is not None:
        for path in needed(shape.response, call.repeat.until):
            yield "response", path
    outcome = call.expect.outcome
    if outcome is None or outcome.payload is msgspec.UNSET or outcome.error is not None:
        return
    reported = (
        outcome.reported if isinstance(outcome.reported, list) or outcome.reported is None else [outcome.reported]
    )
    if reported is None or Reported.OK in reported:
        for path in needed(shape.response, outcome.payload):
            yield "response", path


def _whole_answer(call: Call, case: Case, shape: Shape) -> Iterator[_Place]:
    """Yield every field of a response that the rule `every-field` fills: the check `decoding` compares all of them."""
    filled = any(fault.evolve is not None and fault.evolve.rule == EVERY_FIELD for fault in case.faults)
    if filled and shape.response is not None and any(fault.on == call.call for fault in case.faults):
        yield from (("response", inner.path) for inner in shape.response.below())


def _statuses(call: Call, case: Case, contract: Contract, operation: Operation, shape: Shape) -> Iterator[_Place]:
    """Yield the documented statuses that the client must report as an error or as a success."""
    outcome = call.expect.outcome
    if outcome is None:
        return
    if outcome.error is not None:
        status = outcome.error.status
        if isinstance(status, int) and status in contract.documented_statuses(operation):
            yield "status", str(status)
    elif outcome.reported in (Reported.OK, [Reported.OK]) or (
        outcome.reported is None and outcome.payload is not msgspec.UNSET
    ):
        answered = {status for status in _answers(case, call) if status // 100 == 2}  # noqa: PLR2004 - the 2xx class
        for status in sorted(answered) or shape.successes:
            if status in shape.successes and (answered or len(shape.successes) == 1):
                yield "status", str(status)


def _scripted(call: Call, case: Case, contract: Contract, operation: Operation) -> Iterator[_Place]:
    documented = contract.documented_statuses(operation)
    for status in _answers(case, call):
        if status in documented:
            yield "status", str(status)


def _answers(case: Case, call: Call) -> Iterator[int]:
    """Yield the statuses that the case scripts for the call."""
    for fault in case.faults:
        if fault.respond is not None and fault.on in (None, call.call):
            yield fault.respond.status
