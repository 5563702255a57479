"""The pace of a live run: the rate of its requests, their number, and the pauses for which the target asks.

Requests are spaced one by one. A pause for which the target asks (`Retry-After`, an exhausted rate limit) takes place
between cases, never inside a client's call.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from concordat.errors import UsageError
from concordat.http1.exchange import header
from concordat.targets.patience import Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from concordat.http1.answer import Answer
    from concordat.values import Pairs

__all__ = [
    "MAX_TARGET_FAILURES",
    "SENT",
    "STOPPED",
    "PaceLimits",
    "Pacing",
    "check_rate",
    "parse_rate",
    "run_interval",
    "wanted_pause",
]

MAX_TARGET_FAILURES: Final = 10
"""Results in a row that outages of the target may break before the run stops."""
STOPPED: Final = "the run stopped"
"""The beginning of the reason of results that do not run because the target failed."""
SENT: Final = "the run has sent its"
"""The beginning of the reason of results that do not run because of --max-requests."""
LONGEST_PAUSE: Final = 120.0
"""Seconds of the longest pause between two cases. The run stops where the target asks for more."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"(?P<count>[1-9][0-9]{0,6})/(?P<unit>[smhd])")
_SLOWEST = 10.0
"""Seconds between two requests in the slowest rate of a run: a call waits that long before each further request."""
_ALONE = 0.5
"""Seconds between two requests from which only one case runs at a time, so that no call waits for those of another."""
_ASKS_TO_WAIT = (429, 503)
_SHOWN_FROM = 1.0
_PARAMETER = re.compile(r";\s*(?P<name>[rt])=(?P<value>\d{1,9})")
_EPOCH: Final = 1_000_000_000
"""Numbers from here on are times since 1970 and not seconds to wait."""


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """The limits of one process. `interval` is in seconds; `requests` is None without a limit."""

    interval: float = 0.0
    requests: int | None = None
    target_failures: int = MAX_TARGET_FAILURES

    def part(self, index: int, count: int) -> PaceLimits:
        """Return the limits of the `index`-th (from 0) of `count` processes that share them."""
        requests = self.requests
        if requests is not None:
            requests = requests // count + (index < requests % count)
        return PaceLimits(self.interval * count, requests, self.target_failures)


def parse_rate(text: str) -> float:
    """Return the seconds between two requests of a rate such as `5/s` or `100/m`. Raises UsageError otherwise."""
    found = _RATE.fullmatch(text.strip())
    if found is None:
        message = f"invalid rate `{text}`"
        raise UsageError(message, hint="write --rate-limit N/s or N/m, for example 5/s")
    return _UNITS[found["unit"]] / int(found["count"])


def check_rate(text: str, *, live: bool) -> None:
    """Raise UsageError for an invalid rate, and for a rate without a live target."""
    if not live:
        message = "--rate-limit is for a live target"
        raise UsageError(message, hint="name the target: --target URL")
    parse_rate(text)


def run_interval(text: str) -> float:
    """Return the seconds between two requests of a run. Raises UsageError for an invalid rate and one below 6/m."""
    interval = parse_rate(text)
    if interval > _SLOWEST:
        message = f"the rate `{text}` is too slow for a run: the calls of a client have a time limit"
        raise UsageError(message, hint="write --rate-limit 6/m or more; --max-requests limits their number")
    return interval


