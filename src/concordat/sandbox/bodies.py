"""The JSON of companies and connections, put together from their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from concordat.sandbox.integrations import Integration
    from concordat.sandbox.state import State

__all__ = ["company_body", "connection_body", "new_connection_body", "read_companies", "read_connections"]

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


def connection_body(row: tuple[Any, ...], last_sync: str | None) -> dict[str, Any]:
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
    return [connection_body(row, synced.get(row[0])) for row in rows]


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
            company["dataConnections"].append(connection_body(row, last_sync))
            if last_sync is not None:
                company["lastSync"] = max(last_sync, company.get("lastSync", ""))
    return list(companies.values())
