"""Connections of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.codat.bodies import new_connection_body, read_connections
from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.fields import CONNECTION_FIELDS
from concordat.sandbox.codat.integrations import by_platform_key
from concordat.sandbox.codat.paging import listing
from concordat.sandbox.core.context import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatRequest

__all__ = ["create_connection", "delete_connection", "get_connection", "list_connections", "unlink_connection"]

_SERVICE = "ClientsApi"
_OWNED = ("customers", "attachments", "pushes", "pulls")


def list_connections(request: CodatRequest) -> Answer:
    """connections.list."""
    return listing(
        request, read_connections(request.context.state, "company = ?", request.company()), CONNECTION_FIELDS, _SERVICE
    )


def get_connection(request: CodatRequest) -> Answer:
    """connections.get."""
    return _answer(request, request.connection().id)


def create_connection(request: CodatRequest) -> Answer:
    """connections.create: a connection that waits for the customer's authorisation; 404 for an unknown platform."""
    company, key = request.company(), request.document().get("platformKey")
    if key is None:
        raise ServiceRefusal(
            400, service=_SERVICE, problems=[("platformKey", "A platform key is needed.", "Connection")]
        )
    integration = by_platform_key(key)
    if integration is None:
        raise ServiceRefusal(404, f"No integration was found with platform key {key}", service=_SERVICE)
    identifier = request.context.new_id("connection")
    body = new_connection_body(identifier, company, integration, request.context.now())
    request.context.state.run(
        "INSERT INTO connections (id, company, integration, status, body) VALUES (?, ?, ?, 'PendingAuth', ?)",
        identifier,
        company,
        integration.key,
        msgspec.json.encode(body).decode(),
    )
    request.accept()
    return _answer(request, identifier)


def delete_connection(request: CodatRequest) -> Answer:
    """connections.delete: 200 without a body; removes the connection with all its records."""
    connection, state = request.connection(), request.context.state
    for table in _OWNED:
        state.run(f"DELETE FROM {table} WHERE connection = ?", connection.id)  # noqa: S608 - a constant
    state.run("DELETE FROM connections WHERE id = ?", connection.id)
    request.context.connections_changed = True
    request.accept()
    return Answer(200)


def unlink_connection(request: CodatRequest) -> Answer:
    """connections.unlink: `Unlinked` is set; any other status changes nothing."""
    connection = request.connection()
    if request.document().get("status") == "Unlinked":
        request.context.state.run("UPDATE connections SET status = 'Unlinked' WHERE id = ?", connection.id)
        request.context.connections_changed = True
    request.accept()
    return _answer(request, connection.id)


def _answer(request: CodatRequest, identifier: str) -> Answer:
    return json_answer(read_connections(request.context.state, "id = ?", identifier)[0])
