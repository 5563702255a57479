"""One request and its answer over `requests`: encoding, reading, repeating reads, and nothing clever."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from concordat_reference import codec
from concordat_reference.errors import ApiError, DecodeError, TransportError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

__all__ = ["CONTRACT_RETRIES", "Answer", "Retries", "Transport"]


class Retries(NamedTuple):
    """How reads are repeated on 408, 429 and 5XX; times in seconds. The numbers are the contract's own."""

    initial: float = 0.5
    maximum: float = 60.0
    elapsed: float = 3600.0
    exponent: float = 1.5
    connection_errors: bool = True


CONTRACT_RETRIES = Retries()
REPEATABLE = (408, 429, *range(500, 600))


class Answer(NamedTuple):
    """A whole 2xx answer."""

    status: int
    content_type: str | None
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the JSON object in the body; DecodeError when there is none."""
        kind = (self.content_type or "application/json").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            reason = f"its content type is {kind}"
            raise DecodeError(reason, self.status, self.body)
        try:
            value = codec.loads(self.body)
        except (ValueError, RecursionError) as error:
            reason = f"its body is not JSON: {error}"
            raise DecodeError(reason, self.status, self.body) from error
        if not isinstance(value, dict):
            reason = "its body is not a JSON object"
            raise DecodeError(reason, self.status, self.body)
        return value


class Transport:
    """Sends requests to one server.

    Redirects are never followed: the API has none, a write must not be sent twice and a credential must reach no other
    host, so a 3xx is an ApiError. Proxies, `.netrc` and cookies are left out. `timeout` limits each wait on the socket.
    """

    def __init__(self, base_url: str, auth: str | None, retries: Retries | None, timeout: float | None) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            message = f"not the URL of a server: {base_url!r}"
            raise ValueError(message)
        self._base = base_url.rstrip("/")
        self._retries = retries
        self._timeout = timeout
        self._session = _session(auth)

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
        """Send one request; a read (GET) is repeated by the retry policy, a write never is.

        Raises ApiError, TransportError, and ValueError for an argument that cannot be sent.
        """
        target = codec.path(template, arguments) + codec.query(query or {})
        content = None if body is None else codec.dumps(body)
        retries = self._retries if method == "GET" else None
        give_up_at = time.monotonic() + (retries.elapsed if retries else 0.0)
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
        import requests  # noqa: PLC0415 - imported with the session
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - requests lets a few of these through

        headers = {"Accept": accept} if content is None else {"Accept": accept, "Content-Type": "application/json"}
        prepared = self._session.prepare_request(requests.Request(method, self._base, headers, data=content))
        prepared.url = self._base + target  # after preparing, which would decode %2E and drop the dots
        status = None
        try:
            with self._session.send(
                prepared, allow_redirects=False, timeout=self._timeout, stream=True, proxies={}
            ) as response:
                status = response.status_code
                raw = response.raw.read(decode_content=False)  # urllib3 holds the body to its Content-Length
                body = codec.uncoded(response.headers.get("Content-Encoding", ""), raw)
        except (requests.RequestException, HTTPError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise TransportError(reason, status) from error
        if not 200 <= status < 300:  # noqa: PLR2004 - the success class of RFC 9110
            raise ApiError(status, body.decode("utf-8", "replace"), _error_message(body), response.headers)
        return Answer(status, response.headers.get("Content-Type"), body)


def _session(auth: str | None) -> requests.Session:
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - comes with requests

    import requests  # noqa: PLC0415 - a quarter of a second that importing this package should not cost

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "concordat-reference"
    session.headers["Accept-Encoding"] = "gzip, deflate"
    if auth is not None:
        if not auth.isprintable():  # CR, LF and NUL would end the header or the request (RFC 9110, 5.5)
            message = "the credential holds a character that no header can carry"
            raise ValueError(message)
        session.headers["Authorization"] = auth
    return session


def _error_message(body: bytes) -> dict[str, Any]:
    try:
        decoded = codec.loads(body)
    except (ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _wait(retries: Retries | None, tries: int, error: ApiError | TransportError) -> float | None:
    """Return the seconds until the next try, None for no more; a Retry-After replaces the backoff."""
    if retries is None:
        return None
    if isinstance(error, TransportError):
        if not retries.connection_errors:
            return None
    elif error.status not in REPEATABLE:
        return None
    elif (after := _retry_after(error.headers.get("Retry-After"))) is not None:
        return after
    return min(retries.initial * retries.exponent ** min(tries, 1000), retries.maximum)


def _retry_after(text: str | None) -> float | None:
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
