"""Calibration: what an exchange of known length takes on this machine, while a step runs whose waits are judged.

A wait that came out long says something of the client only as far as waits of the same run do not come out long by
themselves. The exchanges cross a loopback port and the run's own event loop, as those of the client do.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Final

from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.listener import Listener

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from concordat.http1.exchange import Request

__all__ = ["Calibration", "calibrated"]

_PLANNED: Final = 0.05
"""Seconds that the answer of a calibration exchange is held back."""
_DEADLINE: Final = 5.0
"""Seconds after which an exchange is given up, and counts as that long."""
_REQUEST: Final = b"GET / HTTP/1.1\r\nHost: calibration\r\nConnection: close\r\n\r\n"


class _Held:
    """Answers everything after the planned time."""

    async def answer(self, _request: Request) -> Answer:
        return Answer(204, delivery=Delivery(DeliveryMode.STALL, seconds=_PLANNED))


class Calibration:
    """`slowness` is the longest exchange so far over what was planned for it; never below 1."""

    def __init__(self) -> None:
        self.slowness = 1.0

    async def take(self, port: int) -> None:
        """Make one exchange with the listener at `port`."""
        began = time.monotonic()
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(_DEADLINE):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    writer.write(_REQUEST)
                    await reader.read()
                finally:
                    writer.close()
        self.slowness = max(self.slowness, (time.monotonic() - began) / _PLANNED)

    async def go_on(self, port: int) -> None:
        """Make one exchange after the other until cancelled."""
        while True:
            await self.take(port)


@contextlib.asynccontextmanager
async def calibrated(*, active: bool) -> AsyncIterator[Calibration]:
    """Calibrate before, during and after what happens inside; not at all unless `active`."""
    calibration = Calibration()
    if not active:
        yield calibration
        return
    listener = await Listener(_Held()).start()
    try:
        await calibration.take(listener.port)
        going = asyncio.create_task(calibration.go_on(listener.port))
        try:
            yield calibration
        finally:
            going.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await going
        await calibration.take(listener.port)
    finally:
        await listener.close()
