"""The API key and the quota of an account (domain 3.5)."""

from __future__ import annotations

import binascii
import time
from base64 import b64decode, b64encode
from email.utils import formatdate
from typing import TYPE_CHECKING

from concordat.http1.exchange import header
from concordat.sandbox.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.http1.exchange import Request
    from concordat.sandbox.core.world import Auth, RateLimit
    from concordat.values import Pairs

__all__ = ["Authentication", "Quota"]

_DAY = 86_400
_PER_COMPANY = 1000


class Authentication:
    """The check of the Authorization header: `Basic` and the raw API key in base64, not a user and a password."""

    def __init__(self, auth: Auth) -> None:
        self._key = auth.key
        self._outdated = frozenset(auth.outdated)
        self.credential = "Basic " + b64encode(auth.key.encode()).decode()
        """The Authorization value that is accepted."""

    def check(self, request: Request) -> None:
        """Raise a 401 for a request without a valid key, and a 403 for an outdated key.

        The case of the scheme does not matter (RFC 9110, 11.1).
        """
        given = header(request.headers, "Authorization") or ""
        if given != self.credential or self._outdated:
            key = _key_in(given)
            if key in self._outdated and key is not None:
                raise Refusal(403)
            if key != self._key:
                raise Refusal(401)


def _key_in(value: str) -> str | None:
    """Return the key in an Authorization value, None when it is not base64 after `Basic`."""
    scheme, _, credential = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(credential.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


class Quota:
    """A day's quota of requests, fresh at 00:00 UTC.

    It goes by the real clock, since clients compare its dates with now. When a case sets `remaining`, the quota is
    fresh again `retry-after` seconds after the first refusal, so that a client that waits for `Retry-After` succeeds.
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

    def spend(self) -> None:
        """Count one request. Raises a 429 with Retry-After once the quota is spent."""
        if self._fresh_at is not None and self._clock() >= self._fresh_at:
            self._fresh_at, self._remaining = None, self.limit
        if self._remaining > 0:
            self._remaining -= 1
            return
        if self._fresh_at is None:
            self._fresh_at = self._clock() + self._setting.retry_after
        after = str(self._setting.retry_after)
        if self._setting.form == "date":
            after = formatdate(-(-self._fresh_at // 1), usegmt=True)
        raise Refusal(429, headers=(("Retry-After", after),))

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
