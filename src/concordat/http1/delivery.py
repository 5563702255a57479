"""Puts a rendered answer on the wire in the manner that its delivery asks for."""

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
    """Who can hold answers back, and let them all go."""

    releases: int

    async def hold(self, seconds: float) -> None:
        """Wait for so long, or until released."""
        ...


class ResponseWriter:
    """The way out to one client.

    `begun` tells whether any byte of the present answer was written, `client_left` whether the client ended its side.
    """

    __slots__ = ("_drained", "_holder", "begun", "client_left", "transport")

    def __init__(self, transport: asyncio.Transport, holder: Holder) -> None:
        # With no buffer of our own, "written" means that the kernel has every byte.
        transport.set_write_buffer_limits(high=0)
        self.transport = transport
        self.begun = False
        self.client_left = False
        self._holder = holder
        self._drained: asyncio.Future[None] | None = None

    @property
    def blocked(self) -> bool:
        """Whether bytes wait for the client to read."""
        return self._drained is not None

    @property
    def releases(self) -> int:
        """How often everything held was let go."""
        return self._holder.releases

    def pause(self) -> None:
        """Make writers wait from now on."""
        self._drained = asyncio.get_running_loop().create_future()

    def resume(self) -> None:
        """Let writers go on."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def put(self, data: bytes) -> None:
        """Write; what the kernel does not take at once makes the way out `blocked`."""
        if data:
            self.begun = True
            self.transport.write(data)

    async def drain(self) -> None:
        """Wait until the kernel has all of it."""
        if self._drained is not None:
            await self._drained

    async def write(self, data: bytes) -> None:
        """Write, and wait until the kernel has all of it."""
        self.put(data)
        if self._drained is not None:
            await self._drained

    async def hold(self, seconds: float) -> bool:
        """Wait, until released at the latest; return whether the client is still there."""
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
    """Deliver one answer; the connection is closed afterwards where the answer does not keep it.

    `releases` is `out.releases` when the answer was given: one that came since then lets it go.
    """
    ending = Ending.COMPLETE
    match delivery.manner:
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
