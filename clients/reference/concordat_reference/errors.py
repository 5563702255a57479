"""What can go wrong, as one small tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat_reference.models import ErrorMessage, PushOperation

__all__ = ["ApiError", "ClientError", "DecodeError", "PagingError", "PushPendingError", "TransportError"]


class ClientError(Exception):
    """The root of the tree; `except ClientError` catches whatever a call can raise, wrong arguments aside.

    ```
    ClientError
    +-- ApiError          the API answered with anything but a 2xx status: `status`, `body`, `message`, `headers`
    +-- DecodeError       a 2xx answer that is not what the operation returns: `status`, `body`
    +-- TransportError    no whole answer arrived: `status` when one was seen, else None
    +-- PagingError       the pages do not lead to an end
    +-- PushPendingError  the deadline passed and the push is still pending: `operation`; also a TimeoutError
    ```
    An argument that cannot be sent (an empty path argument) raises ValueError before anything is sent.
    """


class ApiError(ClientError):
    """The API refused: `body` is its text as received, `message` the ErrorMessage decoded from it, or empty."""

    def __init__(self, status: int, body: str, message: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.message = cast("ErrorMessage", dict(message))
        self.headers = headers

    @property
    def correlation_id(self) -> str | None:
        """The id to quote to the API's support."""
        return self.message.get("correlationId")

    def __str__(self) -> str:
        said = self.message.get("error") or self.body[:500] or "no body"
        quote = f" (correlation id {self.correlation_id})" if self.correlation_id else ""
        return f"HTTP {self.status}: {said}{quote}"


class DecodeError(ClientError):
    """A successful answer that cannot be read; the status is kept, for a write may have been accepted."""

    def __init__(self, reason: str, status: int, body: bytes) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status
        self.body = body

    def __str__(self) -> str:
        return f"HTTP {self.status}, but {self.reason}"


class TransportError(ClientError):
    """The exchange broke: refused, reset, timed out or cut short. What a write did is then unknown."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status

    def __str__(self) -> str:
        return self.reason if self.status is None else f"HTTP {self.status}, but {self.reason}"


class PagingError(ClientError):
    """A `next` link that names no page, or one that does not lie ahead."""


class PushPendingError(ClientError, TimeoutError):
    """The push did not end in time; `operation` is what was last seen of it."""

    def __init__(self, operation: PushOperation, seconds: float) -> None:
        super().__init__(f"still {operation.get('status')} after {seconds:g} s: {operation.get('pushOperationKey')}")
        self.operation = operation
