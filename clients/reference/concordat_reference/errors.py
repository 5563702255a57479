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
    +-- InvalidArgumentError  an invalid credential, id or body, of which nothing was sent; also a ValueError
    +-- ApiError              a response with a status other than 2xx: `status`, `body`, `message`, `headers`
    +-- DecodeError           a complete 2xx response that does not fit the operation: `status`, `headers`, `body`,
    |                         `pointer` to the wrong value, if there is a single one
    +-- TransportError        no complete response arrived: `status` if it was received, else None; `transient`
    +-- PagingError           a list of pages without an end
    +-- PushPendingError      the push is still pending after the deadline: `operation`; also a TimeoutError
    ```
    An unknown argument name is a TypeError, as for any function. Errors can be copied and pickled with all of their
    attributes.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived, (type(self), self.args), vars(self)


class InvalidArgumentError(ClientError, ValueError):
    """An invalid argument of a call or of the client. Nothing was sent."""


class ApiError(ClientError):
    """A refusal of the API: `body` is the received text, `message` its JSON object, or empty.

    `message` is usually an ErrorMessage; another object is kept, so that the error always has its status.
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
        quote = f" (correlation id {self.correlation_id})" if self.correlation_id else ""
        return f"HTTP {self.status}: {text}{quote}"


class DecodeError(ClientError):
    """A complete 2xx response that the client cannot decode. It has the status, because the write may be accepted.

    The client never repeats the request: the same bytes would fail again. `body` has the bytes as far as decoded.
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
    """A `next` link without a page, a link to an earlier page, or repeated pages."""


class PushPendingError(ClientError, TimeoutError):
    """The push did not end in time; `operation` is its last known state."""

    def __init__(self, operation: PushOperation, seconds: float) -> None:
        super().__init__(f"still {operation.get('status')} after {seconds:g} s: {operation.get('pushOperationKey')}")
        self.operation = operation
        self.seconds = seconds


def _revived(kind: type[ClientError], args: tuple[Any, ...]) -> ClientError:
    """Return an error without a call of its constructor, whose parameters may differ from `args`."""
    error = kind.__new__(kind, *args)
    error.args = args
    return error
