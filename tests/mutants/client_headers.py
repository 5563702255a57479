"""Clients that use another method, other headers, another identity or another number of requests."""

from __future__ import annotations

import http.client
import os
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from tests.mutants.registry import Asked, leaving, mutant, sending, wrap

from concordat_reference import resources
from concordat_reference.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable


def _set(part: dict[str, Any], name: str, change: Callable[[Any], Any]) -> None:
    if part.get(name) is not None:
        part[name] = change(part[name])


@mutant
def update_as_post() -> None:
    def post(asked: Asked) -> None:
        if asked.method == "PUT":
            asked.method = "POST"

    sending(post)


@mutant
def patch_as_put() -> None:
    def put(asked: Asked) -> None:
        if asked.method == "PATCH":
            asked.method = "PUT"

    sending(put)


@mutant
def no_authorization() -> None:
    leaving(lambda headers: headers.pop("Authorization", None))


@mutant
def authorization_without_scheme() -> None:
    leaving(lambda headers: _set(headers, "Authorization", lambda text: text.removeprefix("Basic ")))


@mutant
def authorization_as_bearer() -> None:
    leaving(lambda headers: _set(headers, "Authorization", lambda text: text.replace("Basic", "Bearer")))


@mutant
def header_values_not_checked() -> None:
    import requests  # noqa: PLC0415 - as late as the client itself does

    def made(own: Any, self: Transport, base_url: str, auth: Any, *given: Any) -> None:
        own(self, base_url, None, *given)
        if auth is not None:
            self._session.headers["Authorization"] = auth

    wrap(Transport, "__init__", made)
    wrap(requests.models, "check_header_validity", lambda *_given: None)
    wrap(http.client, "_is_illegal_header_value", lambda *_given: None)


@mutant
def authorization_twice() -> None:
    def putheader(own: Any, self: HTTPConnection, name: Any, *values: Any) -> None:
        own(self, name, *values)
        if str(name).lower() == "authorization":
            own(self, name, *values)

    wrap(HTTPConnection, "putheader", putheader)


@mutant
def authorization_of_the_environment() -> None:
    leaving(lambda headers: _set(headers, "Authorization", lambda text: os.environ.get("AUTH_HEADER", text)))


@mutant
def netrc_preferred() -> None:
    def made(own: Any, self: Transport, *given: Any) -> None:
        own(self, *given)
        self._session.trust_env = True

    wrap(Transport, "__init__", made)


@mutant
def netrc_for_an_empty_credential() -> None:
    import requests  # noqa: PLC0415 - as late as the client itself does

    def prepare(own: Any, session: Any, request: Any) -> Any:
        session.trust_env = not session.headers.get("Authorization")
        return own(session, request)

    wrap(requests.Session, "prepare_request", prepare)


@mutant
def every_http_proxy_taken() -> None:
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Any, session: Any, request: Any, **given: Any) -> Any:
        proxy = os.environ.get("HTTP_PROXY")
        return own(session, request, **{**given, "proxies": {"http": proxy} if proxy else {}})

    wrap(requests.Session, "send", send)


@mutant
def content_type_text() -> None:
    leaving(lambda headers: _set(headers, "Content-Type", lambda _: "text/plain"))


@mutant
def accept_html() -> None:
    leaving(lambda headers: _set(headers, "Accept", lambda _: "text/html"))


@mutant
def user_agent_hidden() -> None:
    leaving(lambda headers: headers.update({"User-Agent": ""}))


@mutant
def cookies_sent_back() -> None:
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - comes with requests

    def made(own: Any, self: Transport, *given: Any) -> None:
        own(self, *given)
        self._session.cookies.set_policy(DefaultCookiePolicy())

    wrap(Transport, "__init__", made)


@mutant
def extra_request() -> None:
    def once(own: Any, self: Transport, *given: Any) -> Any:
        own(self, "GET", "/companies", None, "application/json")
        return own(self, *given)

    wrap(Transport, "_once", once)


@mutant
def request_while_closing() -> None:
    def close(own: Any, self: Transport) -> None:
        self._once("GET", "/companies", None, "application/json")
        own(self)

    wrap(Transport, "close", close)


@mutant
def reads_from_memory() -> None:
    known: dict[str, Any] = {}

    def once(own: Any, self: Transport, method: str, target: str, *given: Any) -> Any:
        if method != "GET":
            return own(self, method, target, *given)
        key = self._base + target
        if key not in known:
            known[key] = own(self, method, target, *given)
        return known[key]

    wrap(Transport, "_once", once)


@mutant
def operation_missing() -> None:
    del resources.Customers.get_attachment
