"""Files attached to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.errors import Refusal
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["download_attachment", "get_attachment", "list_attachments"]

_SERVICE = "PullApi"


def list_attachments(ask: HandlerRequest) -> Answer:
    """customers.listAttachments: all of them, not paged; 409 before the first sync, 404 for an unknown customer."""
    connection = ask.connection()
    ask.require_synced(connection.company, "customers")
    _require_customer(ask, connection.id)
    rows = ask.context.state.all(
        "SELECT body FROM attachments WHERE connection = ? AND customer = ? ORDER BY seq",
        connection.id,
        ask.arguments["customerId"],
    )
    return json_answer({"attachments": [msgspec.Raw(row[0]) for row in rows]})


def get_attachment(ask: HandlerRequest) -> Answer:
    """customers.getAttachment."""
    return json_answer(msgspec.Raw(_find(ask)[0]))


def download_attachment(ask: HandlerRequest) -> Answer:
    """customers.downloadAttachment: the file's bytes, as octet-stream whatever their own type."""
    return Answer(200, (("Content-Type", "application/octet-stream"),), _find(ask)[1])


def _find(ask: HandlerRequest) -> tuple[str, bytes]:
    connection = ask.connection()
    _require_customer(ask, connection.id)
    wanted = ask.arguments["attachmentId"].lower()
    row = ask.context.state.one(
        "SELECT body, content FROM attachments WHERE connection = ? AND customer = ? AND lower(id) = ?",
        connection.id,
        ask.arguments["customerId"],
        wanted,
    )
    if row is None:
        raise Refusal(404, f"No attachment was found with ID {wanted}", service=_SERVICE)
    return row[0], row[1]


def _require_customer(ask: HandlerRequest, connection: str) -> None:
    """Refuse a customer that the connection does not know; a fresh sync is not needed (domain 2.5)."""
    wanted = ask.arguments["customerId"]
    if ask.context.state.one("SELECT 1 FROM customers WHERE connection = ? AND id = ?", connection, wanted) is None:
        raise Refusal(404, f"No data available for customers for ID {wanted}", service=_SERVICE)
