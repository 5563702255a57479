"""The session of `requests` under the transport, and what it may do: one exchange with one server."""

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
    """A request, encoded."""

    method: str
    base: str
    target: str
    headers: dict[str, str]
    content: bytes | None


class Raw(NamedTuple):
    """A whole answer of any status, its content coding not yet undone."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def base(url: str) -> str:
    """Return a server's URL as it is sent, without its last slash; InvalidArgumentError when it is none.

    A name or password in it is refused: `requests` would send that instead of the caller's credential.
    """
    import requests  # noqa: PLC0415 - a quarter of a second that importing this package should not cost

    try:
        parts = urlsplit(url)
        prepared = requests.Request("GET", url).prepare().url or ""
    except ValueError:  # requests.InvalidURL and its like among them
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
    """Return a session that sends `auth` and nothing else that identifies the caller.

    Raises InvalidArgumentError for a credential that no header can carry; its text is not shown.
    """
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - comes with requests

    import requests  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # requests looks at where an unfollowed redirect leads, too: it would read its body, and fail over a bad Location
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]  # noqa: ARG005
    session.headers["User-Agent"] = "concordat-reference"
    session.headers["Accept-Encoding"] = "gzip, deflate"
    if auth is not None:
        session.headers["Authorization"] = _header(auth)
    return session


def exchanged(session: requests.Session, sent: Sent, timeout: float | None) -> Raw:
    """Send one request and return its whole answer; TransportError when none arrived."""
    import requests  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - requests lets a few of these through

    prepared = session.prepare_request(requests.Request(sent.method, sent.base, sent.headers, data=sent.content))
    prepared.url = sent.base + sent.target  # after preparing, which would decode %2E and drop the dots
    status = None
    try:
        with session.send(prepared, allow_redirects=False, timeout=timeout, stream=True, proxies={}) as response:
            status = response.status_code
            body = response.raw.read(decode_content=False)  # urllib3 holds the body to its Content-Length
            return Raw(status, response.headers, body)
    except (OSError, HTTPError, http_client.HTTPException, ValueError, OverflowError) as error:  # requests': OSErrors
        reason = f"{type(error).__name__}: {error}"
        raise TransportError(reason, status, transient=any(map(_passes, _causes(error)))) from error


def _header(auth: str) -> str:
    """Return the credential if a header can carry it: text of Latin-1 (RFC 9110, 5.5) that begins with no space.

    CR, LF and NUL would end the header or the request.
    """
    for number, character in enumerate(auth, 1):
        if not character.isprintable() or character > "\xff" or (number == 1 and character == " "):
            message = f"no header can carry the credential: its character {number} is outside of printable Latin-1"
            raise InvalidArgumentError(message)
    return auth


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors that an error of requests or urllib3 stands for, the innermost ones; it keeps them in places."""
    inner = [it for it in (error.__cause__, getattr(error, "reason", None), *error.args) if isinstance(it, Exception)]
    if not inner:
        yield error
    for it in inner:
        yield from _causes(it)


def _passes(error: BaseException) -> bool:
    """Tell whether what broke the connection may have passed a moment later."""
    from urllib3 import exceptions  # noqa: PLC0415 - comes with requests

    if isinstance(error, ssl.SSLError):
        return isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError))  # it ended; a wrong certificate stays wrong
    if isinstance(error, socket.gaierror):
        return error.errno == socket.EAI_AGAIN  # "future attempts may succeed" (POSIX, getaddrinfo)
    if isinstance(error, exceptions.NewConnectionError):
        return False  # the OSError in it decides
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return True  # soft errors (RFC 1122, 4.2.3.9)
    ended = (exceptions.TimeoutError, exceptions.IncompleteRead, http_client.IncompleteRead, ConnectionError)
    return isinstance(error, (*ended, TimeoutError)) and not isinstance(error, exceptions.InvalidChunkLength)
