"""Clients that mistreat pushes and refreshes."""

from __future__ import annotations

import re

from tests.mutants.registry import mutant
from tests.mutants.shaping import each, must, without


@mutant
def nulls_of_pushes_refused() -> None:
    """Refuses a push in which a part is null."""
    must(lambda it: "pushOperationKey" not in it or it.get("changes", ()) is not None, "a part is null")


@mutant
def pushes_need_an_end() -> None:
    """Refuses a push whose completion is null."""
    must(lambda it: it.get("completedOnUtc", "") is not None, "it has no end")


@mutant
def unknown_fields_of_pushes_refused() -> None:
    """Refuses a push with a field that it does not know."""
    known = {
        *("changes", "data", "dataType", "companyId", "pushOperationKey", "dataConnectionKey", "requestedOnUtc"),
        *(
            "completedOnUtc",
            "timeoutInMinutes",
            "timeoutInSeconds",
            "status",
            "errorMessage",
            "validation",
            "statusCode",
        ),
    }
    must(lambda it: "pushOperationKey" not in it or it.keys() <= known, "it holds unknown fields")


@mutant
def types_of_changes_read_strictly() -> None:
    """Refuses a push with a type of change that it does not know."""
    known = {"Unknown", "Created", "Modified", "Deleted", "AttachmentUploaded", None}
    must(lambda it: "recordRef" not in it or it.get("type") in known, "its type is unknown")


@mutant
def attachments_of_changes_dropped() -> None:
    """Drops the attachment that a change names."""
    without("attachmentId")


@mutant
def record_of_a_change_dropped() -> None:
    """Drops the record that a change names."""
    without("recordRef")


@mutant
def timeouts_of_pushes_dropped() -> None:
    """Drops the timeout of a push."""
    without("timeoutInMinutes")


@mutant
def error_messages_of_pushes_dropped() -> None:
    """Drops the error message of a push."""
    without("errorMessage")


@mutant
def error_messages_on_one_line() -> None:
    """Shows messages of errors on one line, without repeated blanks."""
    names = {"errorMessage", "message", "error"}
    each(lambda it: {n: " ".join(x.split()) if n in names and isinstance(x, str) else x for n, x in it.items()})


@mutant
def moments_of_pushes_in_seconds() -> None:
    """Shows the moments of a push without their fractions."""
    each(
        lambda it: {
            n: re.sub(r"\.\d+", "", x) if n.endswith("Utc") and isinstance(x, str) else x for n, x in it.items()
        }
    )


@mutant
def companies_of_pushes_dropped() -> None:
    """Drops the company and the connection of a push."""
    each(
        lambda it: (
            {name: x for name, x in it.items() if name not in ("companyId", "dataConnectionKey")}
            if "pushOperationKey" in it
            else it
        )
    )


@mutant
def keys_of_pushes_dropped() -> None:
    """Drops the key of a push."""
    without("pushOperationKey")


@mutant
def types_of_pushes_dropped() -> None:
    """Drops the data type of a push or a refresh."""
    without("dataType")


@mutant
def codes_of_pushes_dropped() -> None:
    """Drops the status code of a push."""
    each(lambda it: {name: x for name, x in it.items() if name != "statusCode"} if "pushOperationKey" in it else it)


@mutant
def failed_pushes_raised() -> None:
    """Raises an error for a push that failed."""
    must(lambda it: "pushOperationKey" not in it or it.get("status") not in ("Failed", "TimedOut"), "it failed")


@mutant
def failed_refreshes_raised() -> None:
    """Raises an error for a refresh that failed."""
    must(lambda it: "isErrored" not in it or not it["isErrored"], "it failed")


@mutant
def names_of_items_dropped() -> None:
    """Drops the ids of the items of a validation."""
    without("itemId")


@mutant
def one_item_of_a_validation() -> None:
    """Shows one error and one warning of several."""
    each(lambda it: {n: x[:1] if n in ("errors", "warnings") and x else x for n, x in it.items()})


@mutant
def progress_dropped() -> None:
    """Drops the progress of a refresh."""
    without("progress")
