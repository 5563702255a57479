"""Clients that write again when they should not, or follow any redirect."""

from __future__ import annotations

from typing import Any

from tests.mutants.client_registry import Original, mutant, wrap

from concordat_reference import transport
from concordat_reference.errors import ApiError, DecodeError, TransportError
from concordat_reference.transport import Transport

_SEE_OTHER = 303


@mutant
def writes_repeated() -> None:
    """Sends a write again after a failure when retries are on."""

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        try:
            return own(self, method, *given, **named)
        except (ApiError, TransportError) as error:
            lost = isinstance(error, TransportError) or error.status in transport.REPEATABLE
            if method == "GET" or self._retries is None or not lost:
                raise
            return own(self, method, *given, **named)

    wrap(Transport, "request", request)


@mutant
def writes_sent_twice() -> None:
    """Sends every write twice."""

    def once(own: Original, self: Transport, method: str, *given: object) -> Any:
        answer = own(self, method, *given)
        return answer if method == "GET" else own(self, method, *given)

    wrap(Transport, "_once", once)


@mutant
def redirects_followed_with_credentials() -> None:
    """Follows redirects, and takes the credential along."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, self: requests.Session, request: object, **given: object) -> Any:
        vars(self).pop("get_redirect_target", None)
        return own(self, request, **{**given, "allow_redirects": True})

    wrap(requests.Session, "send", send)
    wrap(requests.Session, "rebuild_auth", lambda *_given: None)


@mutant
def writes_sent_again_after_a_timeout() -> None:
    """Sends a write again when it outlasted the time limit."""

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        try:
            return own(self, method, *given, **named)
        except TransportError as error:
            if method == "GET" or "imeout" not in error.reason:
                raise
            return own(self, method, *given, **named)

    wrap(Transport, "request", request)


@mutant
def writes_sent_again_after_a_lost_answer() -> None:
    """Sends a write again when its connection was lost."""

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        try:
            return own(self, method, *given, **named)
        except TransportError as error:
            if method == "GET" or "imeout" in error.reason:
                raise
            return own(self, method, *given, **named)

    wrap(Transport, "request", request)


@mutant
def writes_sent_again_after_a_503() -> None:
    """Sends a write again when it was answered 503, whatever the retry policy."""

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        try:
            return own(self, method, *given, **named)
        except ApiError as error:
            if method == "GET" or error.status != 503:
                raise
            return own(self, method, *given, **named)

    wrap(Transport, "request", request)


@mutant
def unreadable_writes_sent_again() -> None:
    """Sends a write again when it cannot read the answer."""

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        answer = own(self, method, *given, **named)
        if method == "GET":
            return answer
        try:
            answer.json(dict)
        except DecodeError:
            return own(self, method, *given, **named)
        return answer

    wrap(Transport, "request", request)


@mutant
def redirected_writes_sent_on() -> None:
    """Sends a redirected write to its new location."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, self: requests.Session, request: Any, **given: Any) -> Any:
        vars(self).pop("get_redirect_target", None)
        return own(self, request, **{**given, "allow_redirects": request.method != "GET"})

    wrap(requests.Session, "send", send)


@mutant
def unfollowed_redirects_looked_at() -> None:
    """Looks at where a redirect leads although it follows none, and fails over an address that it cannot read."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, self: requests.Session, request: object, **given: object) -> Any:
        vars(self).pop("get_redirect_target", None)
        return own(self, request, **given)

    wrap(requests.Session, "send", send)


@mutant
def see_other_answered_by_writing_again() -> None:
    """Sends a write again that was answered with a place to look at."""

    def once(own: Original, self: Transport, method: str, *given: object) -> Any:
        try:
            return own(self, method, *given)
        except ApiError as error:
            if method == "GET" or error.status != _SEE_OTHER:
                raise
        return own(self, method, *given)

    wrap(Transport, "_once", once)
