"""Comparison of one expected request with one that a client sent, part by part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.checks.expected_request import ExpectedRequest, as_text
from concordat.compare.canonical import WrittenNumber, base_segments, read_json
from concordat.compare.diff import Difference, Kind, diff
from concordat.compare.instants import same_instant
from concordat.compare.matchers import matcher_word
from concordat.http1.exchange import headers_named
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.http1.exchange import Request

__all__ = ["PARTS", "compare"]

PARTS = ("method", "path", "query", "headers", "body")
"""The judged parts of a request in their order; each is the check `request.<part>`."""
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def compare(wanted: ExpectedRequest, request: Request, base_path: str) -> dict[str, tuple[Difference, ...]]:
    """Return the differences of each judged part, by part; an empty tuple for a part without differences."""
    found: dict[str, tuple[Difference, ...]] = {}
    if wanted.method is not None:
        found["method"] = diff(wanted.method, request.method)
    if wanted.path is not None:
        found["path"] = _path(wanted.path, request.segments, base_path)
    if wanted.query is not None:
        found["query"] = _query(wanted, request)
    if wanted.headers is not None:
        found["headers"] = _headers(wanted.headers, request)
    if wanted.body is not msgspec.UNSET or wanted.no_body or wanted.body_text is not msgspec.UNSET:
        found["body"] = _body(wanted, request)
    return found


def _path(expected: list[Any], segments: tuple[str, ...], base_path: str) -> tuple[Difference, ...]:
    base = list(base_segments(base_path))
    observed = list(segments)
    if observed[: len(base)] != base:
        return (Difference("", "changed", [*base, *expected], observed),)
    return match([_scalar(item) for item in expected], observed[len(base) :])


def _scalar(value: Any) -> Any:
    return value if isinstance(value, (Mapping, list)) else as_text(value)


def _query(wanted: ExpectedRequest, request: Request) -> tuple[Difference, ...]:
    observed: dict[str, list[str]] = {}
    for name, value in request.query:
        observed.setdefault(name, []).append(value)
    found: list[Difference] = []
    for name, expected in (wanted.query or {}).items():
        found.extend(_values(name, expected, observed.get(name)))
    if wanted.query_mode == "exact":
        for name, values in observed.items():
            if name not in (wanted.query or {}) and values != [wanted.tolerated.get(name)]:
                kind: Kind = "changed" if name in wanted.tolerated else "extra"
                found.append(Difference(join_pointer(name), kind, wanted.tolerated.get(name), _one(values)))
    return tuple(found)


def _headers(expected: Mapping[str, Any], request: Request) -> tuple[Difference, ...]:
    found: list[Difference] = []
    for name, value in expected.items():
        found.extend(_values(name, value, list(headers_named(request.headers, name)) or None))
    return tuple(found)


def _values(name: str, expected: Any, observed: list[str] | None) -> list[Difference]:
    """Compare the values of one name: a scalar means exactly one, a list all of them in order."""
    pointer = join_pointer(name)
    if isinstance(expected, list):
        differences = match([_scalar(item) for item in expected], msgspec.UNSET if observed is None else observed)
    elif matcher_word(expected) is None:
        if observed is not None and len(observed) > 1:
            return [Difference(pointer, "count", expected, observed)]
        differences = match(_scalar(expected), msgspec.UNSET if observed is None else _one(observed))
    else:
        value = msgspec.UNSET if observed is None else _one(observed)
        if matcher_word(expected) in ("bounds", "number") and isinstance(value, str) and _JSON_NUMBER.fullmatch(value):
            value = WrittenNumber(value)
        differences = match(expected, value)
    return [Difference(pointer + item.pointer, item.kind, item.expected, item.observed) for item in differences]


def _one(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values


def _body(wanted: ExpectedRequest, request: Request) -> tuple[Difference, ...]:
    found: list[Difference] = []
    if wanted.no_body and request.body:
        found.append(Difference("", "extra", None, _readable(request.body)))
    if wanted.body is not msgspec.UNSET:
        found.extend(_json_body(wanted, request.body))
    if wanted.body_text is not msgspec.UNSET:
        found.extend(match(wanted.body_text, request.body.decode("utf-8", "backslashreplace")))
    return tuple(found)


def _json_body(wanted: ExpectedRequest, body: bytes) -> tuple[Difference, ...]:
    value: Any = msgspec.UNSET
    if body:
        try:
            value = read_json(body)
        except ValueError:
            return (Difference("", "type", wanted.body, _readable(body)),)
    if wanted.literal:
        return diff(wanted.body, value, same=same_instant)
    return match(wanted.body, value, mode="has" if wanted.body_mode == "has" else "exact")


def _readable(body: bytes) -> str | bytes:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body
