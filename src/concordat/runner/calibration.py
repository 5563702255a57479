"""Calibration: the time that a request of known duration takes on this machine, during a step whose waits are judged.

A long wait is evidence against the client only if the machine does not lengthen every wait. Calibration requests cross
a loopback port and the run's event loop, as the client's requests do.
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
"""Delay of the answer to a calibration request, in seconds."""
_DEADLINE: Final = 5.0
"""Timeout of a calibration request in seconds; a request that times out counts as that long."""
_REQUEST: Final = b"GET / HTTP/1.1\r\nHost: calibration\r\nConnection: close\r\n\r\n"


class _DelayedUpstream:
    """Answers every request after the planned delay."""

    async def answer(self, _request: Request) -> Answer:
        return Answer(204, delivery=Delivery(DeliveryMode.STALL, seconds=_PLANNED))


class Calibration:
    """Measures calibration requests. `slowness` is the longest time so far over the planned one, and at least 1."""

    def __init__(self) -> None:
        self.slowness = 1.0

    async def take(self, port: int) -> None:
        """Measure one request to the listener at `port`."""
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
        """Measure one request after another until cancelled."""
        while True:
            await self.take(port)


@contextlib.asynccontextmanager
async def calibrated(*, active: bool) -> AsyncIterator[Calibration]:
    """Calibrate before, during and after the block, and not at all unless `active`."""
    calibration = Calibration()
    if not active:
        yield calibration
        return
    listener = await Listener(_DelayedUpstream()).start()
    try:
        await calibration.take(listener.port)
        background = asyncio.create_task(calibration.go_on(listener.port))
        try:
            yield calibration
        finally:
            background.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await background
        await calibration.take(listener.port)
    finally:
        await listener.close()
