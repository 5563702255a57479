"""Helpers for the adapters of Python SDKs that Speakeasy generated: retry settings, methods and statuses of errors.

The call styles `python-httpx` and `python-requests` share them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat_adapter import STATUSES, CannotCall, inside

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["method_of", "retry_config", "status_field"]

RESPONSE_ATTRIBUTES = ("raw_response", "response")
"""The attributes of an SDK's error that may have its HTTP response."""


def retry_config(utils: Any, retries: Any) -> Any:
    """Return the SDK's `RetryConfig` from its module `utils`.

    `retries` is the protocol's: `none` for a single attempt, or an object with the parameters of the backoff.
    """
    if retries == "none":
        # The class requires a backoff; the SDK ignores the backoff of the strategy `none`.
        return utils.RetryConfig("none", utils.BackoffStrategy(1, 1, 1.0, 1), retry_connection_errors=False)
    backoff = (retries[name] for name in ("initialInterval", "maxInterval", "exponent", "maxElapsedTime"))
    retry_connections = retries["retryConnectionErrors"]
    return utils.RetryConfig("backoff", utils.BackoffStrategy(*backoff), retry_connection_errors=retry_connections)


def method_of(sdk: Any, operation: str, binding: dict[str, Any] | None, suffix: str = "") -> Callable[..., Any]:
    """Return the SDK's method for an operation.

    `binding` is the operation's entry in CONFIG.json: its `call` is the method's dotted path, such as
    `customers.create`. `suffix` completes the method's name, such as `_async`. Raises CannotCall when the operation has
    no binding and when the SDK lacks the method.
    """
    if binding is None:
        raise CannotCall(operation, "unsupported")
    found: Any = sdk
    with inside("build"):  # an attribute of the SDK may be a property that raises
        for name in (binding["call"] + suffix).split("."):
            found = getattr(found, name, None)
    if found is None:
        raise CannotCall(operation, "unsupported")
    method: Callable[..., Any] = found
    return method


def status_field(error: BaseException) -> dict[str, Any]:
    """Return `{"status": ...}` with the HTTP status of an error's response, or else of the error; empty without both.

    The response comes first, because the error's `status_code` may be a field of the decoded body.
    """
    for holder in (*(getattr(error, name, None) for name in RESPONSE_ATTRIBUTES), error):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status in STATUSES:
            return {"status": status}
    return {}
