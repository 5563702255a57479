"""One call through the adapter: its deadlines, its cancellation and its exchanges."""

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
"""Seconds to wait for the first request of a call before its cancellation."""
RECORD_DEADLINE = 1.0
"""Seconds to wait for the record of an answer from which the case saves a value."""


class AdapterCalls:
    """Makes the calls of one case, several of them concurrently.

    `lost` is `silent` or `died` once the adapter no longer answers, and None until then.
    """

    def __init__(self, adapter: AdapterProcess, tap: CaseTap) -> None:
        self.lost: str | None = None
        self._adapter = adapter
        self._tap = tap

    def fell_silent(self) -> None:
        """Record that the adapter did not answer in time, and send the delayed answers for which it may wait."""
        self._tap.release()
        self.lost = "silent"

    def died(self) -> None:
        """Record that the adapter's process has ended."""
        self.lost = "died"

    async def outcome(self, call: Call) -> Outcome | None:
        """Make one call and return its outcome, None when the adapter is lost during it."""
        try:
            mark = self._tap.mark()
            started = await self._adapter.begin(call.call, call.with_)
            if call.cancel_after is not None:
                await self._wait_for_request(mark)
                await asyncio.sleep(call.cancel_after)
                await started.cancel()
            return await started.outcome(CALL_DEADLINE)
        except AdapterSilent:
            self.fell_silent()
        except AdapterDied:
            self.died()
        return None

    async def _wait_for_request(self, mark: int) -> None:
        """Wait until the call has sent a request: a call that is cancelled earlier has no request to judge."""
        until = time.monotonic() + ARRIVAL_DEADLINE
        while self._tap.mark() == mark and time.monotonic() < until:  # noqa: ASYNC110 - an arrival raises no event
            await asyncio.sleep(0.005)

    async def exchanges(self, mark: int, call: Call) -> tuple[Exchange, ...]:
        """Return the exchanges since `mark`; if the call saves a value, wait until their answers are recorded.

        A client may have read a whole answer before the tap has recorded it.
        """
        until = time.monotonic() + RECORD_DEADLINE
        exchanges = self._tap.since(mark)
        while call.save and exchanges and exchanges[-1].ending is Ending.OPEN and time.monotonic() < until:
            await asyncio.sleep(0.005)
            exchanges = self._tap.since(mark)
        return exchanges
