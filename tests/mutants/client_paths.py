"""Clients that send what they should to another place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.mutants.registry import Asked, mutant, sending, wrap

from concordat_reference import codec
from concordat_reference.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable


def _only(where: Callable[[Asked], bool], change: Callable[[Asked], object]) -> None:
    sending(lambda asked: change(asked) if where(asked) else None)


@mutant
def slash_not_escaped_in_paths_of_files() -> None:
    """Leaves a slash in a customer's id as it is in the paths of attachments."""
    wrap(
        codec,
        "path",
        lambda own, template, arguments: (
            own(template, arguments).replace("%2F", "/") if "/attachments" in template else own(template, arguments)
        ),
    )


@mutant
def keys_in_capitals() -> None:
    """Sends the keys of pushes and refreshes in capitals."""

    def raised(asked: Asked) -> None:
        for name in ("pushOperationKey", "datasetId"):
            if name in asked.arguments:
                asked.arguments[name] = asked.arguments[name].upper()

    sending(raised)


@mutant
def uuids_without_dashes() -> None:
    """Sends UUIDs without their dashes."""
    uuid = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    sending(
        lambda asked: asked.arguments.update(
            {name: it.replace("-", "") if uuid.fullmatch(it) else it for name, it in asked.arguments.items()}
        )
    )


@mutant
def customer_and_attachment_swapped() -> None:
    """Confuses the attachment's id with the customer's."""

    def swap(asked: Asked) -> None:
        if "attachmentId" in asked.arguments:
            customer, attachment = asked.arguments["customerId"], asked.arguments["attachmentId"]
            asked.arguments.update(customerId=attachment, attachmentId=customer)

    sending(swap)


@mutant
def base_path_slash_kept() -> None:
    """Keeps the slash at the end of the server URL's path, before the slash of the request's own."""

    def made(own: Any, self: Transport, base_url: str, *given: Any) -> None:
        own(self, base_url, *given)
        if base_url.rstrip("/").count("/") > 2:
            self._base = base_url

    wrap(Transport, "__init__", made)


@mutant
def removals_as_post() -> None:
    """Sends deletions as POST."""
    _only(lambda asked: asked.method == "DELETE", lambda asked: setattr(asked, "method", "POST"))


@mutant
def histories_confused() -> None:
    """Looks for refreshes in the history of pushes."""

    def confuse(asked: Asked) -> None:
        asked.template = asked.template.replace("/data/history/{datasetId}", "/push/{datasetId}")
        asked.template = asked.template.replace("/data/history", "/push")

    sending(confuse)


@mutant
def files_looked_for_at_the_company() -> None:
    """Leaves the connection out of the paths of attachments."""

    def shorten(asked: Asked) -> None:
        if "/attachments" in asked.template:
            asked.template = asked.template.replace("/connections/{connectionId}", "")

    sending(shorten)


@mutant
def written_where_is_read() -> None:
    """Sends writes of customers to the path under which they are read."""

    def move(asked: Asked) -> None:
        asked.template = asked.template.replace("/push/customers", "/data/customers")

    sending(move)
