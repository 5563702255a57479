"""Serves an upstream on a loopback port.

client ──bytes──> Connection ──Request──> Upstream
       <──bytes──            <──Answer──
                      │
                      └──> Observer (the tap records; `serve` does not)
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from concordat.http1.answer import Answer
from concordat.http1.connection import Connection
from concordat.http1.parser import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.http1.answer import Upstream
    from concordat.http1.connection import Observer
    from concordat.http1.exchange import Ending, Request
    from concordat.http1.parser import HeadCheck

__all__ = ["Listener"]

_BACKLOG = 512


class _NoObserver:
    """An observer that records nothing."""

    def on_request(self, request: Request) -> int:  # noqa: ARG002
        return 0

    def on_unparsable(self, raw: bytes) -> int:  # noqa: ARG002
        return 0

    def on_answer(self, token: int, answer: Answer) -> None:
        pass

    def on_end(self, token: int, ending: Ending, *, begun: bool) -> None:
        pass


def _text(status: int, reason: str) -> Answer:
    """Return the answer to bytes that are not a request."""
    return Answer(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{reason}\n".encode())


class Listener:
    """A listening port with an upstream behind it.

    `refusal` returns the answer to bytes that are not a request, and to a body longer than `body_limit`, from the
    status and the reason. `head_check` refuses a request with a body before that is read; without one, every head is
    admitted. `unparsable` counts arrivals that are not requests, refused heads included. `failures` are errors of the
    upstream or the observer, which are harness errors.
    """

    def __init__(
        self,
        upstream: Upstream,
        observer: Observer | None = None,
        *,
        body_limit: int = BODY_LIMIT,
        refusal: Callable[[int, str], Answer] = _text,
        head_check: HeadCheck | None = None,
    ) -> None:
        self.upstream = upstream
        """The server that answers. It may be replaced at any time."""
        self.observer: Observer = observer or _NoObserver()
        self.body_limit = body_limit
        self.refusal = refusal
        self.head_check = head_check
        self.unparsable = 0
        self.releases = 0
        """The number of calls of `release`."""
        self.failures: list[Exception] = []
        self.host = ""
        self.port = 0
        self._server: asyncio.Server | None = None
        self._closed = False
        self._connections: set[Connection] = set()
        self._holds: set[asyncio.Future[None]] = set()
        self._empty: asyncio.Future[None] | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Listener:
        """Listen on a port; 0 selects a free one. Raises OSError when the port is taken."""
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, port))
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: Connection(self), sock=sock, backlog=_BACKLOG)
        except BaseException:
            sock.close()
            raise
        self.host, self.port = sock.getsockname()[:2]
        return self

    @property
    def url(self) -> str:
        """`http://HOST:PORT`, without a slash at its end."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def release(self) -> None:
        """End every stall and drip: stalled answers are sent now, the rest of a drip in one piece."""
        self.releases += 1
        for hold in tuple(self._holds):
            if not hold.done():
                hold.set_result(None)

    async def close(self, deadline: float = 2.0) -> None:
        """Stop listening and close every connection within `deadline` seconds. Exchanges in flight end as `open`."""
        self._closed = True
        if self._server is not None:
            self._server.close()
        await self._shut(deadline / 2, hard=False)
        await self._shut(deadline / 2, hard=True)

    async def _shut(self, deadline: float, *, hard: bool) -> None:
        if not self._connections:
            return
        self._empty = asyncio.get_running_loop().create_future()
        for connection in tuple(self._connections):
            connection.shut(hard=hard)
        await asyncio.wait((self._empty,), timeout=deadline)

    # The methods below are for this listener's connections.

    def opened(self, connection: Connection) -> None:
        """Register a new connection, or close it when the listener is closed."""
        self._connections.add(connection)
        if self._closed:
            connection.shut(hard=True)

    def lost(self, connection: Connection) -> None:
        """Unregister a connection."""
        self._connections.discard(connection)
        if not self._connections and self._empty is not None and not self._empty.done():
            self._empty.set_result(None)

    async def respond(self, request: Request) -> Answer:
        """Return the upstream's answer, or a 500 that names Concordat when the upstream raised."""
        try:
            return await self.upstream.answer(request)
        except Exception as error:  # noqa: BLE001 - an error of the upstream must not hang the client
            return self._failed(error)

    def _failed(self, error: Exception) -> Answer:
        self.failures.append(error)
        body = b'{"error":"Concordat itself failed behind this port; see its report."}'
        return Answer(status=500, headers=(("Content-Type", "application/json"),), body=body, scripted=True)

    async def hold(self, seconds: float) -> None:
        """Wait for the seconds, or until `release`."""
        loop = asyncio.get_running_loop()
        hold: asyncio.Future[None] = loop.create_future()
        self._holds.add(hold)
        try:
            await asyncio.wait((hold,), timeout=max(0.0, seconds))
        finally:
            self._holds.discard(hold)
