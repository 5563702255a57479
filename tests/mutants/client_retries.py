"""Clients that ask again when they should not, or not when they should, and that wait badly."""

from __future__ import annotations

import time
from typing import Any

from tests.mutants.client_registry import Original, mutant, wrap

from concordat_reference import transport
from concordat_reference.errors import ApiError, ClientError, DecodeError, TransportError
from concordat_reference.transport import CONTRACT_RETRIES, Transport


def _waiting(change: Any) -> None:
    """Replace how long the client waits for the next try, None for no more; `change` gets the client's own rule."""
    wrap(transport, "_wait", change)


@mutant
def refused_reads_repeated() -> None:
    """Repeats reads that were refused."""
    transport.REPEATABLE = (*range(400, 600),)


@mutant
def reads_never_repeated() -> None:
    """Repeats no read."""
    _waiting(lambda _own, *_given: None)


@mutant
def too_many_requests_not_repeated() -> None:
    """Does not repeat a read after a 429."""
    transport.REPEATABLE = (408, *range(500, 600))


@mutant
def server_errors_not_repeated() -> None:
    """Does not repeat a read after a 5XX."""
    transport.REPEATABLE = (408, 429)


@mutant
def lost_connections_not_repeated() -> None:
    """Does not repeat a read after a lost connection."""

    def wait(own: Original, retries: object, tries: int, error: object) -> Any:
        return None if isinstance(error, TransportError) else own(retries, tries, error)

    _waiting(wait)


@mutant
def lost_connections_repeated_unasked() -> None:
    """Repeats a read after a lost connection although retries are off."""

    def wait(own: Original, retries: Any, tries: int, error: Any) -> Any:
        return own(retries._replace(connection_errors=True) if retries else None, tries, error)

    _waiting(wait)


@mutant
def gives_up_after_one_repeat() -> None:
    """Repeats a read once at most."""
    _waiting(lambda own, retries, tries, error: own(retries, tries, error) if tries < 1 else None)


@mutant
def elapsed_time_ignored() -> None:
    """Repeats for five seconds, whatever the policy says."""

    def made(own: Original, self: Transport, *given: object) -> None:
        own(self, *given)
        if self._retries is not None:
            self._retries = self._retries._replace(elapsed=5.0)

    wrap(Transport, "__init__", made)


@mutant
def repeats_although_retries_are_off() -> None:
    """Repeats reads although retries are off."""

    def made(own: Original, self: Transport, *given: object) -> None:
        own(self, *given)
        self._retries = self._retries or CONTRACT_RETRIES._replace(initial=0.01, elapsed=0.5)

    wrap(Transport, "__init__", made)


@mutant
def repeats_at_another_path() -> None:
    """Repeats a read at another path."""

    def once(own: Original, self: Transport, method: str, target: str, *given: object) -> Any:
        try:
            return own(self, method, target, *given)
        except ClientError:
            self._base += "/again"
            raise

    wrap(Transport, "_once", once)


@mutant
def retry_after_ignored() -> None:
    """Waits its own time whatever Retry-After says."""
    wrap(transport, "_retry_after", lambda _own, _text: None)


@mutant
def own_timeout_ignored() -> None:
    """Waits for ever although it was given a time limit."""

    def made(own: Original, self: Transport, *given: object) -> None:
        own(self, *given)
        self._timeout = None

    wrap(Transport, "__init__", made)


@mutant
def own_timeout_cut_short() -> None:
    """Waits a hundredth of the time limit that it was given."""

    def made(own: Original, self: Transport, *given: object) -> None:
        own(self, *given)
        self._timeout = self._timeout and self._timeout / 100

    wrap(Transport, "__init__", made)


@mutant
def answers_without_results_repeated() -> None:
    """Asks again for a good answer that is not a page."""

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        answer = own(self, method, *given, **named)
        return own(self, method, *given, **named) if b'"results"' not in answer.body and method == "GET" else answer

    wrap(Transport, "request", request)


@mutant
def crashes() -> None:
    """Ends its process in the middle of a call."""
    import os  # noqa: PLC0415 - of this mutant alone

    wrap(Transport, "_once", lambda *_given: os._exit(7))


@mutant
def unreadable_reads_sent_again() -> None:
    """Asks again when it cannot read the answer to a read."""

    def request(own: Original, self: Transport, method: str, *given: Any, **named: Any) -> Any:
        answer = own(self, method, *given, **named)
        if method != "GET" or "octet-stream" in named.get("accept", ""):
            return answer
        try:
            answer.json(dict)
        except DecodeError:
            return own(self, method, *given, **named)
        return answer

    wrap(Transport, "request", request)


