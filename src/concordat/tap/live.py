"""Forwards requests to a live endpoint: it alone receives the real credential, and writes need permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import aiohttp
import msgspec
from multidict import CIMultiDict
from yarl import URL

from concordat.contract.operation import SAFE
from concordat.errors import TargetUnreachable, UsageError
from concordat.http1.answer import SYNTHETIC, Answer
from concordat.http1.exchange import header, headers_named
from concordat.http1.local import foreign
from concordat.http1.parser import BODY_LIMIT
from concordat.tap.write_guard import write_in
from concordat.tap.written import Written, write_of

if TYPE_CHECKING:
    from concordat.http1.exchange import Request
    from concordat.values import Pairs

__all__ = ["PLACEHOLDER", "LiveUpstream", "check_target", "unanswered"]

PLACEHOLDER = "Basic Y29uY29yZGF0LXBsYWNlaG9sZGVy"
"""The `Authorization` that clients get instead of the real credential."""

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""RFC 9110, 7.6.1."""
_REMADE = frozenset({"host", "content-length", "expect", "accept-encoding"})
_OWN = frozenset({SYNTHETIC.lower()})
"""The mark of Concordat's own answers, which no target may set."""
_LATE, _BROKEN_OFF = 504, 502
_HEAD_LIMIT = 64 * 1024
_PROBE = aiohttp.ClientTimeout(total=15.0)


class RequestPace(Protocol):
    """The pace of the requests to an endpoint."""

    async def turn(self) -> str | None:
        """Wait for the turn of one request. Return why it must not be sent, else None."""
        ...

    def see(self, answer: Answer) -> None:
        """Notice an answer of the endpoint."""
        ...


