"""The session of `requests` under the transport: it makes single exchanges with one server."""

from __future__ import annotations

import errno
import socket
import ssl
from http import client as http_client
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from concordat_reference.errors import InvalidArgumentError, TransportError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

__all__ = ["Raw", "Sent", "base", "exchanged", "made"]


class Sent(NamedTuple):
    """An encoded request."""

    method: str
    base: str
    target: str
    headers: dict[str, str]
    content: bytes | None


class Raw(NamedTuple):
    """A complete response of any status, before its content coding is decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def base(url: str) -> str:
    """Return the normalized URL of a server, without its last slash. Raises InvalidArgumentError for an invalid URL.

    A URL with a name or password is invalid, because `requests` would send these instead of the caller's credential.
    """
    import requests  # noqa: PLC0415 - the import takes a quarter of a second

    try:
        parts = urlsplit(url)
        prepared = requests.Request("GET", url).prepare().url or ""
    except ValueError:  # includes requests.InvalidURL
        parts, prepared = urlsplit(""), ""
    plain = url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment or not plain:
        message = "not the URL of a server" + ("" if "@" in url else f": {url!r}")
        raise InvalidArgumentError(message)
    if "@" in parts.netloc:
        message = "the URL of the server holds a name or password; give the credential as `auth`"
        raise InvalidArgumentError(message)
    return prepared.rstrip("/")


def made(auth: str | None) -> requests.Session:
    """Return a session that sends `auth`, and no cookies or other credentials.

    Raises InvalidArgumentError, without the credential's text, for a credential that is not a valid header value.
    """
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - comes with requests

    import requests  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # requests also inspects redirects that it does not follow: it would read the body and fail for an invalid Location
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]  # noqa: ARG005
    session.headers["User-Agent"] = "concordat-reference"
    session.headers["Accept-Encoding"] = "gzip, deflate"
    if auth is not None:
        session.headers["Authorization"] = _header(auth)
    return session


def exchanged(session: requests.Session, sent: Sent, timeout: float | None) -> Raw:
    """Send one request and return its complete response. Raises TransportError without one."""
    import requests  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - requests does not wrap all of these

    prepared = session.prepare_request(requests.Request(sent.method, sent.base, sent.headers, data=sent.content))
    prepared.url = sent.base + sent.target  # set after preparation, which would decode %2E and remove the dots
    status = None
    try:
        with session.send(prepared, allow_redirects=False, timeout=timeout, stream=True, proxies={}) as response:
            status = response.status_code
            body = response.raw.read(decode_content=False)  # urllib3 compares the body with Content-Length
            return Raw(status, response.headers, body)
    except (
        OSError,
        HTTPError,
        http_client.HTTPException,
        ValueError,
        OverflowError,
    ) as error:  # errors of requests are OSErrors
        reason = f"{type(error).__name__}: {error}"
        raise TransportError(reason, status, transient=any(map(_passes, _causes(error)))) from error


def _header(auth: str) -> str:
    """Return the credential if it is a valid header value: printable Latin-1 (RFC 9110, 5.5) without a leading space.

    CR, LF and NUL would end the header or the request.
    """
    for number, character in enumerate(auth, 1):
        if not character.isprintable() or character > "\xff" or (number == 1 and character == " "):
            message = f"no header can carry the credential: its character {number} is outside of printable Latin-1"
            raise InvalidArgumentError(message)
    return auth


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the innermost errors of an error of requests or urllib3, which keep them in several attributes."""
    inner = [it for it in (error.__cause__, getattr(error, "reason", None), *error.args) if isinstance(it, Exception)]
    if not inner:
        yield error
    for it in inner:
        yield from _causes(it)


def _passes(error: BaseException) -> bool:
    """Return whether the cause of a broken connection is transient."""
    from urllib3 import exceptions  # noqa: PLC0415 - comes with requests

    if isinstance(error, ssl.SSLError):
        return isinstance(
            error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        )  # the connection ended; a wrong certificate is permanent
    if isinstance(error, socket.gaierror):
        return error.errno == socket.EAI_AGAIN  # "future attempts may succeed" (POSIX, getaddrinfo)
    if isinstance(error, exceptions.NewConnectionError):
        return False  # the OSError in it decides
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return True  # soft errors (RFC 1122, 4.2.3.9)
    ended = (exceptions.TimeoutError, exceptions.IncompleteRead, http_client.IncompleteRead, ConnectionError)
    return isinstance(error, (*ended, TimeoutError)) and not isinstance(error, exceptions.InvalidChunkLength)
