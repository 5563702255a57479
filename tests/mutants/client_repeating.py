"""Clients that ask again when they should not, or not when they should; that wait badly, or go where they are told."""

from __future__ import annotations

from typing import Any

from tests.mutants.registry import mutant, wrap

from concordat_reference import transport
from concordat_reference.errors import ApiError, ClientError, TransportError
from concordat_reference.transport import CONTRACT_RETRIES, Transport


def _waiting(change: Any) -> None:
    """Replace how long the client waits for the next try, None for no more; `change` gets the client's own rule."""
    wrap(transport, "_wait", change)


@mutant
def writes_repeated() -> None:
    def request(own: Any, self: Transport, method: str, *given: Any, **named: Any) -> Any:
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
    def once(own: Any, self: Transport, method: str, *given: Any) -> Any:
        answer = own(self, method, *given)
        return answer if method == "GET" else own(self, method, *given)

    wrap(Transport, "_once", once)


@mutant
def refused_reads_repeated() -> None:
    transport.REPEATABLE = (*range(400, 600),)


@mutant
def reads_never_repeated() -> None:
    _waiting(lambda _own, *_given: None)


@mutant
def too_many_requests_not_repeated() -> None:
    transport.REPEATABLE = (408, *range(500, 600))


@mutant
def server_errors_not_repeated() -> None:
    transport.REPEATABLE = (408, 429)


@mutant
def lost_connections_not_repeated() -> None:
    def wait(own: Any, retries: Any, tries: int, error: Any) -> Any:
        return None if isinstance(error, TransportError) else own(retries, tries, error)

    _waiting(wait)


@mutant
def lost_connections_repeated_unasked() -> None:
    def wait(own: Any, retries: Any, tries: int, error: Any) -> Any:
        return own(retries._replace(connection_errors=True) if retries else None, tries, error)

    _waiting(wait)


@mutant
def gives_up_after_one_repeat() -> None:
    _waiting(lambda own, retries, tries, error: own(retries, tries, error) if tries < 1 else None)


@mutant
def elapsed_time_ignored() -> None:
    def made(own: Any, self: Transport, *given: Any) -> None:
        own(self, *given)
        if self._retries is not None:
            self._retries = self._retries._replace(elapsed=5.0)

    wrap(Transport, "__init__", made)


@mutant
def repeats_although_told_not_to() -> None:
    def made(own: Any, self: Transport, *given: Any) -> None:
        own(self, *given)
        self._retries = self._retries or CONTRACT_RETRIES._replace(initial=0.01, elapsed=0.5)

    wrap(Transport, "__init__", made)


@mutant
def repeats_at_another_path() -> None:
    def once(own: Any, self: Transport, method: str, target: str, *given: Any) -> Any:
        try:
            return own(self, method, target, *given)
        except ClientError:
            self._base += "/again"
            raise

    wrap(Transport, "_once", once)


@mutant
def retry_after_ignored() -> None:
    wrap(transport, "_retry_after", lambda _own, _text: None)


@mutant
def own_timeout_ignored() -> None:
    def made(own: Any, self: Transport, *given: Any) -> None:
        own(self, *given)
        self._timeout = None

    wrap(Transport, "__init__", made)


@mutant
def own_timeout_cut_short() -> None:
    def made(own: Any, self: Transport, *given: Any) -> None:
        own(self, *given)
        self._timeout = self._timeout and self._timeout / 100

    wrap(Transport, "__init__", made)


@mutant
def answers_without_results_repeated() -> None:
    def request(own: Any, self: Transport, method: str, *given: Any, **named: Any) -> Any:
        answer = own(self, method, *given, **named)
        return own(self, method, *given, **named) if b'"results"' not in answer.body and method == "GET" else answer

    wrap(Transport, "request", request)


@mutant
def redirects_followed_with_credentials() -> None:
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Any, self: requests.Session, request: Any, **given: Any) -> Any:
        return own(self, request, **{**given, "allow_redirects": True})

    wrap(requests.Session, "send", send)
    wrap(requests.Session, "rebuild_auth", lambda *_given: None)


@mutant
def crashes() -> None:
    import os  # noqa: PLC0415 - of this mutant alone

    wrap(Transport, "_once", lambda *_given: os._exit(7))
