"""The history of a world: the syncs of `synced`, and the earlier refreshes and pushes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.codat.integrations import ACCOUNTING_TYPES
from concordat.sandbox.codat.timestamps import timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from concordat.sandbox.codat.context import CodatContext, Connection
    from concordat.sandbox.codat.world import CodatWorld

__all__ = ["seed_history"]

_PULL = "INSERT INTO pulls (id, company, connection, type, ending, status, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
_PUSH = """
INSERT INTO pushes (key, company, connection, operation, record, target, plan, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def seed_history(world: CodatWorld, context: CodatContext) -> None:
    """Write the world's history: a minute between two entries, the last an hour before the world begins."""
    rows = context.state.all("SELECT id FROM connections WHERE status <> 'PendingAuth' ORDER BY seq")
    connections = [found for (identifier,) in rows if (found := context.connection(identifier)) is not None]
    entries = world.pulls + world.pushes + len(world.synced)
    moment = context.clock.now() - timedelta(hours=1, minutes=entries)
    for data_type in world.synced:
        moment += timedelta(minutes=1)
        for connection in connections:
            _pull(context, connection, data_type, moment)
    if not connections:
        return
    others = [data_type for data_type in ACCOUNTING_TYPES if data_type != "customers"]
    for number in range(world.pulls):
        moment += timedelta(minutes=1)
        _pull(context, connections[0], others[number % len(others)], moment)
    known = context.state.all("SELECT id FROM customers WHERE connection = ? ORDER BY seq", connections[0].id)
    for number in range(world.pushes):
        moment += timedelta(minutes=1)
        target = known[number % len(known)][0] if known else f"pushed-{number + 1}"
        _push(context, connections[0], target, moment)


def _pull(context: CodatContext, connection: Connection, data_type: str, moment: datetime) -> None:
    identifier = context.new_id("pull")
    body: dict[str, Any] = {
        "id": identifier,
        "companyId": connection.company,
        "connectionId": connection.id,
        "dataType": data_type,
        "status": "Complete",
        "requested": timestamp(moment - timedelta(seconds=20)),
        "completed": timestamp(moment),
        "progress": 100,
        "isCompleted": True,
        "isErrored": False,
    }
    text = msgspec.json.encode(body).decode()
    context.state.run(_PULL, identifier, connection.company, connection.id, data_type, "Complete", "Complete", text)


def _push(context: CodatContext, connection: Connection, target: str, moment: datetime) -> None:
    key = context.new_id("push")
    body: dict[str, Any] = {
        "changes": [{"type": "Created", "recordRef": {"id": target, "dataType": "customers"}}],
        "dataType": "customers",
        "companyId": connection.company,
        "pushOperationKey": key,
        "dataConnectionKey": connection.id,
        "requestedOnUtc": timestamp(moment - timedelta(seconds=20)),
        "completedOnUtc": timestamp(moment),
        "status": "Success",
        "statusCode": 200,
        "validation": {"errors": [], "warnings": []},
    }
    text = msgspec.json.encode(body).decode()
    context.state.run(_PUSH, key, connection.company, connection.id, "customers.create", None, target, "{}", text)
