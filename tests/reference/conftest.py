"""A server on loopback that answers with a script and keeps what it was sent, byte for byte."""

from __future__ import annotations

import json
import socketserver
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sent(NamedTuple):
    """One request as it was on the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Handler(socketserver.StreamRequestHandler):
    """Answers one request and closes; an empty script closes without an answer."""

    def handle(self) -> None:
        assert isinstance(self.server, Double)
        start = self.rfile.readline().decode("latin-1").split()
        if not start:
            return
        headers = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.server.sent.append(Sent(start[0], start[1], headers, body))
        threading.Event().wait(self.server.delay)
        script = self.server.script
        self.wfile.write(script.pop(0) if len(script) > 1 else script[0])


class Double(socketserver.ThreadingTCPServer):
    """`script`: whole raw answers, the last of which repeats; `delay`: seconds before each of them."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.sent: list[Sent] = []
        self.script: list[bytes] = [b""]
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @staticmethod
    def raw(status: int, body: bytes = b"", *lines: str, length: int | None = None) -> bytes:
        size = len(body) if length is None else length
        head = [f"HTTP/1.1 {status} Some", "Connection: close", f"Content-Length: {size}", *lines]
        return "\r\n".join([*head, "", ""]).encode() + body

    def json(self, value: object, status: int = 200, *lines: str) -> bytes:
        return self.raw(status, json.dumps(value).encode(), "Content-Type: application/json", *lines)


@pytest.fixture
def double() -> Iterator[Double]:
    server = Double()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(scaled(30))
