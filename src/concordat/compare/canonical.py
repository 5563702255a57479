"""The canonical form of a request: equal for two clients exactly when they sent the same request.

It ignores what no server may distinguish: the order of query parameters and of object keys, percent-encoding of a
segment or a parameter, a media type's case. It keeps what a server may distinguish: repeats, the text of a number
(`1.0` is not `1`), strings, the order of lists.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

import msgspec

from concordat.http1.exchange import header, headers_named
from concordat.values import MAX_DEPTH, Json, Pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.http1.exchange import Request

__all__ = [
    "Canonical",
    "WrittenNumber",
    "base_segments",
    "canonical_json",
    "canonical_request",
    "read_json",
    "without_base",
    "without_repeats",
]

T = TypeVar("T")
_ALIKE = 3
_TOO_DEEP = f"the JSON is nested deeper than {MAX_DEPTH}"
_CONTENT_HEADERS = ("content-type", "content-encoding")


class WrittenNumber(str):
    """A JSON number as it was written."""

    __slots__ = ()


class _Members(tuple[tuple[str, Json], ...]):
    """The members of a JSON object as written, with repeats."""

    __slots__ = ()


class Canonical(msgspec.Struct, frozen=True):
    """One request in canonical form.

    `segments` are decoded, after the base path; `query` is decoded and sorted; `headers` are those that describe the
    body, in lower case and sorted, empty without a body; `body` is canonical JSON, or `sha256:HEX` for other bytes.
    """

    method: str
    segments: tuple[str, ...]
    query: Pairs
    headers: Pairs
    body: str | None


def canonical_request(request: Request, *, base_path: str = "", headers: tuple[str, ...] = ()) -> Canonical:
    """Return the canonical form; `headers` names further headers to keep, with values as sent."""
    content = tuple((name, _content_value(value)) for name in _CONTENT_HEADERS if (value := _first(request, name)))
    extra = tuple((name.lower(), value) for name in headers for value in headers_named(request.headers, name))
    return Canonical(
        method=request.method,
        segments=without_base(request.segments, base_path),
        query=tuple(sorted(request.query)),
        headers=tuple(sorted((content if request.body else ()) + extra)),
        body=_body(request) if request.body else None,
    )


def base_segments(base_path: str) -> tuple[str, ...]:
    """Return the decoded segments of the base path of a URL."""
    return tuple(unquote(part) for part in base_path.split("/") if part)


def without_base(segments: tuple[str, ...], base_path: str) -> tuple[str, ...]:
    """Return the decoded segments after those of `base_path`, or all when they do not begin with it."""
    base = base_segments(base_path)
    return segments[len(base) :] if segments[: len(base)] == base else segments


def read_json(body: bytes) -> Json:
    """Return JSON with every number as its text (`WrittenNumber`).

    A repeated key keeps its last value. Raises ValueError when the body is not JSON in UTF-8, or nested too deeply.
    """
    return _plain(_parse(body))


def canonical_json(body: bytes) -> str:
    """Return JSON with sorted keys (repeated ones kept in order), no spaces and numbers as written.

    Raises ValueError when the body is not JSON in UTF-8, or nested too deeply.
    """
    return _render(_parse(body))


def _first(request: Request, name: str) -> str | None:
    return header(request.headers, name)


def _content_value(value: str) -> str:
    """Return media type and parameters without case, spaces and `charset=utf-8`, JSON's own (RFC 8259, 8.1)."""
    first, *parameters = (part.strip().lower().replace('"', "") for part in value.split(";"))
    return ";".join([first, *sorted(p for p in parameters if p and p not in ("charset=utf-8", "charset=utf8"))])


def _body(request: Request) -> str:
    try:
        return canonical_json(request.body)
    except ValueError:
        return "sha256:" + hashlib.sha256(request.body).hexdigest()


def _parse(body: bytes) -> Json:
    try:
        parsed: Json = json.loads(
            body.decode("utf-8"),
            parse_int=WrittenNumber,
            parse_float=WrittenNumber,
            parse_constant=_refuse_constant,
            object_pairs_hook=_Members,
        )
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _too_deep(parsed):
        raise ValueError(_TOO_DEEP)
    return parsed


def _too_deep(parsed: Json) -> bool:
    level = [parsed]
    for _ in range(MAX_DEPTH + 1):
        below: list[Json] = []
        for value in level:
            if isinstance(value, _Members):
                below.extend(member for _, member in value)
            elif isinstance(value, list):
                below.extend(value)
        level = below
        if not level:
            return False
    return True


def _refuse_constant(name: str) -> Json:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _plain(value: Json) -> Json:
    if isinstance(value, _Members):
        return {key: _plain(member) for key, member in value}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _render(value: Json) -> str:
    if isinstance(value, _Members):
        members = sorted(value, key=lambda member: member[0])
        return "{" + ",".join(f"{json.dumps(key)}:{_render(member)}" for key, member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_render(item) for item in value) + "]"
    return str(value) if isinstance(value, WrittenNumber) else json.dumps(value)


def without_repeats(requests: Sequence[T]) -> list[T]:
    """Return the requests without each that equals the three before it.

    Whether a client repeats a request, and more than once, is its behaviour; how many repeats fit in before it gives up
    is a matter of timing.
    """
    return [
        request
        for index, request in enumerate(requests)
        if index < _ALIKE or any(request != earlier for earlier in requests[index - _ALIKE : index])
    ]
