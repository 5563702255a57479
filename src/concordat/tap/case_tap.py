"""The tap of one case and one client: every request at its port belongs to that case."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from concordat.http1.listener import Listener
from concordat.tap.recorder import Recorder, normal_base, target_below

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Exchange, Request

__all__ = ["CaseTap"]


class _Rebased:
    """An upstream that receives targets without the base path."""

    def __init__(self, upstream: Upstream, base: str) -> None:
        self._upstream = upstream
        self._base = base

    async def answer(self, request: Request) -> Answer:
        target = target_below(request.target, self._base)
        if target is not None and target != request.target:
            request = msgspec.structs.replace(request, target=target)
        return await self._upstream.answer(request)


class CaseTap:
    """Records and judges the exchanges of one client with an upstream in this process.

    `start` makes it; `url` is the server URL for the client. `exchanges` may be read at any time, and after `close`.
    """

    def __init__(self, listener: Listener, recorder: Recorder, base_path: str) -> None:
        self._listener = listener
        self._recorder = recorder
        self._base = base_path

    @classmethod
    async def start(
        cls,
        upstream: Upstream | Callable[[str], Upstream],
        contract: Contract,
        *,
        base_path: str = "",
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> CaseTap:
        """Listen on a loopback port; 0 selects a free one.

        `upstream` may also be a function of the tap's URL, for answers that contain it. The upstream receives targets
        without the base path, and a target outside it unchanged. Times of exchanges count from now, by `clock`. Raises
        OSError when the port is taken.
        """
        base = normal_base(base_path)
        recorder = Recorder(contract, base_path=base, clock=clock)
        listener = Listener(_Unset(), recorder)
        await listener.start(port=port)
        tap = cls(listener, recorder, base)
        try:
            made = upstream(tap.url) if callable(upstream) else upstream
        except BaseException:
            await listener.close()
            raise
        listener.upstream = _Rebased(made, base) if base else made
        return tap

    @property
    def url(self) -> str:
        """The server URL for the client, with the base path, without a slash at its end."""
        return self._listener.url + self._base

    @property
    def port(self) -> int:
        """The listening port."""
        return self._listener.port

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges: finished ones judged, those in flight as `open`."""
        return self._recorder.exchanges

    @property
    def unparsable(self) -> int:
        """The number of arrivals that are not HTTP requests."""
        return self._listener.unparsable

    @property
    def failures(self) -> tuple[Exception, ...]:
        """Errors of the upstream, the listener or the judging: each makes the case a harness error."""
        return (*self._listener.failures, *self._recorder.failures)

    def mark(self) -> int:
        """Return the present position, for `since`."""
        return self._recorder.count

    def since(self, mark: int) -> tuple[Exchange, ...]:
        """Return the exchanges that arrived after a position."""
        return self._recorder.since(mark)

    def release(self) -> None:
        """Send every stalled or dripping answer at once."""
        self._listener.release()

    def end(self) -> None:
        """Mark the end of the case: later arrivals are stragglers."""
        self._recorder.end()

    async def close(self, deadline: float = 2.0) -> tuple[Exchange, ...]:
        """Stop listening, close every connection within `deadline` seconds, and return the stragglers."""
        await self._listener.close(deadline)
        return tuple(exchange for exchange in self._recorder.exchanges if exchange.straggler)


class _Unset:
    """Placeholder until the upstream is made. No client knows the URL before."""

    async def answer(self, request: Request) -> Answer:
        message = f"a request for {request.target} arrived before the tap was ready"
        raise RuntimeError(message)
