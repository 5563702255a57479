"""One connection of a listener: reads requests, and delivers the answers in order."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from concordat.http1.answer import Answer
from concordat.http1.delivery import Holder, ResponseWriter, deliver
from concordat.http1.exchange import Ending
from concordat.http1.parser import Arrival, HeadCheck, RequestReader, Unreadable
from concordat.http1.serializer import Rendered, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.http1.exchange import Request

__all__ = ["Connection", "Observer", "Owner"]

_QUEUE_LIMIT = 32
_LINGER_SECONDS = 1.0


class Observer(Protocol):
    """Receives every event of a listener. Its tokens identify arrivals; every arrival ends exactly once."""

    def on_request(self, request: Request) -> int:
        """Record a complete request and return a token for it."""
        ...

    def on_unparsable(self, raw: bytes) -> int:
        """Record bytes that are not a request and return a token for them."""
        ...

    def on_answer(self, token: int, answer: Answer) -> None:
        """Record the upstream's answer, with the headers and body of the wire."""
        ...

    def on_end(self, token: int, ending: Ending, *, begun: bool) -> None:
        """Record the end of an exchange; `begun`: a byte of the answer was written."""
        ...


class Owner(Holder, Protocol):
    """The listener of a connection, as the connection uses it."""

    observer: Observer
    body_limit: int
    head_check: HeadCheck | None
    refusal: Callable[[int, str], Answer]
    unparsable: int
    failures: list[Exception]

    def opened(self, connection: Connection) -> None:
        """Register a new connection."""
        ...

    def lost(self, connection: Connection) -> None:
        """Unregister a connection."""
        ...

    async def respond(self, request: Request) -> Answer:
        """Return the answer to a request."""
        ...


_Item: TypeAlias = Arrival | Unreadable


class Connection(asyncio.Protocol):
    """Reads requests as they arrive and answers them in order, with at most one worker at a time.

    Every arrival is reported to the observer at once, pipelined requests too, and ends exactly once.
    """

    __slots__ = (
        "_current",
        "_discarding",
        "_linger",
        "_out",
        "_owner",
        "_queue",
        "_reader",
        "_throttled",
        "_transport",
        "_worker",
    )

    _transport: asyncio.Transport
    _out: ResponseWriter

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._reader = RequestReader(owner.body_limit, owner.head_check)
        self._queue: deque[tuple[int, _Item]] = deque()
        self._current: int | None = None
        self._worker: asyncio.Task[None] | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._discarding = self._throttled = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Configure the socket and register the connection."""
        self._transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._out = ResponseWriter(self._transport, self._owner)
        self._owner.opened(self)

    def data_received(self, data: bytes) -> None:
        """Parse the bytes, and report complete requests."""
        if self._discarding:
            return
        self._reader.feed(data)
        observer = self._owner.observer
        while (item := self._reader.next()) is not None:
            if isinstance(item, Arrival):
                token = observer.on_request(item.request)
            else:
                self._owner.unparsable += 1
                self._discarding = True
                token = observer.on_unparsable(item.raw)
            self._queue.append((token, item))
        if self._worker is None and self._queue:
            self._worker = asyncio.get_running_loop().create_task(self._work())
        elif self._worker is None:
            self._on_idle()
        if len(self._queue) > _QUEUE_LIMIT and self._worker is not None and not self._throttled:
            self._throttled = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """Treat the end of the client's bytes as its departure. Requests that arrived before are still answered."""
        self._out.client_left = True
        return bool(self._queue) and self._current is None

    def pause_writing(self) -> None:
        """Pause writing: the kernel's buffer is full."""
        self._out.pause()

    def resume_writing(self) -> None:
        """Resume writing: the kernel has every byte."""
        self._out.resume()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """End open exchanges as abandoned by the client."""
        if self._linger is not None:
            self._linger.cancel()
        self._settle(Ending.ABANDONED)
        self._owner.lost(self)

    def shut(self, *, hard: bool = False) -> None:
        """Close from this side. Exchanges in flight end as `open`. `hard` does not wait for unsent bytes."""
        self._settle(Ending.OPEN)
        if hard or self._out.blocked:
            self._transport.abort()
        else:
            self._transport.close()

    def _settle(self, ending: Ending) -> None:
        current, self._current = self._current, None
        observer = self._owner.observer
        if current is not None:
            observer.on_end(current, ending, begun=self._out.begun)
        while self._queue:
            observer.on_end(self._queue.popleft()[0], ending, begun=False)
        if not self._discarding and (partial := self._reader.partial):
            observer.on_end(observer.on_unparsable(partial), ending, begun=False)
        self._discarding = True
        if self._worker is not None:
            self._worker.cancel()

    def _send_continue(self) -> None:
        if self._reader.awaits_continue:
            self._reader.awaits_continue = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def _work(self) -> None:
        """Answer the queued requests."""
        try:
            while self._queue and not self._transport.is_closing():
                token, item = self._queue.popleft()
                self._current, self._out.begun = token, False
                if self._throttled and not self._queue:
                    self._throttled = False
                    self._transport.resume_reading()
                ending = await self._answer(token, item)
                self._end(token, ending)
            self._worker = None
            self._on_idle()
        except Exception as error:  # noqa: BLE001 - a harness error must neither hang a client nor be lost
            self._owner.failures.append(error)
            self._transport.abort()

    def _end(self, token: int, ending: Ending) -> None:
        self._current = None
        self._owner.observer.on_end(token, ending, begun=self._out.begun)

    def _on_idle(self) -> None:
        """Close the connection or continue it, when no request is left to answer."""
        if self._out.client_left:
            self._transport.close()
        else:
            self._send_continue()

    async def _answer(self, token: int, item: _Item) -> Ending:
        if isinstance(item, Unreadable):
            return await self._refuse(token, item)
        answer = await self._owner.respond(item.request)
        rendered = self._rendered(token, item, answer)
        if self._transport.is_closing():
            return Ending.ABANDONED
        return await deliver(self._out, rendered, answer.delivery, self._out.releases)

    async def _refuse(self, token: int, item: Unreadable) -> Ending:
        refusal = item.answer or self._owner.refusal(item.status, item.reason)
        rendered = render(item.status, refusal.headers, refusal.body, persistent=False)
        answer = Answer(status=item.status, headers=rendered.headers, body=refusal.body, scripted=True)
        self._owner.observer.on_answer(token, answer)
        await self._out.write(rendered.whole)
        # Closing with unread bytes would reset the connection, and the client could lose the answer.
        if not self._transport.is_closing() and self._transport.can_write_eof():
            self._transport.write_eof()
            self._linger = asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.close)
        return Ending.UNPARSABLE

    def _rendered(self, token: int, arrival: Arrival, answer: Answer) -> Rendered:
        """Return the bytes of an answer, after reporting them to the observer."""
        rendered = render(
            answer.status,
            answer.headers,
            answer.body,
            method=arrival.request.method,
            persistent=arrival.persistent,
            minor=arrival.minor,
        )
        sent = Answer(answer.status, rendered.headers, rendered.body, answer.delivery, answer.faults, answer.scripted)
        self._owner.observer.on_answer(token, sent)
        return rendered
