"""The rate limit of an account and the headers that tell of it (domain 3.5)."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.sandbox.world_parts import RateLimit
    from concordat.values import Pairs

__all__ = ["Quota"]

_DAY = 86_400
_PER_COMPANY = 1000


class Quota:
    """A day's quota of requests, fresh at 00:00 UTC.

    It goes by the real clock, since clients compare its dates with now. When a case sets `remaining`, the quota is
    fresh again `retry-after` seconds after the first refusal, so that a client that waits as told gets through.
    """

    def __init__(self, setting: RateLimit, active_companies: int, clock: Callable[[], float] = time.time) -> None:
        self._setting = setting
        self._clock = clock
        self.limit = _limit(setting, active_companies)
        self._remaining = self.limit if setting.remaining is None else setting.remaining
        self._fresh_at: float | None = None
        self._shown = (0, ("X-Rate-Limit-Reset", ""))

    def resize(self, active_companies: int) -> None:
        """Follow the number of companies that have an active connection."""
        grown = _limit(self._setting, active_companies) - self.limit
        self.limit += grown
        if self._setting.remaining is None:
            self._remaining = max(0, self._remaining + grown)

    def spend(self) -> Pairs | None:
        """Count one request; the headers of a refusal (Retry-After) when the quota is spent, else None."""
        now = self._clock()
        if self._fresh_at is not None and now >= self._fresh_at:
            self._fresh_at, self._remaining = None, self.limit
        if self._remaining > 0:
            self._remaining -= 1
            return None
        wait = float(self._setting.retry_after)
        if self._fresh_at is None:
            self._fresh_at = now + wait
        if self._setting.form == "date":
            return (("Retry-After", formatdate(-(-self._fresh_at // 1), usegmt=True)),)
        return (("Retry-After", str(self._setting.retry_after)),)

    def headers(self) -> Pairs:
        """Return the three headers that every response carries; the reset is an ISO 8601 date in UTC."""
        reset = int(self._fresh_at) + 1 if self._fresh_at is not None else (int(self._clock()) // _DAY + 1) * _DAY
        if self._shown[0] != reset:
            text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(reset))
            self._shown = (reset, ("X-Rate-Limit-Reset", text))
        return (
            ("X-Rate-Limit-Limit", str(self.limit)),
            ("X-Rate-Limit-Remaining", str(self._remaining)),
            self._shown[1],
        )


def _limit(setting: RateLimit, active_companies: int) -> int:
    return _PER_COMPANY * (1 + active_companies) if setting.limit is None else setting.limit
