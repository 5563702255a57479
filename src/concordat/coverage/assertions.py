"""What one case really asserts of the operations it calls, by the rules that judge it.

A place is asserted when a client that loses it fails the case: the expected request, derived or written, holds it, or
the expected outcome cannot be met without it, or the sandbox's state shows the value that was passed under its name. It
is merely touched when it is passed, or scripted, and nothing compares it. An expectation that null or nothing would
meet as well asserts nothing, and neither does a case that no source binds.
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
    """What can be asserted of one operation: the fields of its body and of a success, and its success statuses."""

    body: Fields | None
    response: Fields | None
    successes: tuple[int, ...]


class Assertion(NamedTuple):
    """One place of one operation, that a case asserts or merely touches.

    `kind` is `path`, `query`, `header`, `body`, `response` or `status`; `path` the argument's name, the property path,
    or the status.
    """

    operation: str
    kind: str
    path: str
    asserted: bool
    written: bool = False
    """The case itself names it; a request that the contract and the arguments make is not written."""


def assertions(case: Case, contract: Contract, shapes: Mapping[str, Shape]) -> Iterator[Assertion]:
    """Yield everything that the case asserts or touches under a contract that has all of its operations.

    `shapes` are by operation name. A place may come several times.
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
            written.update(_kept(case, own, shape))
        for kind, path in expected | written:
            yield Assertion(call.call, kind, path, asserted=True, written=(kind, path) in written)
        touched = {*_wanted(own, operation, shape), *_scripted(call, case, contract, operation)}
        for kind, path in touched - expected - written:
            yield Assertion(call.call, kind, path, asserted=False)


_Place = tuple[str, str]


def _requests(call: Call, own: ExpectedRequest, operation: Operation, shape: Shape) -> tuple[set[_Place], set[_Place]]:
    """Return what the expected requests cannot do without, and what of it the case itself writes."""
    attempts = call.expect.attempts
    if attempts is not msgspec.UNSET and _may_be_none(attempts):
        return set(), set()
    if call.expect.listed is None:
        return set(_wanted(own, operation, shape)), set()
    expected: set[_Place] = set()
    written: set[_Place] = set()
    for item in call.expect.listed:
        if item.method is None or item.method.upper() == operation.method.upper():
            expected.update(_wanted(from_case(item, own), operation, shape))
            written.update(_wanted(from_case(item, None), operation, shape))
    return expected, written


def _may_be_none(attempts: Any) -> bool:
    if isinstance(attempts, int):
        return attempts == 0
    try:
        return not match(attempts, 0)
    except CatalogueError:
        return True


def _wanted(wanted: ExpectedRequest, operation: Operation, shape: Shape) -> Iterator[_Place]:
    """Yield what a request, as it should be, cannot do without."""
    segments = operation.path.split("/")[1:]
    if wanted.path is not None and len(wanted.path) == len(segments):
        for segment, expected in zip(segments, wanted.path, strict=True):
            found = _PARAMETER.fullmatch(segment)
            if found and needs_something(expected) and expected != "":
                yield "path", found[1]
    yield from (("query", name) for name, expected in (wanted.query or {}).items() if needs_something(expected))
    yield from (
        ("header", name.lower()) for name, expected in (wanted.headers or {}).items() if needs_something(expected)
    )
    if shape.body is not None:
        body, literal = _body(wanted)
        yield from (("body", path) for path in needed(shape.body, body, literal=literal))


def _body(wanted: ExpectedRequest) -> tuple[Any, bool]:
    """Return the expected body, and whether it is one without matchers."""
    if wanted.body is not msgspec.UNSET or not isinstance(wanted.body_text, str):
        return wanted.body, wanted.literal
    try:
        return read_json(wanted.body_text.encode("utf-8")), True
    except ValueError:
        return msgspec.UNSET, True


def _kept(case: Case, own: ExpectedRequest, shape: Shape) -> Iterator[_Place]:
    """Yield what the call passes and the state then holds, under the same name and with the same value."""
    held = set(_scalars(case.state))
    if not held:
        return
    yield from (("query", name) for name, value in (own.query or {}).items() if (name, _said(value)) in held)
    if shape.body is not None and isinstance(own.body, Mapping):
        for name, value in own.body.items():
            inner, passed = shape.body.member(name), set(_scalars(value, name))
            if inner is not None and passed and held >= passed:
                yield from (("body", path) for path in needed(inner, value, literal=True))


def _scalars(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the value of every scalar below a value; one in a list has the list's name."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _scalars(inner, key)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _scalars(inner, name)
    elif value is not None:
        yield name, _said(value)


def _said(value: Any) -> str:
    return f"{type(value).__name__} {value}"


def _saved(call: Call, shape: Shape) -> Iterator[_Place]:
    """Yield the fields of the answer that the case saves values from: a client that loses one fails `outcome.saved`."""
    for pointer in call.save.values():
        place = shape.response
        for token in pointer.split("/")[1:]:
            if place is not None:
                place = place.items if token.isdigit() else place.member(token)
        if place is not None and place.path:
            yield "response", place.path


def _payload(call: Call, shape: Shape) -> Iterator[_Place]:
    """Yield what the expected payload cannot do without. A refusal's payload is none of the success's."""
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
    """Yield all of an answer that an evolution rule fills up: the check `decoding` misses whatever is not read."""
    filled = any(fault.evolve is not None and fault.evolve.rule == EVERY_FIELD for fault in case.faults)
    if filled and shape.response is not None and any(fault.on == call.call for fault in case.faults):
        yield from (("response", inner.path) for inner in shape.response.below())


def _statuses(call: Call, case: Case, contract: Contract, operation: Operation, shape: Shape) -> Iterator[_Place]:
    """Yield the documented statuses that the caller has to be told of, or that must be told as a success."""
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
