"""Writes rendered answers to a connection, with the planned faults of their delivery."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Protocol

from concordat.http1.answer import DeliveryMode
from concordat.http1.exchange import Ending

if TYPE_CHECKING:
    from concordat.http1.answer import Delivery
    from concordat.http1.serializer import Rendered

__all__ = ["Holder", "ResponseWriter", "deliver"]

_LINGER_RESET = struct.pack("ii", 1, 0)


class Holder(Protocol):
    """Delays answers, and releases all of them at once."""

    releases: int

    async def hold(self, seconds: float) -> None:
        """Wait for the seconds, or until the release."""
        ...


class ResponseWriter:
    """Writes to one client.

    `begun`: a byte of the current answer was written; `client_left`: the client ended its side.
    """

    __slots__ = ("_drained", "_holder", "begun", "client_left", "transport")

    def __init__(self, transport: asyncio.Transport, holder: Holder) -> None:
        # Without a buffer in this process, "written" means that the kernel has every byte.
        transport.set_write_buffer_limits(high=0)
        self.transport = transport
        self.begun = False
        self.client_left = False
        self._holder = holder
        self._drained: asyncio.Future[None] | None = None

    @property
    def blocked(self) -> bool:
        """Whether bytes wait until the client reads."""
        return self._drained is not None

    @property
    def releases(self) -> int:
        """The number of releases so far."""
        return self._holder.releases

    def pause(self) -> None:
        """Make writers wait."""
        self._drained = asyncio.get_running_loop().create_future()

    def resume(self) -> None:
        """Let writers continue."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def put(self, data: bytes) -> None:
        """Write without waiting. The writer is `blocked` until the kernel accepts all bytes."""
        if data:
            self.begun = True
            self.transport.write(data)

    async def drain(self) -> None:
        """Wait until the kernel has every byte."""
        if self._drained is not None:
            await self._drained

    async def write(self, data: bytes) -> None:
        """Write, and wait until the kernel has every byte."""
        self.put(data)
        if self._drained is not None:
            await self._drained

    async def hold(self, seconds: float) -> bool:
        """Wait for the seconds or until the release, and return whether the client is still connected."""
        if not self.client_left:
            await self._holder.hold(seconds)
        if self.client_left:
            self.transport.close()
        return not self.client_left

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
        self.transport.abort()


async def deliver(out: ResponseWriter, rendered: Rendered, delivery: Delivery, releases: int) -> Ending:
    """Deliver one answer, and close the connection unless the answer keeps it.

    `releases` is `out.releases` at the time of the answer: a later release ends its delays.
    """
    ending = Ending.COMPLETE
    match delivery.mode:
        case DeliveryMode.WHOLE:
            await out.write(rendered.whole)
        case DeliveryMode.STALL:
            if out.releases == releases and not await out.hold(delivery.seconds):
                return Ending.ABANDONED
            await out.write(rendered.whole)
        case DeliveryMode.DRIP:
            ending = await _drip(out, rendered, delivery, releases)
        case DeliveryMode.CUT:
            part = rendered.body[: max(0, delivery.size)]
            await out.write(rendered.head + (rendered.piece(part) if part else b""))
            out.transport.close()
            return Ending.CUT
        case DeliveryMode.RESET:
            out.reset()
            return Ending.RESET
        case DeliveryMode.CLOSE:
            out.transport.close()
            return Ending.CLOSED
    if not rendered.persistent:
        out.transport.close()
    return ending


async def _drip(out: ResponseWriter, rendered: Rendered, delivery: Delivery, releases: int) -> Ending:
    size = max(1, delivery.size)
    await out.write(rendered.head)
    for start in range(0, len(rendered.body), size):
        if start and out.releases == releases and not await out.hold(delivery.seconds):
            return Ending.ABANDONED
        if out.releases != releases:
            await out.write(rendered.piece(rendered.body[start:]))
            break
        await out.write(rendered.piece(rendered.body[start : start + size]))
    await out.write(rendered.end)
    return Ending.COMPLETE