class Pacing:
    """The pace of all requests of one process to a live target. `progress` shows a pause."""

    def __init__(self, limits: PaceLimits | None = None, progress: Callable[[str], None] | None = None) -> None:
        self.limits = limits or PaceLimits()
        self.patience = Patience()
        self.requests = 0
        """Requests that were forwarded, those of the discovery included."""
        self.enforced = False
        """Whether the number of requests is limited: it is not during the discovery."""
        self._progress = progress or (lambda _line: None)
        self._next = 0.0
        self._paused_until = 0.0
        self._stopped: str | None = None
        self._failures = 0
        self._alone = asyncio.Lock()

    @property
    def exhausted(self) -> str | None:
        """Why nothing more is sent, None while the number of requests is below its limit."""
        most = self.limits.requests
        if not self.enforced or most is None or self.requests < most:
            return None
        return f"the run has sent its {most} requests (--max-requests)"  # begins with SENT

    @property
    def stopped(self) -> str | None:
        """Why no further case runs, None while the run continues. Cases that are running end as ever."""
        return self._stopped or self.exhausted

    async def turn(self) -> str | None:
        """Wait for the turn of one request. Return why it must not be sent, else None."""
        if (reason := self.exhausted) is not None:
            return reason
        self.requests += 1
        now = time.monotonic()
        at = max(now, self._next)
        self._next = at + self.limits.interval
        if at > now:
            await asyncio.sleep(at - now)
        return None

    async def ready(self) -> None:
        """Wait until a request can be sent at once."""
        while (left := self._next - time.monotonic()) > 0:  # noqa: ASYNC110 - another request may come first
            await asyncio.sleep(left)

    def see(self, answer: Answer) -> None:
        """Remember the pause for which an answer of the target asks; too long a pause stops the run."""
        pause = wanted_pause(answer.status, answer.headers, now=dt.datetime.now(dt.UTC))
        if pause > LONGEST_PAUSE and answer.status in _ASKS_TO_WAIT:
            longest = f"the run waits {LONGEST_PAUSE:.0f} s at most"
            self._stopped = f"{STOPPED}: the target asks for a pause of {pause:.0f} s, and {longest}"
        elif 0 < pause <= LONGEST_PAUSE:
            self._paused_until = max(self._paused_until, time.monotonic() + pause)

    @asynccontextmanager
    async def case(self) -> AsyncIterator[str | None]:
        """Wait until the next case may run, and yield why it must not, else None."""
        if self.limits.interval <= _ALONE:
            await self._pause()
            yield self.stopped
            return
        async with self._alone:
            await self._pause()
            await self.ready()
            yield self.stopped

    async def _pause(self) -> None:
        left = self._paused_until - time.monotonic()
        if left >= _SHOWN_FROM and self.stopped is None:
            self._progress(f"a pause of {left:.0f} s, for which the target asks")
        # a longer pause may begin during this one
        while self.stopped is None and (left := self._paused_until - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)

    def ended(self, *, broken: bool) -> None:
        """Count one result, and stop the run when outages of the target broke too many in a row."""
        self._failures = self._failures + 1 if broken else 0
        if self._failures >= self.limits.target_failures and self._stopped is None:
            self._stopped = (
                f"{STOPPED} after {self._failures} results in a row that the target broke (--max-target-failures)"
            )


def wanted_pause(status: int, headers: Pairs, *, now: dt.datetime) -> float:
    """Return the seconds for which an answer asks the client to wait; 0 where it does not ask.

    `Retry-After` counts for 429 and 503 (RFC 9110, 10.2.3). Any answer may say that the rate limit is exhausted, and
    until when: `RateLimit`, `RateLimit-*`, `X-RateLimit-*` or `X-Rate-Limit-*`.
    """
    pauses = [0.0]
    after = header(headers, "retry-after")
    if after is not None and status in _ASKS_TO_WAIT:
        pauses.append(_seconds(after, now))
    for prefix in ("RateLimit", "X-RateLimit", "X-Rate-Limit"):
        remaining, reset = header(headers, f"{prefix}-Remaining"), header(headers, f"{prefix}-Reset")
        if remaining is not None and remaining.strip() == "0" and reset is not None:
            pauses.append(_seconds(reset, now))
    combined = {found["name"]: int(found["value"]) for found in _PARAMETER.finditer(header(headers, "ratelimit") or "")}
    if combined.get("r") == 0:
        pauses.append(float(combined.get("t", 0)))
    return max(pauses)


def _seconds(text: str, now: dt.datetime) -> float:
    """Return the seconds to a moment: a number of seconds, a time since 1970, an HTTP date or an ISO 8601 date."""
    plain = text.strip()
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,9})?", plain):
        number = float(plain)
        return max(0.0, number - now.timestamp()) if number >= _EPOCH else number
    for read in (parsedate_to_datetime, dt.datetime.fromisoformat):
        try:
            moment = read(plain)
        except ValueError:
            continue
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
        return max(0.0, (aware - now).total_seconds())
    return 0.0
