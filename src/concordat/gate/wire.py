"""Differences of requests and outcomes between two results of the same case, as text.

Requests are compared in canonical form, with generated ids numbered by first appearance. The order of requests of
several calls is not compared: the case determines it, or, for parallel calls, nothing does.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.compare.canonical import canonical_request, without_repeats
from concordat.compare.diff import as_json, diff
from concordat.http1.exchange import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.compare.diff import Difference
    from concordat.runner.result import ExchangeView, Result

__all__ = ["caller_changes", "wire_changes"]

_HEX = "[0-9a-fA-F]"
_GENERATED = re.compile(rf"(?<!{_HEX}){_HEX}{{8}}(?:-?{_HEX}{{4}}){{3}}-?{_HEX}{{12}}(?!{_HEX})")
"""A UUID that is not part of a digest."""
_HEADERS = ("accept",)
"""Headers to compare in addition to those that describe the body."""
_SHOWN = 6
_PARTS = ("ended", "status", "payload")
"""Compared parts of an outcome. Texts of errors may change between releases."""


def wire_changes(old: Result, new: Result) -> tuple[str, ...]:
    """Return a line for each difference of the requests that a server could notice."""
    before, after = _requests(old.exchanges), _requests(new.exchanges)
    left, right = without_repeats(_numbered(before)), without_repeats(_numbered(after))
    if left == right:
        return ()
    if len(new.outcomes) > 1 and _sorted(before) == _sorted(after):
        return ()
    if len(left) != len(right):
        return (f"{len(left)} requests before, {len(right)} now: {_listed(left)} / {_listed(right)}",)
    lines = [
        f"request {number}: {_then_and_now(found)}"
        for number, (one, other) in enumerate(zip(left, right, strict=True), 1)
        for found in diff(one, other)
    ]
    return _limited(lines)


def caller_changes(old: Result, new: Result) -> tuple[str, ...]:
    """Return a line for each difference of the outcomes."""
    lines = [
        f"call {number}: {_then_and_now(found)}"
        for number, (one, other) in enumerate(zip(_outcomes(old), _outcomes(new), strict=False), 1)
        for found in diff(one, other)
    ]
    return _limited(lines)


def _then_and_now(found: Difference) -> str:
    """Return one line of a difference from the baseline, which is not an expectation."""
    place = found.pointer or "the value"
    match found.kind:
        case "missing":
            return f"{place}: gone, was {as_json(found.expected)}"
        case "extra":
            return f"{place}: new, {as_json(found.observed)}"
        case "count":
            return f"{place}: was {found.expected} items, now {found.observed}"
        case _:
            return f"{place}: was {as_json(found.expected)}, now {as_json(found.observed)}"


def _limited(lines: list[str]) -> tuple[str, ...]:
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return tuple(lines[:_SHOWN] + more)


def _requests(exchanges: Sequence[ExchangeView]) -> list[dict[str, Any]]:
    return [_request(exchange) for exchange in exchanges if not exchange.straggler]


def _request(exchange: ExchangeView) -> dict[str, Any]:
    message = exchange.request
    if message is None:
        return {"not HTTP": exchange.unparsable_base64}
    method, _, rest = message.line.partition(" ")
    if message.body_file is not None:
        body = message.body_file.encode()  # the name holds the digest
    elif message.body_base64 is not None:
        body = base64.b64decode(message.body_base64)
    else:
        body = (message.body or "").encode()
    request = Request(method, rest.rpartition(" ")[0], message.headers, body)
    canonical = canonical_request(request, headers=_HEADERS)
    query: dict[str, Any] = {}
    for name, value in canonical.query:
        query.setdefault(name, []).append(value)
    shown: dict[str, Any] = {
        "method": canonical.method,
        "path": "/" + "/".join(canonical.segments),
        "query": {name: values[0] if len(values) == 1 else values for name, values in query.items()},
        "headers": dict(canonical.headers),
    }
    if canonical.body is not None:
        shown["body"] = _body(canonical.body)
    return shown


def _body(canonical: str) -> Any:
    """Return a canonical body as a JSON value, or as it is when it is not JSON."""
    try:
        return msgspec.json.decode(canonical)
    except msgspec.DecodeError:
        return canonical


def _numbered(requests: list[dict[str, Any]]) -> list[Any]:
    """Return the requests with generated ids numbered by first appearance."""
    ids: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return ids.setdefault(found[0].lower(), f"id-{len(ids) + 1}")

    decoded: list[Any] = msgspec.json.decode(_GENERATED.sub(number, msgspec.json.encode(requests).decode()))
    return decoded


def _sorted(requests: list[dict[str, Any]]) -> list[Any]:
    """Return the requests sorted, with all generated ids equal."""
    texts = (msgspec.json.encode(request, order="sorted").decode() for request in requests)
    return [msgspec.json.decode(text) for text in sorted(_GENERATED.sub("id", text) for text in texts)]


def _outcomes(result: Result) -> list[Any]:
    shown = [
        {part: outcome[part] for part in _PARTS if part in outcome} if isinstance(outcome, dict) else outcome
        for outcome in result.outcomes
    ]
    return _numbered([{"outcome": one} for one in shown])


def _listed(requests: list[Any]) -> str:
    lines = [f"{request.get('method', '?')} {request.get('path', '')}" for request in requests]
    return ", ".join(lines[:_SHOWN]) or "none"
