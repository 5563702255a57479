"""Refusals: the ErrorMessage body of every status (domain 2.6), in words of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.values import Pairs

__all__ = ["Refusal", "error_body"]

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


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """A request that is answered with an ErrorMessage.

    `service` is the part of the API that refuses (PublicApi, ClientsApi, PullApi); `problems` become
    `validation.errors` as (itemId, message, validatorName).
    """

    def __init__(
        self,
        status: int,
        error: str | None = None,
        *,
        service: str = "PublicApi",
        problems: Sequence[tuple[str, str, str]] = (),
        headers: Pairs = (),
    ) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error or _TEXTS[status]
        self.service = service
        self.problems = problems
        self.headers = headers


def error_body(refusal: Refusal, correlation: str) -> bytes:
    """Return the ErrorMessage as JSON; `correlation` is 32 hexadecimal digits.

    `canBeRetried` is text: `True` where the status is transient, otherwise `Unknown`, as in every known example.
    """
    body: dict[str, Any] = {
        "statusCode": refusal.status,
        "service": refusal.service,
        "error": refusal.error,
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
