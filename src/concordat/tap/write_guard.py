"""The write guard of live runs without writes: finds requests that may change the endpoint's data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from concordat.http1.exchange import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.http1.exchange import Request

__all__ = ["write_in"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OVERRIDE = re.compile(r"(?:.*-)?method-override|x-http-method")
"""Headers that override the request's method on some servers; some accept them as parameters too.

Underscores equal dashes, as on CGI-like servers.
"""
_AMBIGUOUS = frozenset({"method", "http-method", "httpmethod", "$httpmethod"})
"""Parameters that some APIs use as an override and others as data: refused only with the name of a writing method."""
_UNSENT = re.compile(r"[\t\r\n]")
_DECODED = 3
"""Rounds of decoding: a proxy before the endpoint may decode once more than the endpoint."""


def write_in(request: Request) -> str | None:
    """Return the part of a request that may write (`POST`, `GET with the header X-HTTP-Method`), None for a read."""
    if request.method not in _READS:
        return request.method
    for name, value in request.headers:
        if _overrides(_plain(name)) and _changes(value):
            return f"{request.method} with the header {name}"
    for place, text in _forms(request):
        for name, value in _pairs(text):
            plain = _plain(name)
            if ((plain == "-method" or _overrides(plain)) and _changes(value)) or (
                plain in _AMBIGUOUS and _method(_decoded(value)) in _WRITES
            ):
                return f"{request.method} with the {place} parameter {name}"
    return None


def _overrides(name: str) -> bool:
    return _OVERRIDE.fullmatch(name) is not None


def _changes(value: str) -> bool:
    return _method(value) not in _READS


def _method(value: str) -> str:
    return value.strip().upper()


def _plain(name: str) -> str:
    return _decoded(name).strip().lower().replace("_", "-")


def _decoded(text: str) -> str:
    for _ in range(_DECODED):
        text = unquote_plus(text)
    return text


def _forms(request: Request) -> Iterator[tuple[str, str]]:
    # aiohttp sends a target without tabs, and up to a `#`
    yield "query", _UNSENT.sub("", request.target).partition("#")[0].partition("?")[2]
    if "x-www-form-urlencoded" in (header(request.headers, "content-type") or "").lower():
        yield "form", request.body.decode("latin-1")


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    return parse_qsl(text.replace(";", "&"), keep_blank_values=True, encoding="latin-1")
