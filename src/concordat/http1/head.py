"""Strict parsing of the head of an HTTP/1.1 request: syntax and framing (RFC 9112)."""

from __future__ import annotations

import re

import msgspec

from concordat.values import Pairs

__all__ = ["FIELDS", "HEAD_LIMIT", "Head", "RefusedError", "parse_head", "refuse_early"]

HEAD_LIMIT = 64 * 1024
"""The longest request head in bytes."""

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_TARGET = rb"[\x21\x22\x24-\x7e]"  # neither spaces nor controls, no bytes above ASCII, no fragment
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") (" + _TARGET + rb"+) HTTP/1\.([01])")
FIELDS = re.compile(rb"(?:" + _TOKEN + rb":[\t\x20-\x7e\x80-\xff]*\r\n)*")
_LINE_START = re.compile(_TOKEN + rb"(?: " + _TARGET + rb"*(?: [HTP/1.0]*\r?)?)?")
_BARE_NEWLINE = re.compile(rb"(?<!\r)\n")
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection", "expect"})


class Head(msgspec.Struct, frozen=True):
    """A request's head; `size` counts its bytes with the empty line, `expects`: the client expects `100 Continue`."""

    method: str
    target: str
    headers: Pairs
    size: int
    length: int | None
    """Bytes of body; None when it is chunked."""
    persistent: bool
    minor: int
    expects: bool


class RefusedError(Exception):
    """The bytes are not a request. Never leaves the reader."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def refuse_early(buffer: bytes | bytearray) -> None:
    """Raise RefusedError for bytes that cannot become a request, such as a TLS handshake, before the end of a head."""
    if len(buffer) > HEAD_LIMIT:
        raise RefusedError(431, "the head is too long")
    line, newline, _ = bytes(buffer).partition(b"\r\n")
    valid = _REQUEST_LINE.fullmatch(line) if newline else _LINE_START.fullmatch(line)
    if buffer and buffer != b"\r" and not valid:
        raise RefusedError(400, "the request line is malformed")
    if _BARE_NEWLINE.search(buffer):
        raise RefusedError(400, "a line ends without a carriage return")


def parse_head(head: bytes) -> Head:
    """Parse a head without its final empty line. Raises RefusedError."""
    line, _, fields = head.partition(b"\r\n")
    match = _REQUEST_LINE.fullmatch(line)
    if match is None or not _target_allowed(match[1], match[2]):
        raise RefusedError(400, "the request line is malformed")
    if not FIELDS.fullmatch(fields):
        raise RefusedError(400, "a header is malformed")
    pairs: list[tuple[str, str]] = []
    framing: dict[str, list[str]] = {}
    for field in fields.decode("latin-1").split("\r\n")[:-1]:
        name, _, written = field.partition(":")
        value = written.strip(" \t")
        pairs.append((name, value))
        key = name.lower()
        if key in _FRAMING:
            framing.setdefault(key, []).append(value)
    minor = 1 if match[3] == b"1" else 0
    hosts = framing.pop("host", ())
    if len(hosts) != 1 and (minor or hosts):
        raise RefusedError(400, "there must be exactly one Host header")
    length, persistent, expects = _framed(framing, minor) if framing else (0, minor == 1, False)
    method, target = match[1].decode("ascii"), match[2].decode("ascii")
    return Head(method, target, tuple(pairs), len(head) + 2, length, persistent, minor, expects)


def _framed(framing: dict[str, list[str]], minor: int) -> tuple[int | None, bool, bool]:
    """Return a head's `length`, `persistent` and `expects`."""
    length = _body_length(framing)
    connection = {token.strip().lower() for value in framing.get("connection", ()) for token in value.split(",")}
    expects = bool(minor) and length != 0 and "100-continue" in {value.lower() for value in framing.get("expect", ())}
    return length, "close" not in connection if minor else "keep-alive" in connection, expects


def _target_allowed(method: bytes, target: bytes) -> bool:
    """Whether the target has an allowed form (RFC 9112, 3.2): origin, absolute, asterisk or authority form."""
    if target.startswith((b"/", b"http://", b"https://")):
        return True
    return (target == b"*" and method == b"OPTIONS") or (bool(target) and method == b"CONNECT")


def _body_length(framing: dict[str, list[str]]) -> int | None:
    """Return the body's length, None when it is chunked (RFC 9112, 6.3)."""
    codings = framing.get("transfer-encoding")
    lengths = framing.get("content-length")
    if codings is not None:
        if lengths is not None:
            raise RefusedError(400, "both Content-Length and Transfer-Encoding")
        if [coding.lower() for coding in codings] != ["chunked"]:
            raise RefusedError(501, "the transfer coding is not supported")
        return None
    if lengths is None:
        return 0
    distinct = {part.strip() for value in lengths for part in value.split(",")}
    written = distinct.pop()
    if distinct or not (written.isascii() and written.isdigit()) or len(written) > 18:  # noqa: PLR2004 - fits 64 bits
        raise RefusedError(400, "Content-Length is not one number")
    return int(written)
