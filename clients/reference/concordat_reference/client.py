"""The client: its resources over one transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from concordat_reference.resources import (
    Companies,
    Connections,
    Customers,
    DataFreshness,
    PullOperations,
    PushOperations,
    PushOptions,
    Refresh,
)
from concordat_reference.transport import CONTRACT_RETRIES, Retries, Transport

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Client"]


class Client:
    """A synchronous client of one server.

    The client sends `auth` unchanged in `Authorization`: "Basic " and the base64 of the key; None sends no header.
    `retries` applies to reads only; None makes a single attempt. `timeout` limits each wait on the socket, in seconds;
    None sets no limit. Raises InvalidArgumentError for a `base_url` that is not http(s) or has a query or a password,
    for an `auth` that is not a valid header value, and for invalid times. Close the client, or use it with `with`.
    """

    def __init__(
        self,
        auth: str | None,
        base_url: str = "https://api.codat.io",
        *,
        retries: Retries | None = CONTRACT_RETRIES,
        timeout: float | None = 60.0,
    ) -> None:
        self._transport = Transport(base_url, auth, retries, timeout)
        self.customers = Customers(self._transport)
        self.companies = Companies(self._transport)
        self.connections = Connections(self._transport)
        self.data_status = DataFreshness(self._transport)
        self.refresh = Refresh(self._transport)
        self.pull_operations = PullOperations(self._transport)
        self.push_operations = PushOperations(self._transport)
        self.push_options = PushOptions(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()
