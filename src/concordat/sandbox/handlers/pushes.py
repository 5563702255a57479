"""Writing customers, and the history of writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.sandbox.accepted import accepted_part
from concordat.sandbox.errors import Refusal
from concordat.sandbox.fields import PUSH_FIELDS
from concordat.sandbox.handlers.listing import listing
from concordat.sandbox.options import validate_push
from concordat.sandbox.pushes import PushOrder, start_push
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.http1.answer import Answer
    from concordat.sandbox.options import ValidationItem
    from concordat.sandbox.scene import Connection, HandlerRequest
    from concordat.sandbox.writing import Items

__all__ = ["create_customer", "get_push", "list_pushes", "update_customer"]

_SERVICE = "PushApi"


def create_customer(ask: HandlerRequest) -> Answer:
    """customers.create: a push of a new record; Pending unless the world says otherwise."""
    return _push(ask, target=None)


def update_customer(ask: HandlerRequest) -> Answer:
    """customers.update: a push that replaces a record; an unknown id fails when the push ends."""
    return _push(ask, target=ask.arguments["customerId"])


def _push(ask: HandlerRequest, target: str | None) -> Answer:
    connection = ask.connection()
    if connection.status != "Linked":
        message = f"Data connection {connection.id} is {connection.status}; it takes no writes"
        raise Refusal(403, message, service=_SERVICE)
    timeout = ask.parameter("timeoutInMinutes")
    ask.commit()
    record, errors, warnings = _judged(ask, connection, target)
    order = PushOrder(
        operation=ask.operation,
        target=target,
        record=record,
        errors=errors,
        warnings=warnings,
        timeout=None if timeout is None else int(timeout),
        refresh="allowSyncOnPushComplete" in ask.known and ask.flag("allowSyncOnPushComplete", default=True),
        force=ask.flag("forceUpdate", default=False),
    )
    return json_answer(start_push(ask.context, connection, order))


def _judged(
    ask: HandlerRequest, connection: Connection, target: str | None
) -> tuple[dict[str, msgspec.Raw] | None, Items, Items]:
    """Return the record to be written, and what the integration's options model says of it."""
    body, integration = ask.document(), connection.integration.key
    if not body:
        return None, [{"itemId": None, "message": "There is no record to write.", "validatorName": "Customer"}], []

    def taken(name: str, value: str) -> bool:
        return _taken(ask, connection.id, target, name, value)

    verdict = validate_push(integration, body, create=target is None, taken=taken)
    return accepted_part(integration, ask.body, body), _items(verdict.errors), _items(verdict.warnings)


def _items(items: Sequence[ValidationItem]) -> Items:
    return [{"itemId": item.item_id, "message": item.message, "validatorName": item.validator_name} for item in items]


def _taken(ask: HandlerRequest, connection: str, target: str | None, name: str, value: str) -> bool:
    row = ask.context.state.one(
        "SELECT 1 FROM customers WHERE connection = ? AND id IS NOT ? AND json_extract(source, '$.' || ?) = ?"
        " COLLATE NOCASE",
        connection,
        target,
        name,
        value,
    )
    return row is not None


def list_pushes(ask: HandlerRequest) -> Answer:
    """pushOperations.list: the company's pushes, the latest first."""
    rows = ask.context.state.all("SELECT body FROM pushes WHERE company = ? ORDER BY seq DESC", ask.company())
    return listing(ask, [msgspec.json.decode(row[0]) for row in rows], PUSH_FIELDS, "ClientsApi")


def get_push(ask: HandlerRequest) -> Answer:
    """pushOperations.get: one push, 404 for an unknown key."""
    company, key = ask.company(), ask.arguments["pushOperationKey"].lower()
    row = ask.context.state.one("SELECT body FROM pushes WHERE company = ? AND key = ?", company, key)
    if row is None:
        raise Refusal(404, f"No push operation was found with ID {key}", service="ClientsApi")
    return json_answer(msgspec.Raw(row[0]))