@mutant
def timeouts_not_repeated() -> None:
    """Does not repeat a read after a 408."""
    transport.REPEATABLE = (429, *range(500, 600))


@mutant
def html_failures_not_repeated() -> None:
    """Does not repeat a read whose error body is not JSON."""

    def wait(own: Original, retries: object, tries: int, error: object) -> Any:
        return None if isinstance(error, ApiError) and not error.message else own(retries, tries, error)

    _waiting(wait)


@mutant
def lists_alone_repeated() -> None:
    """Repeats lists, and no other read."""

    def request(own: Original, self: Transport, method: str, template: str, *given: object, **named: object) -> Any:
        kept = self._retries
        if "query" not in named:
            self._retries = None
        try:
            return own(self, method, template, *given, **named)
        finally:
            self._retries = kept

    wrap(Transport, "request", request)


@mutant
def query_lost_when_repeating() -> None:
    """Repeats a read without its query."""

    def once(own: Original, self: Transport, method: str, target: str, *given: object) -> Any:
        failed = target in _FAILED
        try:
            return own(self, method, target.partition("?")[0] if failed else target, *given)
        except ClientError:
            if self._retries is not None:
                _FAILED.add(target)
            raise

    wrap(Transport, "_once", once)


_FAILED: set[str] = set()
"""The targets that failed once, of `query_lost_when_repeating`."""


@mutant
def first_failure_reported() -> None:
    """Raises the first of several failures instead of the last."""

    def request(own: Original, self: Transport, *given: object, **named: object) -> Any:
        seen: list[ClientError] = []

        def once(method: str, *more: Any) -> Any:
            try:
                return Transport._once(self, method, *more)
            except ClientError as error:
                seen.append(error)
                raise

        self._once = once  # type: ignore[assignment,method-assign]
        try:
            return own(self, *given, **named)
        except ClientError:
            raise seen[0] from None
        finally:
            del self._once

    wrap(Transport, "request", request)


@mutant
def given_up_as_a_success() -> None:
    """Returns an empty answer when it has repeated a read to no avail."""
    from concordat_reference.transport import Answer  # noqa: PLC0415 - of this mutant alone

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        try:
            return own(self, method, *given, **named)
        except (ApiError, TransportError) as error:
            if method != "GET" or self._retries is None or getattr(error, "status", 503) in (400, 401, 404):
                raise
            return Answer(200, "application/json", b"{}")

    wrap(Transport, "request", request)


@mutant
def retry_after_in_seconds_alone() -> None:
    """Waits its own time when Retry-After is a date."""
    wrap(transport, "_retry_after", lambda own, text: own(text) if (text or "").strip().isdecimal() else None)


@mutant
def retry_after_must_be_readable() -> None:
    """Gives up when it cannot read Retry-After."""

    def wait(own: Original, retries: object, tries: int, error: object) -> Any:
        after = error.headers.get("Retry-After") if isinstance(error, ApiError) else None
        readable = after is None or transport._retry_after(after) is not None
        return own(retries, tries, error) if readable else None

    _waiting(wait)


@mutant
def absurd_retry_after_sat_out() -> None:
    """Waits for as long as Retry-After says before it asks whether the policy allows it."""

    def wait(own: Original, retries: object, tries: int, error: object) -> Any:
        found = own(retries, tries, error)
        if found is not None and found > 60:
            time.sleep(min(found, 86400))
        return found

    _waiting(wait)


@mutant
def waits_without_a_limit() -> None:
    """Lets its waits grow past the longest that the policy allows."""
    _waiting(lambda own, retries, tries, error: own(retries and retries._replace(maximum=3600.0), tries, error))


@mutant
def refused_keys_tried_again() -> None:
    """Asks once more when its key was refused."""

    def once(own: Original, self: Transport, method: str, *given: object) -> Any:
        try:
            return own(self, method, *given)
        except ApiError as error:
            if method != "GET" or error.status not in (401, 403):
                raise
            return own(self, method, *given)

    wrap(Transport, "_once", once)


@mutant
def first_repeat_at_once() -> None:
    """Repeats a read at once, and waits only before the next."""
    _waiting(lambda own, retries, tries, error: 0.0 if tries == 0 else own(retries, tries, error))


@mutant
def waits_do_not_grow() -> None:
    """Waits before each try as long as before the first."""
    _waiting(lambda own, retries, _tries, error: own(retries, 0, error))


@mutant
def undecodable_codings_tried_again() -> None:
    """Takes a whole answer whose coding it cannot undo for a broken connection, and asks again."""

    def once(own: Original, self: Transport, *given: object) -> Any:
        try:
            return own(self, *given)
        except DecodeError as error:
            raise TransportError(error.reason, error.status) from None

    wrap(Transport, "_once", once)
