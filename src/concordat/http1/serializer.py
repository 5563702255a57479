"""Turns an answer into the bytes of an HTTP/1.1 response.

Headers leave verbatim, in order. Only what framing or RFC 9110 demands is added: `Date`, `Content-Length`, and
`Connection` where the connection's fate differs from the version's default.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus

import msgspec

from concordat.values import Pairs

__all__ = ["Rendered", "render"]

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_FRAMING = frozenset({"connection", "content-length", "date", "transfer-encoding"})
_BODILESS = frozenset({204, 304})
_FIRST_FINAL = 200


class Rendered(msgspec.Struct, frozen=True):
    """One response ready for the wire.

    `headers` are those really sent; `body` is what was meant, without framing; `persistent` says whether the connection
    lives on afterwards.
    """

    head: bytes
    headers: Pairs
    body: bytes
    chunked: bool
    persistent: bool

    def piece(self, data: bytes) -> bytes:
        """Return some of the body framed for the wire; empty data ends a chunked body, and is nothing in others."""
        if not self.chunked:
            return data
        return b"%x\r\n%b\r\n" % (len(data), data)

    @property
    def end(self) -> bytes:
        """What follows the last piece."""
        return b"0\r\n\r\n" if self.chunked else b""

    @property
    def whole(self) -> bytes:
        """Head and body as one run of bytes."""
        if not self.chunked:
            return self.head + self.body
        return self.head + (self.piece(self.body) if self.body else b"") + self.end


def render(
    status: int, headers: Pairs, body: bytes, *, method: str = "GET", persistent: bool = True, minor: int = 1
) -> Rendered:
    """Render a response to a request of the given method and HTTP/1 minor version.

    A response to HEAD, and one of status 1xx, 204 or 304, has no body (RFC 9110, 6.4.1). A `Transfer-Encoding: chunked`
    among the headers is honoured. When a given `Content-Length` is not the body's, the connection cannot be kept.
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
        added.append(("Date", _date()))
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
    except UnicodeEncodeError:  # a case may script any text; UTF-8 is what servers then send
        return head.encode("utf-8", "surrogateescape")


_dated = (0, "")


def _date() -> str:
    global _dated  # noqa: PLW0603 - one formatted date a second serves every connection
    now = int(time.time())
    if _dated[0] != now:
        _dated = (now, formatdate(now, usegmt=True))
    return _dated[1]
