"""Content codings that Python can undo (RFC 9110, 8.4.1): bodies are recorded coded, and judged decoded."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from concordat.http1.exchange import header, headers_named

if TYPE_CHECKING:
    from concordat.values import Pairs

__all__ = ["codings", "decoded", "recoded"]

_GZIP = frozenset({"gzip", "x-gzip"})


def codings(headers: Pairs) -> tuple[str, ...]:
    """Return the codings of a message in the order they were applied, `identity` left out."""
    if header(headers, "content-encoding") is None:
        return ()
    values = headers_named(headers, "content-encoding")
    named = (part.strip().lower() for value in values for part in value.split(","))
    return tuple(name for name in named if name and name != "identity")


def decoded(headers: Pairs, body: bytes) -> bytes | None:
    """Return the body without its content codings; None when one of them is unknown or the bytes are damaged."""
    try:
        for name in reversed(codings(headers)):
            if name in _GZIP:
                body = gzip.decompress(body)
            elif name == "deflate":
                body = _inflate(body)
            else:
                return None
    except (OSError, EOFError, zlib.error):
        return None
    return body


def recoded(headers: Pairs, body: bytes) -> bytes:
    """Apply the codings again that `decoded` undid."""
    for name in codings(headers):
        body = gzip.compress(body, mtime=0) if name in _GZIP else zlib.compress(body)
    return body


def _inflate(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:  # some servers send the bare format; RFC 9110 8.4.1.2 notes it
        return zlib.decompress(body, -zlib.MAX_WBITS)
