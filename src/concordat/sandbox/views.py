"""What the sandbox holds, for the `state` checks of cases and for the control endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.sandbox.bodies import read_companies, read_connections

if TYPE_CHECKING:
    from concordat.sandbox.state import State
    from concordat.values import Json

__all__ = ["state_of"]


def state_of(state: State) -> dict[str, Json]:
    """Return every collection as a list of JSON objects, in the order that things were made.

    companies    as the API shows them, with dataConnections
    connections  as the API shows them
    customers    the records in the accounting software (deleted ones are not there)
    cached       the records that reads serve
    attachments  as the API shows them, each with `customerId`
    pushes       PushOperations, each with `operation`, `customerId` (null for a new record) and `record` (what
                 of the body is written; null without one)
    pulls        PullOperations
    """
    pushes = []
    for operation, target, record, body in state.all("SELECT operation, target, record, body FROM pushes ORDER BY seq"):
        written = None if record is None else msgspec.json.decode(record)
        pushes.append(msgspec.json.decode(body) | {"operation": operation, "customerId": target, "record": written})
    attachments = [
        msgspec.json.decode(body) | {"customerId": customer}
        for customer, body in state.all("SELECT customer, body FROM attachments ORDER BY seq")
    ]
    return {
        "companies": read_companies(state),
        "connections": read_connections(state),
        "customers": _column(state, "SELECT source FROM customers WHERE source IS NOT NULL ORDER BY seq"),
        "cached": _column(state, "SELECT cached FROM customers WHERE cached IS NOT NULL ORDER BY seq"),
        "attachments": attachments,
        "pushes": pushes,
        "pulls": _column(state, "SELECT body FROM pulls ORDER BY seq"),
    }


def _column(state: State, query: str) -> list[Json]:
    return [msgspec.json.decode(row[0]) for row in state.all(query)]