class LiveUpstream:
    """An upstream that forwards to the endpoint at `target_url`, whose path precedes every request's.

    An `Authorization` equal to `placeholder` is replaced by `auth`; any other is forwarded as sent. Requests that may
    write, by their method or an override of it, are refused unless `allow_writes`. The forwarder follows no redirects,
    keeps no cookies, ignores the environment's proxies and does not decode bodies. It requests uncompressed answers, so
    that records can be scrubbed. A `Location` into the endpoint is rewritten to the client's port, so that no request
    bypasses the tap. Targets are unchanged, except that an empty query is dropped; repeated headers get the case of the
    first. A request with a foreign `Host` or `Origin` is refused, so that no web page in this machine's browser can
    write or use the credential. `refusals` has one line for each request that was not forwarded, `written` one entry
    for each write that the endpoint accepted. `pace` spaces the requests; `stopped` is its reason once it has stopped
    one.

    Raises UsageError for a target that is not an http or https URL.
    """

    def __init__(
        self,
        target_url: str,
        auth: str | None = None,
        *,
        allow_writes: bool = False,
        placeholder: str = PLACEHOLDER,
        deadline: float = 60.0,
        pace: RequestPace | None = None,
    ) -> None:
        self.target = check_target(target_url)
        self.refusals: list[str] = []
        self.written: list[Written] = []
        self.stopped: str | None = None
        self._pace = pace
        self._auth = auth
        self._allow_writes = allow_writes
        self._placeholder = placeholder
        self._timeout = aiohttp.ClientTimeout(total=deadline)
        self._session: aiohttp.ClientSession | None = None

    async def answer(self, request: Request) -> Answer:
        """Forward one request and return the endpoint's answer, or a refusal that is marked as Concordat's."""
        if not request.target.startswith("/"):
            return _refusal(400, "only requests for a path are forwarded")
        reason = foreign(request)
        if reason is not None:
            return self._refused(f"{reason}; it was not forwarded")
        refused = None if self._allow_writes else write_in(request)
        if refused is not None:
            return self._refused(f"this run only reads; {refused} was not forwarded (see --allow-writes)")
        if self._pace is not None and (stopped := await self._pace.turn()) is not None:
            self.stopped = stopped
            return _refusal(503, stopped)
        answer = await self._forwarded(request)
        if self._pace is not None:
            self._pace.see(answer)
        write = None if answer.scripted else write_of(request, answer)
        if write is not None:
            self.written.append(write)
        return answer

    async def _forwarded(self, request: Request) -> Answer:
        url = URL(self.target + request.target, encoded=True)
        try:
            async with self._open().request(
                request.method,
                url,
                headers=self._headers(request),
                data=request.body or None,
                allow_redirects=False,
                middlewares=() if request.method in SAFE else (_once,),
            ) as response:
                body = await _bounded(response)
                headers = tuple(
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
                )
        except TimeoutError:
            return _refusal(_LATE, "the target did not answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            cause = error.__cause__ if isinstance(error, _SentOnceError) else error
            return _refusal(_BROKEN_OFF, _break(cause))
        if body is None:
            return _refusal(_BROKEN_OFF, f"the target's answer is longer than {BODY_LIMIT // 1024**2} MiB")
        return Answer(response.status, self._returned(headers, request), body)

    async def probe(self) -> None:
        """Send a request without a credential. Raises TargetUnreachable without any HTTP answer."""
        try:
            async with self._open().head(URL(self.target + "/", encoded=True), allow_redirects=False, timeout=_PROBE):
                return
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            message = f"the target {self.target} does not answer"
            cause = str(error) or ("no answer in time" if isinstance(error, TimeoutError) else type(error).__name__)
            hint = "check --target, the network and any VPN"
            if isinstance(error, aiohttp.ClientConnectorCertificateError):
                message = f"the certificate of the target {self.target} is not valid here"
                cause = str(error.certificate_error)
                hint = "if it is the right server: SSL_CERT_FILE=FILE names the certificates (PEM) to trust"
            elif isinstance(error, aiohttp.ClientConnectorSSLError):
                hint = "does it speak TLS? If it does not, write --target http://..."
            raise TargetUnreachable(message, cause=cause, hint=hint) from error

    async def close(self) -> None:
        """Close the connections to the endpoint."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=self._timeout,
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
                max_line_size=_HEAD_LIMIT,
                max_field_size=_HEAD_LIMIT,
            )
        return self._session

    def _headers(self, request: Request) -> CIMultiDict[str]:
        headers: CIMultiDict[str] = CIMultiDict()
        names: dict[str, str] = {}  # aiohttp drops a repeat in another case
        dropped = _dropped(request.headers) | _REMADE
        for written, value in request.headers:
            key = written.lower()
            if key in dropped:
                continue
            name = names.setdefault(key, written)
            if key == "authorization" and value == self._placeholder and self._auth is not None:
                headers.add(name, str(self._auth))  # exactly `str`: it may be a `Secret`
            else:
                # aiohttp writes UTF-8, and the bytes must stay the same.
                headers.add(name, value.encode("latin-1").decode("utf-8", "surrogateescape"))
        headers.add("Accept-Encoding", "identity")
        return headers

    def _returned(self, headers: Pairs, request: Request) -> Pairs:
        dropped = _dropped(headers) | _OWN
        return tuple(
            (name, self._located(name, value, request)) for name, value in headers if name.lower() not in dropped
        )

    def _located(self, name: str, value: str, request: Request) -> str:
        host = header(request.headers, "host")
        rest = value.removeprefix(self.target)
        inside = rest != value and rest[:1] in ("", "/", "?", "#")
        return f"http://{host}{rest}" if name.lower() == "location" and inside and host else value

    def _refused(self, message: str) -> Answer:
        self.refusals.append(message)
        return _refusal(403, message)


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """Return the body of a response, None for one that is longer than any message may be."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > BODY_LIMIT:
            response.close()
            return None
        parts.append(part)
    return b"".join(parts)


def _break(error: BaseException | None) -> str:
    """Return what went wrong with a connection to the target."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the target's certificate is not valid here ({error.certificate_error})"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"the target cannot be reached ({type(error.os_error).__name__})"
    return f"the target broke off ({type(error).__name__})"


class _SentOnceError(aiohttp.ClientError):
    """A write whose connection broke, and that must not be sent again."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a write once: aiohttp sends a PUT or DELETE again when its connection breaks."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _SentOnceError from error


def unanswered(answer: Answer) -> bool:
    """Return whether the answer stands for a request that was forwarded and that the target did not answer."""
    return answer.scripted and answer.status in (_LATE, _BROKEN_OFF) and header(answer.headers, SYNTHETIC) is not None


def check_target(text: str) -> str:
    """Return the URL of an endpoint without a trailing slash. Raises UsageError for any other text."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host or url.query_string or url.fragment or url.user:
        message = "the target is not a plain http or https URL"
        raise UsageError(message, hint="write it like https://api.example.com, without query or credentials")
    return text.rstrip("/")


def _dropped(headers: Pairs) -> frozenset[str]:
    named = (token.strip().lower() for value in headers_named(headers, "connection") for token in value.split(","))
    return _HOP_BY_HOP | frozenset(named)


def _refusal(status: int, message: str) -> Answer:
    """Return an answer that is marked as Concordat's."""
    body = msgspec.json.encode({"statusCode": status, "service": "Concordat", "error": f"Concordat: {message}"})
    headers = (("Content-Type", "application/json; charset=utf-8"), (SYNTHETIC, "synthetic"))
    return Answer(status, headers, body, scripted=True)
