"""Clients that use another method, other headers, another identity or another number of requests."""

from __future__ import annotations

import http.client
import os
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from tests.mutants.client_registry import OutgoingRequest, change_headers, change_requests, mutant, wrap

from concordat_reference import resources, session
from concordat_reference.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original


def _set(part: dict[str, Any], name: str, change: Callable[[Any], Any]) -> None:
    if part.get(name) is not None:
        part[name] = change(part[name])


@mutant
def update_as_post() -> None:
    """Sends updates as POST."""

    def post(sent: OutgoingRequest) -> None:
        if sent.method == "PUT":
            sent.method = "POST"

    change_requests(post)


@mutant
def patch_as_put() -> None:
    """Sends partial updates as PUT."""

    def put(sent: OutgoingRequest) -> None:
        if sent.method == "PATCH":
            sent.method = "PUT"

    change_requests(put)


@mutant
def no_authorization() -> None:
    """Sends no credential."""
    change_headers(lambda headers: headers.pop("Authorization", None))


@mutant
def authorization_without_scheme() -> None:
    """Sends the credential without its scheme."""
    change_headers(lambda headers: _set(headers, "Authorization", lambda text: text.partition(" ")[2] or text))


@mutant
def authorization_as_bearer() -> None:
    """Sends the credential under the scheme Bearer."""
    change_headers(lambda headers: _set(headers, "Authorization", lambda text: text.replace("Basic", "Bearer")))


@mutant
def header_values_not_checked() -> None:
    """Sends a credential with whatever characters it holds."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def made(own: Original, self: Transport, base_url: str, auth: Any, *given: Any) -> None:
        own(self, base_url, None, *given)
        if auth is not None:
            self._session.headers["Authorization"] = auth

    wrap(Transport, "__init__", made)
    wrap(requests.models, "check_header_validity", lambda *_given: None)
    wrap(http.client, "_is_illegal_header_value", lambda *_given: None)


@mutant
def authorization_twice() -> None:
    """Sends the Authorization header twice."""

    def putheader(own: Original, self: HTTPConnection, name: object, *values: object) -> None:
        own(self, name, *values)
        if str(name).lower() == "authorization":
            own(self, name, *values)

    wrap(HTTPConnection, "putheader", putheader)


@mutant
def authorization_of_the_environment() -> None:
    """Prefers a credential of the environment to the caller's."""
    change_headers(lambda headers: _set(headers, "Authorization", lambda text: os.environ.get("AUTH_HEADER", text)))


@mutant
def netrc_preferred() -> None:
    """Prefers the password of a .netrc to the caller's credential."""

    def made(own: Original, self: Transport, *given: object) -> None:
        own(self, *given)
        self._session.trust_env = True

    wrap(Transport, "__init__", made)


@mutant
def netrc_for_an_empty_credential() -> None:
    """Takes the password of a .netrc when the caller's credential is empty."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def prepare(own: Original, session: Any, request: Any) -> Any:
        session.trust_env = not session.headers.get("Authorization")
        return own(session, request)

    wrap(requests.Session, "prepare_request", prepare)


@mutant
def every_http_proxy_taken() -> None:
    """Takes HTTP_PROXY for a proxy although any web request can set it."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, session: object, request: object, **given: object) -> Any:
        proxy = os.environ.get("HTTP_PROXY")
        return own(session, request, **{**given, "proxies": {"http": proxy} if proxy else {}})

    wrap(requests.Session, "send", send)


@mutant
def content_type_text() -> None:
    """Says that its JSON bodies are plain text."""
    change_headers(lambda headers: _set(headers, "Content-Type", lambda _: "text/plain"))


@mutant
def accept_html() -> None:
    """Asks for HTML."""
    change_headers(lambda headers: _set(headers, "Accept", lambda _: "text/html"))


@mutant
def user_agent_hidden() -> None:
    """Sends an empty User-Agent."""
    change_headers(lambda headers: headers.update({"User-Agent": ""}))


@mutant
def cookies_sent_back() -> None:
    """Keeps cookies and sends them back."""
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - comes with requests

    def made(own: Original, self: Transport, *given: object) -> None:
        own(self, *given)
        self._session.cookies.set_policy(DefaultCookiePolicy())

    wrap(Transport, "__init__", made)


@mutant
def extra_request() -> None:
    """Sends a request of its own before each one that was asked for."""

    def once(own: Original, self: Transport, *given: object) -> Any:
        own(self, "GET", "/companies", None, "application/json")
        return own(self, *given)

    wrap(Transport, "_once", once)


@mutant
def request_while_closing() -> None:
    """Sends a request while it is being closed."""

    def close(own: Original, self: Transport) -> None:
        self._once("GET", "/companies", None, "application/json")
        own(self)

    wrap(Transport, "close", close)


@mutant
def reads_from_memory() -> None:
    """Answers a repeated read from memory."""
    known: dict[str, Any] = {}

    def once(own: Original, self: Transport, method: str, target: str, *given: object) -> Any:
        if method != "GET":
            return own(self, method, target, *given)
        key = self._base + target
        if key not in known:
            known[key] = own(self, method, target, *given)
        return known[key]

    wrap(Transport, "_once", once)


@mutant
def operation_missing() -> None:
    """Has no way to describe one attachment."""
    del resources.Customers.get_attachment


@mutant
def credentials_tried_until_they_can_be_sent() -> None:
    """Finds out in sending that no header can carry the credential, and tries again as after a broken connection."""
    wrap(session, "_header", lambda _own, auth: auth)
    wrap(session, "_passes", lambda own, error: isinstance(error, ValueError) or own(error))
