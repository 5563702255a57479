"""The write guard of a live run that only reads: which requests may change something at the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from concordat.http1.exchange import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.http1.exchange import Request

__all__ = ["write_in"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
"""Headers by which servers take another method than the request line's; some take them as parameters too."""
_PARAMETERS = _OVERRIDES | {"-method"}
"""`_method`, that of most web frameworks; underscores and dashes are one here, as they are for CGI-like servers."""
_AMBIGUOUS = frozenset({"method", "http-method", "httpmethod", "$httpmethod"})
"""Parameters that some APIs take as an override and others as data: refused only with the name of a writing method."""
_DECODED = 3
"""How often a name is decoded: a proxy before the endpoint may decode once more than the endpoint does."""


def write_in(request: Request) -> str | None:
    """Return what in a request may write (`POST`, `the header X-HTTP-Method`), None when it only reads."""
    if request.method not in _READS:
        return request.method
    for name, value in request.headers:
        if _plain(name) in _OVERRIDES and _changes(value):
            return f"{request.method} with the header {name}"
    for place, text in _forms(request):
        for name, value in _pairs(text):
            plain = _plain(name)
            if (plain in _PARAMETERS and _changes(value)) or (plain in _AMBIGUOUS and _method(value) in _WRITES):
                return f"{request.method} with the {place} parameter {name}"
    return None


def _changes(value: str) -> bool:
    return _method(value) not in _READS


def _method(value: str) -> str:
    return value.strip().upper()


def _plain(name: str) -> str:
    for _ in range(_DECODED):
        name = unquote_plus(name)
    return name.strip().lower().replace("_", "-")


def _forms(request: Request) -> Iterator[tuple[str, str]]:
    yield "query", urlsplit(request.target).query
    if "x-www-form-urlencoded" in (header(request.headers, "content-type") or "").lower():
        yield "form", request.body.decode("latin-1")


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    return parse_qsl(text.replace(";", "&"), keep_blank_values=True, encoding="latin-1")
