"""Asks one server for the same page again and again, over keep-alive connections, and says how quickly it came.

A generator of its own, in a process of its own, so that nothing but a Python and a loopback interface is needed. It is
bounded in time and in requests, holds one request in flight on each connection, and checks every answer: status 200,
and a body that is byte for byte the first one, which in turn must be a page of the requested number of records.
"""

from __future__ import annotations

import argparse
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

__all__ = ["Load", "drive"]

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)
_PATIENCE = 10.0
_READ = 256 * 1024


@dataclass(frozen=True)
class Load:
    """What was measured; times in seconds, `cpu` is the generator's own share of one core."""

    requests: int
    seconds: float
    rate: float
    p50: float
    p99: float
    body_bytes: int
    cpu: float


class _Line:
    """One connection with at most one request in flight."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=_PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sent = 0.0

    def ask(self, request: bytes) -> None:
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def read(self, known: bytes) -> tuple[bytes, bytes] | None:
        """Return the head and body of a whole response, or None until more bytes come; `known` is the usual body."""
        data = self.socket.recv(_READ)
        if not data:
            message = "the server closed a connection that it had promised to keep"
            raise ConnectionError(message)
        self.buffer = self.buffer + data if self.buffer else data
        return self._whole(known)

    def _whole(self, known: bytes) -> tuple[bytes, bytes] | None:
        # The answer everyone expects, by one comparison: the generator must not cost what it measures.
        start = len(self.buffer) - len(known)
        if known and self.buffer.endswith(known) and self.buffer.find(b"\r\n\r\n") == start - 4:
            head, self.buffer = self.buffer[:start], b""
            return head, known
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.buffer[: end + 2]
        body = _body(head, self.buffer, end + 4)
        if body is not None:
            self.buffer = b""
            return head, body
        return None


def _body(head: bytes, buffer: bytes, start: int) -> bytes | None:
    length = _LENGTH.search(head)
    if length is not None:
        stop = start + int(length[1])
        return buffer[start:stop] if len(buffer) >= stop else None
    if not _CHUNKED.search(head):
        message = "an answer has neither a Content-Length nor chunks"
        raise ConnectionError(message)
    pieces: list[bytes] = []
    while (eol := buffer.find(b"\r\n", start)) >= 0:
        size = int(buffer[start:eol].partition(b";")[0], 16)
        start = eol + 2 + size + 2
        if len(buffer) < start:
            return None
        if size == 0:
            return b"".join(pieces)
        pieces.append(buffer[eol + 2 : eol + 2 + size])
    return None


def drive(
    url: str,
    headers: dict[str, str],
    *,
    records: int,
    connections: int = 16,
    seconds: float = 3.0,
    most: int = 50_000,
) -> Load:
    """Load `url` for so many seconds, or until `most` requests, and return what was measured.

    Raises ConnectionError for any answer but the expected one, and ValueError for a URL that is not on loopback.
    """
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None or not ip_address(parts.hostname).is_loopback:
        message = f"{url} is not an http URL on the loopback interface with a port"
        raise ValueError(message)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": parts.netloc, **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = f"GET {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")
    poll = selectors.DefaultSelector()
    opened = [_Line((parts.hostname, parts.port)) for _ in range(connections)]
    try:
        for line in opened:
            poll.register(line.socket, selectors.EVENT_READ, line)
        return _drive(poll, opened, request, records, seconds, most)
    finally:
        poll.close()
        for line in opened:
            line.socket.close()


def _drive(  # noqa: PLR0917 - one call, just above
    poll: selectors.BaseSelector, lines: list[_Line], request: bytes, records: int, seconds: float, most: int
) -> Load:
    waits: list[float] = []
    first = b""
    began_cpu, began = time.process_time(), time.perf_counter()
    ended = began
    for line in lines[:most]:
        line.ask(request)
    asked = flying = min(len(lines), most)
    while flying:
        ready = poll.select(_PATIENCE)
        if not ready:
            message = f"no answer came for {_PATIENCE:g} s"
            raise ConnectionError(message)
        for key, _ in ready:
            line = key.data
            answer = line.read(first)
            if answer is None:
                continue
            ended = time.perf_counter()
            waits.append(ended - line.sent)
            head, body = answer
            if not head.startswith(b"HTTP/1.1 200 "):
                message = f"an answer is not 200: {head[:60]!r} {body[:300]!r}"
                raise ConnectionError(message)
            if not first:
                first = _checked(body, records)
            elif body != first:
                message = "an answer differs from the first one"
                raise ConnectionError(message)
            if asked < most and ended - began < seconds:
                line.ask(request)
                asked += 1
            else:
                flying -= 1
    wall = ended - began
    waits.sort()
    return Load(
        requests=len(waits),
        seconds=wall,
        rate=len(waits) / wall,
        p50=waits[len(waits) // 2],
        p99=waits[len(waits) * 99 // 100],
        body_bytes=len(first),
        cpu=(time.process_time() - began_cpu) / wall,
    )


def _checked(body: bytes, records: int) -> bytes:
    found = len(json.loads(body)["results"])
    if found != records:
        message = f"the page holds {found} records instead of {records}"
        raise ConnectionError(message)
    return body


def main() -> int:
    """Load one URL and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--most", type=int, default=50_000, help="requests")
    parser.add_argument("--records", type=int, default=10, help="records on the page")
    parser.add_argument("--header", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("url")
    given = parser.parse_args()
    headers = {name: value for name, _, value in (text.partition("=") for text in given.header)}
    try:
        load = drive(
            given.url,
            headers,
            records=given.records,
            connections=given.connections,
            seconds=given.seconds,
            most=given.most,
        )
    except (OSError, ValueError) as error:
        print(f"load: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(load)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
