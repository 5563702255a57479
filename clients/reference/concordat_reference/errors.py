"""The errors of the client, in one hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat_reference.models import ErrorMessage, PushOperation

__all__ = [
    "ApiError",
    "ClientError",
    "DecodeError",
    "InvalidArgumentError",
    "PagingError",
    "PushPendingError",
    "TransportError",
]


class ClientError(Exception):
    """The root of the hierarchy; `except ClientError` catches every error of a client or a call.

    ```
    ClientError
    +-- InvalidArgumentError  an invalid credential, id or body; the client sent nothing; also a ValueError
    +-- ApiError              a response with a status other than 2xx: `status`, `body`, `message`, `headers`
    +-- DecodeError           a complete 2xx response that does not fit the operation: `status`, `headers`, `body`,
    |                         `pointer`: JSON pointer to the first wrong value, None if the body is not JSON
    +-- TransportError        no complete response arrived: `status` if it was received, else None; `transient`
    +-- PagingError           a list whose pages do not lead to an end
    +-- PushPendingError      the push is still pending after the deadline: `operation`; also a TimeoutError
    ```
    An unknown argument name is a TypeError, as for any function. Errors can be copied and pickled with all of their
    attributes.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.args), vars(self)


class InvalidArgumentError(ClientError, ValueError):
    """An invalid argument of a call or of the client. The client sent nothing."""


class ApiError(ClientError):
    """A response with a status other than 2xx.

    `body` is the received text. `message` is the JSON object in it, an empty dict without one. The API documents the
    object's fields as those of ErrorMessage, which the client does not check: a body of another form must not hide the
    status.
    """

    def __init__(self, status: int, body: str, message: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.message = cast("ErrorMessage", dict(message))
        self.headers = headers

    @property
    def correlation_id(self) -> str | None:
        """The id that the API's support asks for."""
        found = self.message.get("correlationId")
        return found if isinstance(found, str) else None

    def __str__(self) -> str:
        text = self.message.get("error") or self.body[:500] or "no body"
        suffix = f" (correlation id {self.correlation_id})" if self.correlation_id else ""
        return f"HTTP {self.status}: {text}{suffix}"


class DecodeError(ClientError):
    """A complete 2xx response that the client cannot decode.

    Its status is 2xx, so the API may have accepted a write. The client never repeats the request: the same bytes would
    fail again. `body` has the response's bytes without their content codings, or as received if those are wrong.
    """

    def __init__(
        self,
        reason: str,
        status: int,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        pointer: str | None = None,
    ) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status
        self.body = body
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.pointer = pointer

    def __str__(self) -> str:
        return f"HTTP {self.status}, but {self.reason}"


class TransportError(ClientError):
    """A failed exchange: refused, reset, timed out or incomplete. The effect of a write is then unknown.

    `transient` is true when another attempt may succeed, and false for a wrong certificate or an unknown host.
    """

    def __init__(self, reason: str, status: int | None = None, *, transient: bool = True) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status
        self.transient = transient

    def __str__(self) -> str:
        return self.reason if self.status is None else f"HTTP {self.status}, but {self.reason}"


class PagingError(ClientError):
    """A list whose pages do not lead to an end: a `next` link to no page or to an earlier one, or repeated pages."""


class PushPendingError(ClientError, TimeoutError):
    """The push did not end in time; `operation` is its last known state."""

    def __init__(self, operation: PushOperation, seconds: float) -> None:
        super().__init__(f"still {operation.get('status')} after {seconds:g} s: {operation.get('pushOperationKey')}")
        self.operation = operation
        self.seconds = seconds


def _rebuilt(kind: type[ClientError], args: tuple[Any, ...]) -> ClientError:
    """Return an error of class `kind`, without calling its constructor, whose parameters may differ from `args`."""
    error = kind.__new__(kind, *args)
    error.args = args
    return error
