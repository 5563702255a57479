"""Content codings (RFC 9110, 8.4.1): bodies are recorded encoded and judged decoded.

The codings are gzip, deflate and Brotli (RFC 7932). A body that expands to more than `MOST_DECODED` bytes is not
decoded, so that a few kilobytes cannot exhaust the memory.
"""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]

from concordat.http1.exchange import header, headers_named
from concordat.http1.parser import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.values import Pairs

__all__ = ["MOST_DECODED", "codings", "decoded", "encoded", "recoded"]

MOST_DECODED = BODY_LIMIT
"""Longest decoded body in bytes, the same as the longest accepted body."""
_BROTLI_QUALITY = 5
"""Quality on a scale to 11. The highest takes sixty times as long and makes a page of JSON a third smaller."""


class _Damaged(Exception):  # noqa: N818 - never leaves this module
    """An incomplete or invalid body of a coding, or one that expands too far."""


def codings(headers: Pairs) -> tuple[str, ...]:
    """Return the codings of a message in the order of their application, without `identity`."""
    if header(headers, "content-encoding") is None:
        return ()
    values = headers_named(headers, "content-encoding")
    named = (part.strip().lower() for value in values for part in value.split(","))
    return tuple(name for name in named if name and name != "identity")


def decoded(headers: Pairs, body: bytes) -> bytes | None:
    """Return the body without its content codings.

    Returns None for an unknown coding, damaged bytes, and a body that expands to more than `MOST_DECODED` bytes. An
    empty body, such as that of a response to HEAD, is returned unchanged.
    """
    if not body:
        return body
    try:
        for name in reversed(codings(headers)):
            body = _DECODERS[name](body)
    except (KeyError, _Damaged):
        return None
    return body


def encoded(coding: str, body: bytes) -> bytes:
    """Return the body in one content coding. Raises KeyError for an unknown one."""
    return _ENCODERS[coding](body)


def recoded(headers: Pairs, body: bytes) -> bytes:
    """Return a decoded body in the content codings of its headers again."""
    for name in codings(headers):
        body = encoded(name, body)
    return body


def _bounded(body: bytes) -> bytes:
    if len(body) > MOST_DECODED:
        raise _Damaged
    return body


def _gunzip(body: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            return _bounded(file.read(MOST_DECODED + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise _Damaged from error


def _inflate(body: bytes) -> bytes:
    for format_bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # some servers send the bare format; RFC 9110, 8.4.1.2
        reader = zlib.decompressobj(format_bits)
        try:
            found = _bounded(reader.decompress(body, MOST_DECODED + 1))
        except zlib.error:
            continue
        if reader.eof:
            return found
    raise _Damaged


def _unbrotli(body: bytes) -> bytes:
    reader = brotli.Decompressor()
    try:
        found: bytes = reader.process(body, output_buffer_limit=MOST_DECODED + 1)
    except brotli.error as error:
        raise _Damaged from error
    if not reader.is_finished():
        raise _Damaged
    return _bounded(found)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _brotli(body: bytes) -> bytes:
    found: bytes = brotli.compress(body, quality=_BROTLI_QUALITY)
    return found


_DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
}
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": zlib.compress,
    "br": _brotli,
}
