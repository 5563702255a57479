"""The ErrorMessage body of every status (domain 2.6), in Concordat's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ServiceRefusal", "error_body"]

_TEXTS = {
    400: "The request could not be processed - it is not valid.",
    401: "Unauthorized",
    402: "The limits of the account's plan are reached; upgrade the plan to go on.",
    403: "The API key is outdated, or is not associated with this resource.",
    404: "Nothing was found at this address.",
    405: "The method is not allowed here.",
    409: "The data set has not been requested yet.",
    415: "The content type is not supported; send application/json.",
    422: "The Idempotency-Key was used before with another request body.",
    429: "Too many requests were made in a given amount of time; please retry later.",
    500: "There is a problem with the server; please try again later.",
    503: "The API is temporarily offline for maintenance; please try again later.",
}
_TRANSIENT = {429, 500, 503}
_SERVICE = "PublicApi"


class ServiceRefusal(Refusal):
    """A refusal by one part of the API: ClientsApi, PullApi or PushApi. All others are by the PublicApi."""

    def __init__(
        self,
        status: int,
        error: str | None = None,
        *,
        service: str,
        problems: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        super().__init__(status, error, problems=problems)
        self.service = service


def error_body(refusal: Refusal, correlation: str) -> bytes:
    """Return the ErrorMessage as JSON; `correlation` is 32 hexadecimal digits.

    The problems become `validation.errors`. `canBeRetried` is text: `True` where the status is transient, otherwise
    `Unknown`, as in every known example.
    """
    body: dict[str, Any] = {
        "statusCode": refusal.status,
        "service": refusal.service if isinstance(refusal, ServiceRefusal) else _SERVICE,
        "error": refusal.error or _TEXTS[refusal.status],
        "correlationId": correlation,
    }
    if refusal.problems:
        body["validation"] = {
            "errors": [
                {"itemId": item, "message": message, "validatorName": validator}
                for item, message, validator in refusal.problems
            ],
            "warnings": [],
        }
    body["canBeRetried"] = "True" if refusal.status in _TRANSIENT else "Unknown"
    body["detailedErrorCode"] = 0
    return msgspec.json.encode(body)
