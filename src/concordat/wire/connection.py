"""One connection of a listener: requests in, answers out in the manner each asks for."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import TYPE_CHECKING, cast

import msgspec

from concordat.wire.answer import Answer
from concordat.wire.delivery import Outgoing, deliver
from concordat.wire.exchange import Ending
from concordat.wire.reading import Arrival, RequestReader, Unreadable
from concordat.wire.writing import render

if TYPE_CHECKING:
    from concordat.wire.listener import Listener

__all__ = ["Connection"]

_QUEUE_LIMIT = 32
_LINGER_SECONDS = 1.0


class Connection(asyncio.Protocol):
    """Reads requests as they come, and has one worker that answers them in order.

    Every arrival is told to the observer at once, pipelined ones too, and gets exactly one ending.
    """

    __slots__ = (
        "_current",
        "_discarding",
        "_linger",
        "_listener",
        "_out",
        "_queue",
        "_reader",
        "_throttled",
        "_transport",
        "_wake",
        "_worker",
    )

    _transport: asyncio.Transport
    _out: Outgoing

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._reader = RequestReader(listener.body_limit)
        self._queue: deque[tuple[int, Arrival | Unreadable]] = deque()
        self._current: int | None = None
        self._worker: asyncio.Task[None] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._discarding = self._throttled = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in."""
        self._transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._out = Outgoing(self._transport, self._listener)
        self._listener.opened(self)

    def data_received(self, data: bytes) -> None:
        """Read on, and record what is whole."""
        if self._discarding:
            return
        self._reader.feed(data)
        observer = self._listener.observer
        while (item := self._reader.next()) is not None:
            if isinstance(item, Arrival):
                token = observer.on_request(item.request)
            else:
                self._listener.unparsable += 1
                self._discarding = True
                token = observer.on_unparsable(item.raw)
            self._queue.append((token, item))
        if self._queue:
            if self._worker is None:
                self._worker = asyncio.get_running_loop().create_task(self._work())
            elif self._wake is not None and not self._wake.done():
                self._wake.set_result(None)
            if len(self._queue) > _QUEUE_LIMIT and not self._throttled:
                self._throttled = True
                self._transport.pause_reading()
        elif self._current is None:
            self._tell_continue()

    def eof_received(self) -> bool:
        """Treat the end of the client's bytes as its leaving, except that what it sent just before is still served."""
        self._out.client_left = True
        return bool(self._queue) and self._current is None

    def pause_writing(self) -> None:
        """The kernel's buffer is full."""
        self._out.pause()

    def resume_writing(self) -> None:
        """The kernel has every byte."""
        self._out.resume()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Settle what is open: the client left first."""
        if self._linger is not None:
            self._linger.cancel()
        self._settle(Ending.ABANDONED)
        self._listener.lost(self)

    def shut(self, *, hard: bool = False) -> None:
        """Close from this side; what is in flight stays open in the record. `hard` does not wait for unsent bytes."""
        self._settle(Ending.OPEN)
        if hard or self._out.blocked:
            self._transport.abort()
        else:
            self._transport.close()

    def _settle(self, ending: Ending) -> None:
        current, self._current = self._current, None
        observer = self._listener.observer
        if current is not None:
            observer.on_end(current, ending, begun=self._out.begun)
        while self._queue:
            observer.on_end(self._queue.popleft()[0], ending, begun=False)
        if not self._discarding and (partial := self._reader.partial):
            observer.on_end(observer.on_unparsable(partial), ending, begun=False)
        self._discarding = True
        if self._worker is not None:
            self._worker.cancel()

    def _tell_continue(self) -> None:
        if self._reader.awaits_continue:
            self._reader.awaits_continue = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def _work(self) -> None:
        try:
            while not self._transport.is_closing():
                while not self._queue:
                    if self._out.client_left:
                        self._transport.close()
                        return
                    self._tell_continue()
                    self._wake = asyncio.get_running_loop().create_future()
                    await self._wake
                token, item = self._queue.popleft()
                self._current, self._out.begun = token, False
                if self._throttled and not self._queue:
                    self._throttled = False
                    self._transport.resume_reading()
                ending = await (self._answer(token, item) if isinstance(item, Arrival) else self._refuse(token, item))
                self._current = None
                self._listener.observer.on_end(token, ending, begun=self._out.begun)
        except Exception as error:  # noqa: BLE001 - a fault of the harness must neither hang a client nor be lost
            self._listener.failures.append(error)
            self._transport.abort()

    async def _refuse(self, token: int, item: Unreadable) -> Ending:
        body = f"{item.reason}\n".encode()
        headers = (("Content-Type", "text/plain; charset=utf-8"),)
        rendered = render(item.status, headers, body, persistent=False)
        answer = Answer(status=item.status, headers=rendered.headers, body=body, scripted=True)
        self._listener.observer.on_answer(token, answer)
        await self._out.write(rendered.whole)
        # Closing over unread bytes would reset the connection, and the client might lose the answer.
        if not self._transport.is_closing() and self._transport.can_write_eof():
            self._transport.write_eof()
            self._linger = asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.close)
        return Ending.UNPARSABLE

    async def _answer(self, token: int, arrival: Arrival) -> Ending:
        answer = await self._listener.ask(arrival.request)
        rendered = render(
            answer.status,
            answer.headers,
            answer.body,
            method=arrival.request.method,
            persistent=arrival.persistent,
            minor=arrival.minor,
        )
        sent = msgspec.structs.replace(answer, headers=rendered.headers, body=rendered.body)
        self._listener.observer.on_answer(token, sent)
        if self._transport.is_closing():
            return Ending.ABANDONED
        return await deliver(self._out, rendered, answer.delivery)
