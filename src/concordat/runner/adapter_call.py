"""One call through the adapter: its deadlines, its cancellation, and the exchanges that it caused."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from concordat.errors import AdapterDied, AdapterSilent
from concordat.http1.exchange import Ending

if TYPE_CHECKING:
    from concordat.catalogue.model import Call
    from concordat.clients import AdapterProcess
    from concordat.clients.protocol import Outcome
    from concordat.http1.exchange import Exchange
    from concordat.tap import CaseTap

__all__ = ["CALL_DEADLINE", "AdapterCalls"]

CALL_DEADLINE = 20.0
"""Timeout of one call in seconds. The slowest recovering fault plan takes under 5."""
ARRIVAL_DEADLINE = 5.0
"""Seconds until a call that is to be cancelled is cancelled although it has sent nothing."""
RECORD_DEADLINE = 1.0
"""Seconds until an answer that a value is saved from has to be on record."""


class AdapterCalls:
    """Makes the calls of one case, of which several may be under way at once.

    `lost` is `silent` or `died` once the adapter has ceased to answer, and None until then.
    """

    def __init__(self, adapter: AdapterProcess, tap: CaseTap) -> None:
        self.lost: str | None = None
        self._adapter = adapter
        self._tap = tap

    def fell_silent(self) -> None:
        """Note that the adapter gave no answer in time, and let go of the requests that it may be waiting for."""
        self._tap.release()
        self.lost = "silent"

    def died(self) -> None:
        """Note that the adapter has ended."""
        self.lost = "died"

    async def outcome(self, call: Call) -> Outcome | None:
        """Make one call and return what the client showed, None when the adapter was lost in it."""
        try:
            mark = self._tap.mark()
            started = await self._adapter.begin(call.call, call.with_)
            if call.cancel_after is not None:
                await self._arrival(mark)
                await asyncio.sleep(call.cancel_after)
                await started.cancel()
            return await started.outcome(CALL_DEADLINE)
        except AdapterSilent:
            self.fell_silent()
        except AdapterDied:
            self.died()
        return None

    async def _arrival(self, mark: int) -> None:
        """Wait until the call has sent something: a call that is cancelled before shows nothing of its requests."""
        until = time.monotonic() + ARRIVAL_DEADLINE
        while self._tap.mark() == mark and time.monotonic() < until:  # noqa: ASYNC110 - an arrival raises no event
            await asyncio.sleep(0.005)

    async def exchanges(self, mark: int, call: Call) -> tuple[Exchange, ...]:
        """Return the exchanges since the mark, with their answers on record if the call saves something.

        A client may have read an answer to its end before the tap has noted that it left.
        """
        until = time.monotonic() + RECORD_DEADLINE
        exchanges = self._tap.since(mark)
        while call.save and exchanges and exchanges[-1].ending is Ending.OPEN and time.monotonic() < until:
            await asyncio.sleep(0.005)
            exchanges = self._tap.since(mark)
        return exchanges
