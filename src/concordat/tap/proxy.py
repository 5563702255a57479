"""The tap as a proxy of its own, between any client and any endpoint."""

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
from concordat.tap.scrubber import Scrubber

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import harfile

    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange

__all__ = ["run_proxy"]

_SHORTEST = 4  # shorter text is not a credential, and would match everywhere


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
    """Forward, record and judge until cancelled.

    `on_ready` receives the proxy's URL; `on_exchange` receives each finished exchange, scrubbed and judged. The HAR
    file is complete when this function returns or raises; credentials and cookies are blank in it. Clients send their
    own credentials.

    Raises TargetUnreachable when the endpoint does not answer at the start, UsageError for a taken port, an invalid URL
    or a file that cannot be written, HarnessError when some exchanges could not be recorded.
    """
    scrubber = _CredentialScrubber()
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


class _CredentialScrubber:
    """Scrubs the credentials that the clients have sent so far."""

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
    # The archive must be closed on every exit, or no tool can read it.
    stack.callback(har.close)
    return har
