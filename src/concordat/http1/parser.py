"""Strict parser of HTTP/1.1 requests (RFC 9112) in a stream of bytes.

The harness judges clients by their bytes. Therefore the target is not decoded, headers keep their order, case and
repeats, and invalid bytes are returned whole instead of being corrected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from concordat.http1.answer import Answer
from concordat.http1.exchange import Request
from concordat.http1.head import FIELDS, HEAD_LIMIT, Head, RefusedError, parse_head, refuse_early

__all__ = ["BODY_LIMIT", "Arrival", "HeadCheck", "RequestReader", "Unreadable"]

BODY_LIMIT = 64 * 1024 * 1024
"""The longest request body in bytes."""
HeadCheck: TypeAlias = Callable[[Request], Answer | None]
"""Returns the answer that refuses a request with a body by its head, before the body is read; None admits it."""
_RAW_LIMIT = 8 * 1024 * 1024
_CHUNK_LINE_LIMIT = 1024
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")


class Arrival(msgspec.Struct, frozen=True):
    """A complete request; `persistent`: the connection may carry another one; `minor` is the HTTP/1 minor version."""

    request: Request
    persistent: bool
    minor: int = 1


class Unreadable(msgspec.Struct, frozen=True):
    """Bytes that are not a request, up to a limit, with the status and the reason of the answer.

    `answer` is the head check's answer to a request that it refuses before its body.
    """

    raw: bytes
    status: int
    reason: str
    answer: Answer | None = None


class _HeadRefusedError(RefusedError):
    """A head that the head check refuses."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, "the head is refused")
        self.answer = answer


class RequestReader:
    """Returns the requests of a stream of bytes, one at a time, in order.

    After the first unreadable request it returns nothing more, because the framing of the stream is lost.
    """

    __slots__ = (
        "_body_limit",
        "_buffer",
        "_chunks",
        "_dead",
        "_decoded",
        "_head",
        "_head_check",
        "_position",
        "_searched",
        "awaits_continue",
    )

    def __init__(self, body_limit: int = BODY_LIMIT, head_check: HeadCheck | None = None) -> None:
        self._body_limit = body_limit
        self._head_check = head_check
        # The received bytes without a copy; a growing copy only when more bytes arrive before they are consumed.
        self._buffer: bytes | bytearray = b""
        self._head: Head | None = None
        self._searched = 0
        self._position = 0
        self._chunks: list[bytes] = []
        self._decoded = 0
        self._dead = False
        self.awaits_continue = False
        """Whether the client waits for `100 Continue` (RFC 9110, 10.1.1). The connection resets it."""

    @property
    def partial(self) -> bytes:
        """The bytes of an incomplete request, up to the limit of a head."""
        return b"" if self._dead else bytes(self._buffer[:HEAD_LIMIT])

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        if self._dead:
            return
        if not self._buffer:
            self._buffer = data
        else:
            self._buffer = _growing(self._buffer)
            self._buffer += data

    def next(self) -> Arrival | Unreadable | None:
        """Return the next complete request, None until more bytes arrive."""
        if self._dead or not self._buffer:
            return None
        try:
            return self._next()
        except RefusedError as refusal:
            answer = refusal.answer if isinstance(refusal, _HeadRefusedError) else None
            unreadable = Unreadable(bytes(self._buffer[:HEAD_LIMIT]), refusal.status, refusal.reason, answer)
            self._dead = True
            self.awaits_continue = False
            self._buffer = b""
            return unreadable

    def _next(self) -> Arrival | None:
        head = self._head or self._read_head()
        if head is None:
            return None
        if head.length is None:
            body, end = self._read_chunks(head.size)
        else:
            end = head.size + head.length
            body = None if len(self._buffer) < end else bytes(self._buffer[head.size : end])
        if body is None:
            self._head = head
            return None
        raw = bytes(self._buffer[:end]) if end <= _RAW_LIMIT else b""
        self._drop(end)
        self._head = None
        self._searched = self._position = self._decoded = 0
        if self._chunks:
            self._chunks = []
        self.awaits_continue = False
        return Arrival(Request(head.method, head.target, head.headers, body, raw), head.persistent, head.minor)

    def _drop(self, end: int) -> None:
        if end == len(self._buffer):
            self._buffer = b""
        else:
            self._buffer = _growing(self._buffer)
            del self._buffer[:end]

    def _read_head(self) -> Head | None:
        while self._buffer.startswith(b"\r\n"):  # RFC 9112, 2.2: ignore empty lines before a request
            self._drop(2)
        buffer = self._buffer
        end = buffer.find(b"\r\n\r\n", self._searched)
        if end < 0:
            refuse_early(buffer)
            self._searched = max(0, len(buffer) - 3)
            return None
        if end > HEAD_LIMIT:
            raise RefusedError(431, "the head is too long")
        head = parse_head(bytes(buffer[: end + 2]))
        if self._head_check is not None and head.length != 0:
            refused = self._head_check(Request(head.method, head.target, head.headers))
            if refused is not None:
                raise _HeadRefusedError(refused)
        if (head.length or 0) > self._body_limit:
            raise RefusedError(413, "the body is too long")
        self._position = head.size
        self.awaits_continue = head.expects
        return head

    def _read_chunks(self, start: int) -> tuple[bytes | None, int]:
        """Return the decoded body (RFC 9112, 7.1) and the end of the request; None while chunks are missing."""
        buffer = self._buffer
        while True:
            eol = buffer.find(b"\r\n", self._position)
            if eol < 0:
                if len(buffer) - self._position > _CHUNK_LINE_LIMIT:
                    raise RefusedError(400, "a chunk's size line is too long")
                return None, 0
            written = bytes(buffer[self._position : eol]).partition(b";")[0].strip(b" \t")
            if not _CHUNK_SIZE.fullmatch(written):
                raise RefusedError(400, "a chunk's size is not hexadecimal")
            size = int(written, 16)
            if size == 0:
                return self._read_trailers(eol)
            last = eol + 2 + size
            if self._decoded + size > self._body_limit:
                raise RefusedError(413, "the body is too long")
            if eol - start - self._decoded > self._body_limit + _CHUNK_LINE_LIMIT:
                # Many one-byte chunks or long extensions would exhaust the memory by their framing.
                raise RefusedError(413, "the framing of the body's chunks is too long")
            if len(buffer) < last + 2:
                return None, 0
            if buffer[last : last + 2] != b"\r\n":
                raise RefusedError(400, "a chunk is longer than its size")
            self._chunks.append(bytes(buffer[eol + 2 : last]))
            self._decoded += size
            self._position = last + 2

    def _read_trailers(self, eol: int) -> tuple[bytes | None, int]:
        end = self._buffer.find(b"\r\n\r\n", eol)
        if end < 0:
            if len(self._buffer) - eol > HEAD_LIMIT:
                raise RefusedError(431, "the trailers are too long")
            return None, 0
        if not FIELDS.fullmatch(bytes(self._buffer[eol + 2 : end + 2])):
            raise RefusedError(400, "a trailer is malformed")
        return b"".join(self._chunks), end + 4


def _growing(buffer: bytes | bytearray) -> bytearray:
    return buffer if isinstance(buffer, bytearray) else bytearray(buffer)
