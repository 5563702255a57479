"""Data sets: how fresh they are, and asking for a refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.codat.bodies import read_connections
from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.fields import PULL_FIELDS
from concordat.sandbox.codat.integrations import ACCOUNTING_TYPES
from concordat.sandbox.codat.paging import listing
from concordat.sandbox.codat.pulls import in_progress, start_pull
from concordat.sandbox.core.context import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatRequest, Connection

__all__ = ["get_data_status", "get_pull", "list_pulls", "refresh_all", "refresh_data_type"]

_SERVICE = "PullApi"
_FETCHED_FIRST = ("chartOfAccounts", "company", "customers", "invoices", "suppliers", "taxRates")
"""The types that the sandbox fetches on first link; `refresh.all` queues these."""


def get_data_status(request: CodatRequest) -> Answer:
    """dataStatus.get: every type that a sync was ever queued for."""
    statuses: dict[str, dict[str, Any]] = {}
    rows = request.context.state.all("SELECT type, body FROM pulls WHERE company = ? ORDER BY seq", request.company())
    for data_type, text in rows:
        pull = msgspec.json.decode(text)
        status = statuses.setdefault(data_type, {"dataType": data_type})
        status |= {"currentStatus": pull["status"], "latestSyncId": pull["id"]}
        if pull["status"] == "Complete":
            status |= {"lastSuccessfulSync": pull["completed"], "latestSuccessfulSyncId": pull["id"]}
    return json_answer(statuses)


def refresh_all(request: CodatRequest) -> Answer:
    """refresh.all: queue these types of every connection that are not already in progress; always 204."""
    for connection in _connections(request):
        for data_type in _FETCHED_FIRST:
            if in_progress(request.context, connection.id, data_type) is None:
                start_pull(request.context, connection, data_type)
    request.accept()
    return Answer(204)


def refresh_data_type(request: CodatRequest) -> Answer:
    """refresh.dataType: queue one type; 404 for one that the platform lacks, 400 while it is under way."""
    data_type, wanted = request.arguments["dataType"], request.parameter("connectionId")
    connection = request.connection(wanted) if wanted else _connections(request)[0]
    if data_type not in ACCOUNTING_TYPES:
        platform = connection.integration.name
        message = f"Datatype {data_type} not supported by platform(s) {platform}"
        raise ServiceRefusal(404, message, service=_SERVICE)
    running = in_progress(request.context, connection.id, data_type)
    if running is not None:
        message = (
            f"DatasetAlreadyInProgressException: Cannot queue {data_type} sync for {connection.company}"
            f" as previous sync {running} is still in progress"
        )
        raise ServiceRefusal(400, message, service=_SERVICE)
    request.accept()
    return json_answer(start_pull(request.context, connection, data_type))


def _connections(request: CodatRequest) -> list[Connection]:
    """Return the company's connections, linked ones first; refuses a company without any with 404."""
    company = request.company()
    found = [
        request.context.connection(body["id"])
        for body in read_connections(request.context.state, "company = ?", company)
    ]
    known = sorted((one for one in found if one is not None), key=lambda one: one.status != "Linked")
    if not known:
        raise ServiceRefusal(404, f"No data connection was found for company {company}", service=_SERVICE)
    return known


def list_pulls(request: CodatRequest) -> Answer:
    """pullOperations.list: the company's refreshes, the latest first."""
    rows = request.context.state.all("SELECT body FROM pulls WHERE company = ? ORDER BY seq DESC", request.company())
    return listing(request, [msgspec.json.decode(row[0]) for row in rows], PULL_FIELDS, _SERVICE)


def get_pull(request: CodatRequest) -> Answer:
    """pullOperations.get: one refresh, 404 for an unknown id."""
    company, identifier = request.company(), request.arguments["datasetId"].lower()
    row = request.context.state.one("SELECT body FROM pulls WHERE company = ? AND id = ?", company, identifier)
    if row is None:
        raise ServiceRefusal(404, f"No data set was found with ID {identifier}", service=_SERVICE)
    return json_answer(msgspec.Raw(row[0]))
