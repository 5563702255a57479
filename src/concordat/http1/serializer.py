"""Renders an answer as the bytes of an HTTP/1.1 response.

Headers are written verbatim and in order. Only headers that framing or RFC 9110 requires are added: `Date`,
`Content-Length`, and `Connection` when its value differs from the version's default.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

import msgspec

from concordat.values import Pairs

__all__ = ["Rendered", "render"]

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_FRAMING = frozenset({"connection", "content-length", "date", "transfer-encoding"})
_BODILESS = frozenset({204, 304})
_FIRST_FINAL = 200


class Rendered(msgspec.Struct, frozen=True):
    """One response as bytes.

    `headers` are those of the wire; `body` is the body without framing; `persistent`: the connection stays open.
    """

    head: bytes
    headers: Pairs
    body: bytes
    chunked: bool
    persistent: bool

    def piece(self, data: bytes) -> bytes:
        """Return a part of the body with its framing. Empty data ends a chunked body."""
        if not self.chunked:
            return data
        return b"%x\r\n%b\r\n" % (len(data), data)

    @property
    def end(self) -> bytes:
        """The bytes after the last piece."""
        return b"0\r\n\r\n" if self.chunked else b""

    @property
    def whole(self) -> bytes:
        """Head and body in one byte string."""
        if not self.chunked:
            return self.head + self.body
        return self.head + (self.piece(self.body) if self.body else b"") + self.end


def render(
    status: int, headers: Pairs, body: bytes, *, method: str = "GET", persistent: bool = True, minor: int = 1
) -> Rendered:
    """Return the response to a request with this method and HTTP/1 minor version.

    A response to HEAD, and one of status 1xx, 204 or 304, has no body (RFC 9110, 6.4.1). `Transfer-Encoding: chunked`
    in the headers chunks the body. A `Content-Length` other than the body's closes the connection.
    """
    framing: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in _FRAMING:
            framing.setdefault(key, value)
    added: list[tuple[str, str]] = []
    bodiless = status in _BODILESS or status < _FIRST_FINAL
    silent = bodiless or method == "HEAD"
    chunked = framing.get("transfer-encoding", "").lower() == "chunked"
    if "content-length" in framing:
        persistent = persistent and (silent or framing["content-length"] == str(len(body)))
    elif not chunked and not bodiless:
        added.append(("Content-Length", str(len(body))))
    if "date" not in framing:
        added.append(("Date", _date(int(time.time()))))
    if "connection" in framing:
        persistent = persistent and "close" not in framing["connection"].lower()
    elif not persistent:
        added.append(("Connection", "close"))
    elif minor == 0:
        added.append(("Connection", "keep-alive"))
    sent = (*headers, *added)
    lines = "".join([f"{name}: {value}\r\n" for name, value in sent])
    head = _encode(f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n{lines}\r\n")
    return Rendered(head, sent, b"" if silent else body, chunked and not silent, persistent)


def _encode(head: str) -> bytes:
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:  # a case may script any text; servers then send UTF-8
        return head.encode("utf-8", "surrogateescape")


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
