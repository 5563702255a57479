"""The tap on its own: any client on one side, any endpoint on the other, and the contract in between."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from concordat.errors import HarnessError, Location, UsageError
from concordat.http1.exchange import headers_named
from concordat.http1.listener import Listener
from concordat.tap.har import add_entry, open_har
from concordat.tap.live import LiveUpstream
from concordat.tap.recorder import Recorder
from concordat.tap.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import harfile

    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange

__all__ = ["run_proxy"]

_SHORTEST = 4  # shorter text is no credential, and would be found everywhere


async def run_proxy(
    upstream_url: str,
    contract: Contract,
    port: int = 0,
    har_path: Path | None = None,
    *,
    allow_writes: bool = False,
    on_ready: Callable[[str], None],
    on_exchange: Callable[[Exchange], None] | None = None,
    deadline: float = 60.0,
) -> None:
    """Forward, record and judge until cancelled, then return.

    `on_ready` gets the URL to point a client at; `on_exchange` gets each exchange as it ends, scrubbed and judged, its
    problems in it. The HAR file is written as the exchanges end and is whole when this returns or raises; credentials
    and cookies are blank in it. Clients send their own credentials.

    Raises TargetUnreachable when the endpoint does not answer at the start, UsageError when the port is taken, the URL
    is none, or the file cannot be written, HarnessError when some exchanges could not be recorded.
    """
    scrubber = _Learning()
    live = LiveUpstream(upstream_url, allow_writes=allow_writes, deadline=deadline)
    with ExitStack() as stack:
        har = _har(har_path, stack)
        began = datetime.now(UTC)

        def finished(exchange: Exchange) -> None:
            clean = scrubber.exchange(exchange)
            if har is not None:
                add_entry(har, clean, base_url=listener.url, began=began)
            if on_exchange is not None:
                on_exchange(clean)

        recorder = Recorder(contract, on_finished=finished, keep=False)
        listener = Listener(live, recorder)
        try:
            await live.probe()
            await _listen(listener, port)
            on_ready(listener.url)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
        finally:
            await listener.close()
            await live.close()
    for failure in (*listener.failures, *recorder.failures):
        message = "some exchanges were not recorded"
        raise HarnessError(message, cause=f"{type(failure).__name__}: {failure}") from failure


class _Learning:
    """Scrubs with the credentials that the clients themselves have sent so far."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._scrubber = Scrubber(())

    def exchange(self, exchange: Exchange) -> Exchange:
        headers = exchange.request.headers if exchange.request is not None else ()
        sent = {value for value in headers_named(headers, "authorization") if len(value) >= _SHORTEST}
        if not sent <= self._known:
            self._known |= sent
            self._scrubber = Scrubber(self._known)
        return self._scrubber.exchange(exchange)


async def _listen(listener: Listener, port: int) -> None:
    try:
        await listener.start(port=port)
    except OSError as error:
        message = f"cannot listen on port {port}"
        raise UsageError(message, cause=error.strerror, hint="choose another --port, or 0 for any free one") from error


def _har(path: Path | None, stack: ExitStack) -> harfile.HarFile | None:
    if path is None:
        return None
    try:
        har = open_har(path)
    except OSError as error:
        message = "cannot write the HAR file"
        raise UsageError(message, where=Location(path), cause=error.strerror, hint="check --har") from error
    # On any way out the archive must be closed by its own end, or no tool can read it.
    stack.callback(har.close)
    return har
