"""One request and its response over `requests`: encoding, decoding, and the repeats of reads."""

from __future__ import annotations

import copy
import math
import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from concordat_reference import codec, session
from concordat_reference.errors import ApiError, DecodeError, InvalidArgumentError, TransportError
from concordat_reference.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTRACT_RETRIES", "Answer", "Retries", "Transport"]

Kind = TypeVar("Kind")


class Retries(NamedTuple):
    """The retry policy of reads for 408, 429 and 5XX; times in seconds. The defaults are the contract's.

    `connection_errors`: also retry after a connection was refused, reset, timed out or ended within a response (RFC
    9112, section 8). A complete response of any other status is never retried, even if it is unreadable.
    """

    initial: float = 0.5
    maximum: float = 60.0
    elapsed: float = 3600.0
    exponent: float = 1.5
    connection_errors: bool = True


CONTRACT_RETRIES = Retries()
REPEATABLE = (408, 429, *range(500, 600))
LEAST_TIMEOUT = 1.0
"""The shortest timeout in seconds, so that a request just before the deadline can still succeed."""


class Answer(NamedTuple):
    """A complete 2xx response."""

    status: int
    content_type: str | None
    body: bytes
    headers: Mapping[str, str] | None = None

    def json(self, kind: type[Kind]) -> Kind:
        """Return the JSON in the body as the model `kind`. Raises DecodeError if it does not fit."""
        found = (self.content_type or "application/json").partition(";")[0].strip().lower()
        if found != "application/json" and not found.endswith("+json"):
            reason = f"its content type is {found}"
            raise DecodeError(reason, self.status, self.body, self.headers)
        try:
            value: Kind | None = codec.loads(self.body, kind)
        except ShapeError as error:
            reason = f"its body is not what the operation returns: {error}"
            raise DecodeError(reason, self.status, self.body, self.headers, error.pointer) from error
        except ValueError as error:
            reason = f"its body is not JSON: {error}"
            raise DecodeError(reason, self.status, self.body, self.headers) from error
        if value is None:
            reason = "its body is null"
            raise DecodeError(reason, self.status, self.body, self.headers, "")
        return value


class Transport:
    """Sends requests to one server.

    It never follows redirects, so that a 3xx is an ApiError: the API has none, a write must not be sent twice, and a
    credential must not reach another host. It ignores proxies, `.netrc` and cookies. `timeout` limits each wait on the
    socket. Raises InvalidArgumentError for invalid arguments.
    """

    def __init__(self, base_url: str, auth: str | None, retries: Retries | None, timeout: float | None) -> None:
        if timeout is not None and not 0 < timeout <= threading.TIMEOUT_MAX:
            message = f"a time limit of {timeout} s: use None for none"
            raise InvalidArgumentError(message)
        if retries is not None and not all(0 <= number < math.inf for number in retries[:4]):
            message = f"not a retry policy, its times and exponent are finite and not negative: {retries}"
            raise InvalidArgumentError(message)
        self._base = session.base(base_url)
        self._retries = retries
        self._timeout = timeout
        self._ends = math.inf
        self._session = session.made(auth)

    def within(self, seconds: float) -> Self:
        """Return a transport over the same connections, with a time limit from now that includes repeats.

        No repeat begins after the limit, and no wait on the socket exceeds the remaining time, or LEAST_TIMEOUT.
        """
        limited = copy.copy(self)
        limited._ends = time.monotonic() + seconds  # noqa: SLF001 - an object of this class
        return limited

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def request(
        self,
        method: str,
        template: str,
        arguments: Mapping[str, str],
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        accept: str = "application/json",
    ) -> Answer:
        """Send one request and return its response. The retry policy repeats reads (GET), never writes.

        Raises ApiError, TransportError, DecodeError for a complete response whose content coding is invalid, and
        InvalidArgumentError for invalid arguments.
        """
        try:
            target = codec.path(template, arguments) + codec.query(query or {})
            content = None if body is None else codec.dumps(body)
        except (ValueError, TypeError, RecursionError) as error:
            raise InvalidArgumentError(str(error)) from error
        retries = self._retries if method == "GET" else None
        give_up_at = min(self._ends, time.monotonic() + (retries.elapsed if retries else 0.0))
        tries = 0
        while True:
            try:
                return self._once(method, target, content, accept)
            except (ApiError, TransportError) as error:
                wait = _wait(retries, tries, error)
                if wait is None or time.monotonic() + wait > give_up_at:
                    raise
            time.sleep(wait)
            tries += 1

    def _once(self, method: str, target: str, content: bytes | None, accept: str) -> Answer:
        headers = {"Accept": accept} if content is None else {"Accept": accept, "Content-Type": "application/json"}
        left = max(self._ends - time.monotonic(), LEAST_TIMEOUT)
        timeout = min(self._timeout or math.inf, left)
        sent = session.Sent(method, self._base, target, headers, content)
        raw = session.exchanged(self._session, sent, None if timeout == math.inf else timeout)
        success = 200 <= raw.status < 300  # noqa: PLR2004 - the success class of RFC 9110
        try:
            body = codec.uncoded(raw.headers.get("Content-Encoding", ""), raw.body)
        except ValueError as error:  # the response is complete, so that a repeat would not help
            if success:
                raise DecodeError(str(error), raw.status, raw.body, raw.headers) from error
            body = b""  # the coded bytes are not text
        if not success:
            raise ApiError(raw.status, body.decode("utf-8", "replace"), _error_message(body), raw.headers)
        return Answer(raw.status, raw.headers.get("Content-Type"), body, raw.headers)


def _error_message(body: bytes) -> dict[str, Any]:
    try:
        decoded = codec.loads(body)
    except ValueError:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _wait(retries: Retries | None, tries: int, error: ApiError | TransportError) -> float | None:
    """Return the seconds until the next attempt, None without one; a Retry-After replaces the backoff."""
    if retries is None:
        return None
    if isinstance(error, TransportError):
        if not (retries.connection_errors and error.transient):
            return None
    elif error.status not in REPEATABLE:
        return None
    elif (after := _retry_after(error.headers.get("Retry-After"))) is not None:
        return after
    try:
        return min(retries.initial * retries.exponent**tries, retries.maximum)
    except OverflowError:
        return retries.maximum


def _retry_after(text: str | None) -> float | None:
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):  # a date may overflow
        return None
