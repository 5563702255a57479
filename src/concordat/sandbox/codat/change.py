"""Changes of the world between the steps of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.errors import CatalogueError
from concordat.sandbox.codat.pulls import start_pull

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatContext
    from concordat.sandbox.codat.world import CodatChange
    from concordat.sandbox.codat.world_parts import ConnectionChange, CustomersChange

__all__ = ["apply_change"]


def apply_change(context: CodatContext, change: CodatChange) -> None:
    """Apply the parts that concern the state and the course of writes and refreshes.

    Raises CatalogueError for a record or connection that the world does not have.
    """
    context.push = change.push or context.push
    context.sync = change.sync or context.sync
    if change.connection is not None:
        _change_connection(context, change.connection)
    if change.customers is not None:
        _change_customers(context, change.customers)
    if change.synced:
        _sync(context, change.synced)


def _first(context: CodatContext) -> str:
    row = context.state.one("SELECT id FROM connections ORDER BY seq")
    if row is None:
        message = "the world has no connection to change"
        raise CatalogueError(message, hint="give the world a connection")
    return str(row[0])


def _change_connection(context: CodatContext, change: ConnectionChange) -> None:
    wanted = (change.id or _first(context)).lower()
    if not context.state.run("UPDATE connections SET status = ? WHERE id = ?", change.status, wanted):
        message = f"the world has no connection {wanted}"
        raise CatalogueError(message, hint="use $connection, or leave the id out for the first one")
    context.connections_changed = True


def _change_customers(context: CodatContext, change: CustomersChange) -> None:
    connection = _first(context)
    known = context.connection(connection)
    assert known is not None
    for record in change.add:
        context.state.run(
            "INSERT INTO customers (company, connection, id, source, dirty) VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT (connection, id) DO UPDATE SET source = excluded.source, dirty = 1",
            known.company,
            connection,
            str(record.get("id") or context.new_customer_id(connection)),
            msgspec.json.encode(record).decode(),
        )
    for identifier, values in change.edit.items():
        row = context.state.one(
            "SELECT source FROM customers WHERE connection = ? AND id = ? AND source IS NOT NULL",
            connection,
            identifier,
        )
        _require(row, identifier)
        assert row is not None
        edited: dict[str, Any] = msgspec.json.decode(row[0]) | {"sourceModifiedDate": context.now()} | values
        text = msgspec.json.encode(edited).decode()
        context.state.run(
            "UPDATE customers SET source = ?, dirty = 1 WHERE connection = ? AND id = ?", text, connection, identifier
        )
    for identifier in change.remove:
        changed = context.state.run(
            "UPDATE customers SET source = NULL, dirty = 1 WHERE connection = ? AND id = ?", connection, identifier
        )
        _require(changed or None, identifier)


def _require(found: object, identifier: str) -> None:
    if found is None:
        message = f"the accounting software has no record {identifier}"
        raise CatalogueError(message, hint="name a record of the world's first connection")


def _sync(context: CodatContext, data_types: list[str]) -> None:
    for (identifier,) in context.state.all("SELECT id FROM connections WHERE status = 'Linked' ORDER BY seq"):
        connection = context.connection(identifier)
        assert connection is not None
        for data_type in data_types:
            start_pull(context, connection, data_type, at_once=True)
