"""Connections of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.bodies import new_connection_body, read_connections
from concordat.sandbox.errors import Refusal
from concordat.sandbox.fields import CONNECTION_FIELDS
from concordat.sandbox.handlers.listing import listing
from concordat.sandbox.integrations import by_platform_key
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["create_connection", "delete_connection", "get_connection", "list_connections", "unlink_connection"]

_SERVICE = "ClientsApi"
_OWNED = ("customers", "attachments", "pushes", "pulls")


def list_connections(ask: HandlerRequest) -> Answer:
    """connections.list."""
    return listing(ask, read_connections(ask.context.state, "company = ?", ask.company()), CONNECTION_FIELDS, _SERVICE)


def get_connection(ask: HandlerRequest) -> Answer:
    """connections.get."""
    return _answer(ask, ask.connection().id)


def create_connection(ask: HandlerRequest) -> Answer:
    """connections.create: a connection that waits for the customer's authorisation; 404 for an unknown platform."""
    company, key = ask.company(), ask.document().get("platformKey")
    if key is None:
        raise Refusal(400, service=_SERVICE, problems=[("platformKey", "A platform key is needed.", "Connection")])
    integration = by_platform_key(key)
    if integration is None:
        raise Refusal(404, f"No integration was found with platform key {key}", service=_SERVICE)
    identifier = ask.context.new_id("connection")
    body = new_connection_body(identifier, company, integration, ask.context.now())
    ask.context.state.run(
        "INSERT INTO connections (id, company, integration, status, body) VALUES (?, ?, ?, 'PendingAuth', ?)",
        identifier,
        company,
        integration.key,
        msgspec.json.encode(body).decode(),
    )
    ask.commit()
    return _answer(ask, identifier)


def delete_connection(ask: HandlerRequest) -> Answer:
    """connections.delete: 200 without a body; what was read through it is gone too."""
    connection, state = ask.connection(), ask.context.state
    for table in _OWNED:
        state.run(f"DELETE FROM {table} WHERE connection = ?", connection.id)  # noqa: S608 - a constant
    state.run("DELETE FROM connections WHERE id = ?", connection.id)
    ask.context.connections_changed = True
    ask.commit()
    return Answer(200)


def unlink_connection(ask: HandlerRequest) -> Answer:
    """connections.unlink: `Unlinked` is set; any other status stays the customer's own business and changes nothing."""
    connection = ask.connection()
    if ask.document().get("status") == "Unlinked":
        ask.context.state.run("UPDATE connections SET status = 'Unlinked' WHERE id = ?", connection.id)
        ask.context.connections_changed = True
    ask.commit()
    return _answer(ask, connection.id)


def _answer(ask: HandlerRequest, identifier: str) -> Answer:
    return json_answer(read_connections(ask.context.state, "id = ?", identifier)[0])
