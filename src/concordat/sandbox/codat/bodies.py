"""The JSON of companies and connections as the API shows them, and the collections of the whole state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from concordat.sandbox.codat.integrations import Integration
    from concordat.sandbox.core.state import State
    from concordat.values import Json

__all__ = ["collections_of", "company_body", "new_connection_body", "read_companies", "read_connections"]

_COMPANIES = "SELECT id, body FROM companies"
_CONNECTIONS = "SELECT id, company, status, body FROM connections"
_LAST_SYNC = """
SELECT id, (SELECT max(json_extract(pulls.body, '$.completed')) FROM pulls
            WHERE pulls.connection = connections.id AND pulls.status = 'Complete') FROM connections WHERE """


def company_body(
    identifier: str, name: str, created: str, description: str | None = None, tags: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return a company as it is stored: without its connections."""
    return {
        "id": identifier,
        "name": name,
        **({"description": description} if description is not None else {}),
        "redirect": f"https://link.example.com/company/{identifier}",
        "created": created,
        "createdByUserName": "Concordat",
        "products": [],
        "tags": tags or {},
    }


def new_connection_body(identifier: str, company: str, integration: Integration, created: str) -> dict[str, Any]:
    """Return a connection as it is stored: without its status."""
    return {
        "id": identifier,
        "integrationId": integration.integration_id,
        "integrationKey": integration.platform_key,
        "sourceId": integration.source_id,
        "sourceType": "Accounting",
        "platformName": integration.name,
        "linkUrl": f"https://link.example.com/companies/{company}/connections/{identifier}/start",
        "created": created,
        "dataConnectionErrors": [],
        "connectionInfo": {},
    }


def _connection_body(row: tuple[Any, ...], last_sync: str | None) -> dict[str, Any]:
    """Return a connection as it is served."""
    body: dict[str, Any] = msgspec.json.decode(row[3])
    body["status"] = row[2]
    if last_sync is not None:
        body["lastSync"] = last_sync
    return body


def read_connections(state: State, where: str = "1", *values: str) -> list[dict[str, Any]]:
    """Return the connections that a condition on their columns picks, in the order they were made."""
    synced = dict(state.all(_LAST_SYNC + where, *values))
    rows = state.all(f"{_CONNECTIONS} WHERE {where} ORDER BY seq", *values)
    return [_connection_body(row, synced.get(row[0])) for row in rows]


def read_companies(state: State, where: str = "1", *values: str) -> list[dict[str, Any]]:
    """Return the companies that a condition on their columns picks, with their connections."""
    theirs = "1" if where == "1" else f"company IN (SELECT id FROM companies WHERE {where})"  # noqa: S608 - a constant
    synced = dict(state.all(_LAST_SYNC + theirs, *values))
    companies: dict[str, dict[str, Any]] = {
        row[0]: msgspec.json.decode(row[1]) | {"dataConnections": []}
        for row in state.all(f"{_COMPANIES} WHERE {where} ORDER BY seq", *values)
    }
    for row in state.all(f"{_CONNECTIONS} WHERE {theirs} ORDER BY seq", *values):
        company = companies.get(row[1])
        if company is not None:
            last_sync = synced.get(row[0])
            company["dataConnections"].append(_connection_body(row, last_sync))
            if last_sync is not None:
                company["lastSync"] = max(last_sync, company.get("lastSync", ""))
    return list(companies.values())


def collections_of(state: State) -> dict[str, Json]:
    """Return every collection as a list of JSON objects, in the order of their creation.

    companies    as the API shows them, with dataConnections
    connections  as the API shows them
    customers    the records in the accounting software (without the deleted ones)
    cached       the records that reads serve
    attachments  as the API shows them, each with `customerId`
    pushes       PushOperations, each with `operation`, `customerId` (null for a new record) and `record` (the
                 part of the body that is written; null without one)
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
