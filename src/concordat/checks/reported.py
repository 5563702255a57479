"""What the caller of a client learned from an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.model import Reported

if TYPE_CHECKING:
    from concordat.clients.protocol import Outcome

__all__ = ["REFUSAL", "reported_of", "shown_status"]

REFUSAL = 400
"""The first status that says no (RFC 9110, 15)."""


def shown_status(outcome: Outcome) -> int | None:
    """Return the HTTP status that the caller can see, on the error or on what was returned."""
    if outcome.error is not None and outcome.error.status is not None:
        return outcome.error.status
    return outcome.status


def reported_of(outcome: Outcome | None) -> Reported:
    """Return what the caller was told; no outcome at all (a dead adapter) leaves it unknown.

    Raised with a status of 400 or more: failed. Raised without one, timed out or cancelled: unknown. Returned with
    such a status: failed when a payload or an error body says more, else silent. Returned otherwise: ok.
    """
    if outcome is None or outcome.ended not in ("returned", "raised"):
        return Reported.UNKNOWN
    status = shown_status(outcome)
    refused = status is not None and status >= REFUSAL
    if outcome.ended == "raised":
        return Reported.FAILED if refused else Reported.UNKNOWN
    if refused:
        return Reported.FAILED if _says_more(outcome) else Reported.SILENT
    return Reported.OK if outcome.error is None else Reported.UNKNOWN


def _says_more(outcome: Outcome) -> bool:
    if outcome.payload is not msgspec.UNSET and outcome.payload is not None:
        return True
    error = outcome.error
    return error is not None and (bool(error.body) or (error.fields is not msgspec.UNSET and error.fields is not None))
