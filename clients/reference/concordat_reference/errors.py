"""What can go wrong, as one small tree."""

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
    """The root of the tree; `except ClientError` catches whatever a client or a call can raise.

    ```
    ClientError
    +-- InvalidArgumentError  it cannot be sent, and nothing was: a credential, an id, a body; also a ValueError
    +-- ApiError              the API answered with anything but a 2xx status: `status`, `body`, `message`, `headers`
    +-- DecodeError           a whole 2xx answer that is not what the operation returns: `status`, `headers`, `body`,
    |                         `pointer` to the value in its JSON, when it is one value
    +-- TransportError        no whole answer arrived: `status` when one was seen, else None; `transient`
    +-- PagingError           the pages do not lead to an end
    +-- PushPendingError      the deadline passed and the push is still pending: `operation`; also a TimeoutError
    ```
    Only an unknown argument name is a TypeError, as of any function. An error can be copied, and pickled for another
    process, with all of its attributes, whatever arguments its class takes.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived, (type(self), self.args), vars(self)


class InvalidArgumentError(ClientError, ValueError):
    """An argument that no request can carry, or no client be built with. Nothing was sent."""


class ApiError(ClientError):
    """The API refused: `body` is its text as received, `message` the JSON object in it, or empty.

    `message` is an ErrorMessage as a rule; whatever object came is kept, for the status must not be lost over it.
    """

    def __init__(self, status: int, body: str, message: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.message = cast("ErrorMessage", dict(message))
        self.headers = headers

    @property
    def correlation_id(self) -> str | None:
        """The id to quote to the API's support."""
        found = self.message.get("correlationId")
        return found if isinstance(found, str) else None

    def __str__(self) -> str:
        said = self.message.get("error") or self.body[:500] or "no body"
        quote = f" (correlation id {self.correlation_id})" if self.correlation_id else ""
        return f"HTTP {self.status}: {said}{quote}"


class DecodeError(ClientError):
    """A whole, successful answer that cannot be read; the status is kept, for a write may have been accepted.

    It is never asked for again: the same bytes would not read better. `body` is the bytes as they could be unpacked.
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
    """The exchange broke: refused, reset, timed out or cut short. What a write did is then unknown.

    `transient` tells whether another try may fare better; a wrong certificate or an unknown host will not.
    """

    def __init__(self, reason: str, status: int | None = None, *, transient: bool = True) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status
        self.transient = transient

    def __str__(self) -> str:
        return self.reason if self.status is None else f"HTTP {self.status}, but {self.reason}"


class PagingError(ClientError):
    """A `next` link that names no page, or one that does not lie ahead; or pages that repeat."""


class PushPendingError(ClientError, TimeoutError):
    """The push did not end in time; `operation` is what was last seen of it."""

    def __init__(self, operation: PushOperation, seconds: float) -> None:
        super().__init__(f"still {operation.get('status')} after {seconds:g} s: {operation.get('pushOperationKey')}")
        self.operation = operation
        self.seconds = seconds


def _revived(kind: type[ClientError], args: tuple[Any, ...]) -> ClientError:
    """Return an error without calling its constructor, which may take other arguments than it hands on."""
    error = kind.__new__(kind, *args)
    error.args = args
    return error
