"""What a write does in the accounting software itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from concordat.sandbox.scene import SandboxContext

__all__ = ["Items", "conflicts", "write_record"]

Items: TypeAlias = list[dict[str, str | None]]
"""Validation messages: itemId, message and validatorName of each."""


def conflicts(context: SandboxContext, connection: str, target: str | None, *, force: bool) -> Items:
    """Return why the accounting software cannot update the record, if so."""
    if target is None:
        return []
    row = context.state.one("SELECT source, dirty FROM customers WHERE connection = ? AND id = ?", connection, target)
    if row is None or row[0] is None:
        return [{"itemId": "id", "message": f"No customer has the id {target}.", "validatorName": "Customer"}]
    if row[1] and not force:
        message = "The record has changed in the accounting software since it was read; pull it again first."
        return [{"itemId": "sourceModifiedDate", "message": message, "validatorName": "Customer"}]
    return []


def write_record(context: SandboxContext, connection: str, target: str | None, text: str, *, new_id: str | None) -> str:
    """Put the record, JSON text, into the accounting software and return its id there.

    A new record gets `new_id`, else the id it brings, else a fresh one.
    """
    record = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    own = msgspec.json.decode(record["id"]) if "id" in record else None
    identifier = target or new_id or own or context.new_id("customer")
    stored: dict[str, Any] = {"id": identifier, **record} | {"id": identifier, "sourceModifiedDate": context.now()}
    stored.setdefault("metadata", {"isDeleted": False})
    company = context.state.one("SELECT company FROM connections WHERE id = ?", connection)
    context.state.run(
        "INSERT INTO customers (company, connection, id, source, dirty) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (connection, id) DO UPDATE SET source = excluded.source, dirty = 1",
        company[0] if company else "",
        connection,
        identifier,
        msgspec.json.encode(stored).decode(),
    )
    return str(identifier)
