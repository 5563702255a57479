"""Clients that send what they should to another place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.mutants.client_registry import OutgoingRequest, change_requests, mutant, wrap

from concordat_reference import codec
from concordat_reference.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original


def _only(where: Callable[[OutgoingRequest], bool], change: Callable[[OutgoingRequest], object]) -> None:
    change_requests(lambda sent: change(sent) if where(sent) else None)


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

    def raised(sent: OutgoingRequest) -> None:
        for name in ("pushOperationKey", "datasetId"):
            if name in sent.arguments:
                sent.arguments[name] = sent.arguments[name].upper()

    change_requests(raised)


@mutant
def uuids_without_dashes() -> None:
    """Sends UUIDs without their dashes."""
    uuid = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    change_requests(
        lambda sent: sent.arguments.update(
            {name: it.replace("-", "") if uuid.fullmatch(it) else it for name, it in sent.arguments.items()}
        )
    )


@mutant
def customer_and_attachment_swapped() -> None:
    """Confuses the attachment's id with the customer's."""

    def swap(sent: OutgoingRequest) -> None:
        if "attachmentId" in sent.arguments:
            customer, attachment = sent.arguments["customerId"], sent.arguments["attachmentId"]
            sent.arguments.update(customerId=attachment, attachmentId=customer)

    change_requests(swap)


@mutant
def base_path_slash_kept() -> None:
    """Keeps the slash at the end of the server URL's path, before the slash of the request's own."""

    def made(own: Original, self: Transport, base_url: str, *given: object) -> None:
        own(self, base_url, *given)
        if base_url.rstrip("/").count("/") > 2:
            self._base = base_url

    wrap(Transport, "__init__", made)


@mutant
def removals_as_post() -> None:
    """Sends deletions as POST."""
    _only(lambda sent: sent.method == "DELETE", lambda sent: setattr(sent, "method", "POST"))


@mutant
def histories_confused() -> None:
    """Looks for refreshes in the history of pushes."""

    def confuse(sent: OutgoingRequest) -> None:
        sent.template = sent.template.replace("/data/history/{datasetId}", "/push/{datasetId}")
        sent.template = sent.template.replace("/data/history", "/push")

    change_requests(confuse)


@mutant
def files_looked_for_at_the_company() -> None:
    """Leaves the connection out of the paths of attachments."""

    def shorten(sent: OutgoingRequest) -> None:
        if "/attachments" in sent.template:
            sent.template = sent.template.replace("/connections/{connectionId}", "")

    change_requests(shorten)


@mutant
def written_where_is_read() -> None:
    """Sends writes of customers to the path under which they are read."""

    def move(sent: OutgoingRequest) -> None:
        sent.template = sent.template.replace("/push/customers", "/data/customers")

    change_requests(move)
