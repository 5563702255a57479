"""Clients that mistreat pushes and refreshes."""

from __future__ import annotations

import re

from tests.mutants.client_registry import change_objects, drop_field, mutant, require


@mutant
def nulls_of_pushes_refused() -> None:
    """Refuses a push in which a part is null."""
    require(lambda it: "pushOperationKey" not in it or it.get("changes", ()) is not None, "a part is null")


@mutant
def pushes_need_an_end() -> None:
    """Refuses a push whose completion is null."""
    require(lambda it: it.get("completedOnUtc", "") is not None, "it has no end")


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
    require(lambda it: "pushOperationKey" not in it or it.keys() <= known, "it holds unknown fields")


@mutant
def types_of_changes_read_strictly() -> None:
    """Refuses a push with a type of change that it does not know."""
    known = {"Unknown", "Created", "Modified", "Deleted", "AttachmentUploaded", None}
    require(lambda it: "recordRef" not in it or it.get("type") in known, "its type is unknown")


@mutant
def attachments_of_changes_dropped() -> None:
    """Drops the attachment that a change names."""
    drop_field("attachmentId")


@mutant
def record_of_a_change_dropped() -> None:
    """Drops the record that a change names."""
    drop_field("recordRef")


@mutant
def timeouts_of_pushes_dropped() -> None:
    """Drops the timeout of a push."""
    drop_field("timeoutInMinutes")


@mutant
def error_messages_of_pushes_dropped() -> None:
    """Drops the error message of a push."""
    drop_field("errorMessage")


@mutant
def error_messages_on_one_line() -> None:
    """Shows messages of errors on one line, without repeated blanks."""
    names = {"errorMessage", "message", "error"}
    change_objects(
        lambda it: {n: " ".join(x.split()) if n in names and isinstance(x, str) else x for n, x in it.items()}
    )


@mutant
def moments_of_pushes_in_seconds() -> None:
    """Shows the moments of a push without their fractions."""
    change_objects(
        lambda it: {
            n: re.sub(r"\.\d+", "", x) if n.endswith("Utc") and isinstance(x, str) else x for n, x in it.items()
        }
    )


@mutant
def companies_of_pushes_dropped() -> None:
    """Drops the company and the connection of a push."""
    change_objects(
        lambda it: (
            {name: x for name, x in it.items() if name not in ("companyId", "dataConnectionKey")}
            if "pushOperationKey" in it
            else it
        )
    )


@mutant
def keys_of_pushes_dropped() -> None:
    """Drops the key of a push."""
    drop_field("pushOperationKey")


@mutant
def types_of_pushes_dropped() -> None:
    """Drops the data type of a push or a refresh."""
    drop_field("dataType")


@mutant
def codes_of_pushes_dropped() -> None:
    """Drops the status code of a push."""
    change_objects(
        lambda it: {name: x for name, x in it.items() if name != "statusCode"} if "pushOperationKey" in it else it
    )


@mutant
def failed_pushes_raised() -> None:
    """Raises an error for a push that failed."""
    require(lambda it: "pushOperationKey" not in it or it.get("status") not in ("Failed", "TimedOut"), "it failed")


@mutant
def failed_refreshes_raised() -> None:
    """Raises an error for a refresh that failed."""
    require(lambda it: "isErrored" not in it or not it["isErrored"], "it failed")


@mutant
def names_of_items_dropped() -> None:
    """Drops the ids of the items of a validation."""
    drop_field("itemId")


@mutant
def one_item_of_a_validation() -> None:
    """Shows one error and one warning of several."""
    change_objects(lambda it: {n: x[:1] if n in ("errors", "warnings") and x else x for n, x in it.items()})


@mutant
def progress_dropped() -> None:
    """Drops the progress of a refresh."""
    drop_field("progress")
