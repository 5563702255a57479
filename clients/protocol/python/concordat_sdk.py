"""The common parts of one generator's Python SDKs: the retry policy, the methods, and the status of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat_adapter import STATUSES, CannotCall, inside

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["method_of", "retry_config", "status_in"]

RESPONSES = ("raw_response", "response")


def retry_config(utils: Any, retries: Any) -> Any:
    """Return the SDK's `RetryConfig` from its module `utils`; the strategy `none` makes a single attempt."""
    if retries == "none":
        return utils.RetryConfig("none", utils.BackoffStrategy(1, 1, 1.0, 1), retry_connection_errors=False)
    steps = (retries[name] for name in ("initialInterval", "maxInterval", "exponent", "maxElapsedTime"))
    connections = retries["retryConnectionErrors"]
    return utils.RetryConfig("backoff", utils.BackoffStrategy(*steps), retry_connection_errors=connections)


def method_of(sdk: Any, operation: str, binding: dict[str, Any] | None, suffix: str = "") -> Callable[..., Any]:
    """Return the method that the manifest names for an operation. Raises CannotCall when the SDK lacks it."""
    found: Any = sdk if binding is not None else None
    with inside("build"):
        for step in (binding["call"] + suffix).split(".") if binding is not None else ():
            found = getattr(found, step, None)
    if found is None:
        raise CannotCall(operation, "unsupported")
    method: Callable[..., Any] = found
    return method


def status_in(error: BaseException) -> dict[str, Any]:
    """Return `{"status": ...}` with the HTTP status of an error's response, or else of the error; empty without both.

    The response comes first, because the error's `status_code` may be a field of the decoded body.
    """
    for holder in (*(getattr(error, name, None) for name in RESPONSES), error):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status in STATUSES:
            return {"status": status}
    return {}
