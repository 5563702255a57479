"""A stranger: an endpoint that answers each request with prepared bytes, whatever they are."""

from __future__ import annotations

import http.server
import itertools
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Answers = Callable[[str], Iterable[bytes]]


def plain(body: bytes, status: str = "200 OK", *headers: str) -> tuple[bytes, ...]:
    """Return the bytes of an answer with a body. Without a header of its own it is JSON."""
    named = headers or ("Content-Type: application/json",)
    head = "\r\n".join((f"HTTP/1.1 {status}", *named, f"Content-Length: {len(body)}", "Connection: close"))
    return (f"{head}\r\n\r\n".encode("latin-1") + body,)


def endless(part: bytes, *, pause: float = 0.0) -> Iterator[bytes]:
    """Yield an answer whose body does not end: one part after the other, with pauses between them."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    for _ in itertools.count():
        yield part
        time.sleep(pause)


@contextmanager
def stranger(answers: Answers) -> Iterator[tuple[str, list[str]]]:
    """Serve `answers`, from a request's path to the parts of the answer; yield the URL and the paths of requests."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(404)

        def do_GET(self) -> None:
            paths.append(self.path)
            self.close_connection = True
            try:
                for part in answers(self.path):
                    self.wfile.write(part)
            except OSError:
                return  # the reader had enough

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = False
        block_on_close = True

    with Server(("127.0.0.1", 0), Handler) as listening:
        running = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}", paths
        finally:
            listening.shutdown()
            running.join(scaled(10))
