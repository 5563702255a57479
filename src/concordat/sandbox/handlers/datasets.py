"""Data sets: how fresh they are, and asking for a refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.bodies import read_connections
from concordat.sandbox.errors import Refusal
from concordat.sandbox.fields import PULL_FIELDS
from concordat.sandbox.handlers.listing import listing
from concordat.sandbox.integrations import ACCOUNTING_TYPES
from concordat.sandbox.pulls import in_progress, start_pull
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.scene import Connection, HandlerRequest

__all__ = ["get_data_status", "get_pull", "list_pulls", "refresh_all", "refresh_data_type"]

_SERVICE = "PullApi"
_FETCHED_FIRST = ("chartOfAccounts", "company", "customers", "invoices", "suppliers", "taxRates")
"""The types that the sandbox takes to be set to be fetched on first link; refreshing all means these."""


def get_data_status(ask: HandlerRequest) -> Answer:
    """dataStatus.get: every type that a sync was ever queued for."""
    statuses: dict[str, dict[str, Any]] = {}
    rows = ask.context.state.all("SELECT type, body FROM pulls WHERE company = ? ORDER BY seq", ask.company())
    for data_type, text in rows:
        pull = msgspec.json.decode(text)
        status = statuses.setdefault(data_type, {"dataType": data_type})
        status |= {"currentStatus": pull["status"], "latestSyncId": pull["id"]}
        if pull["status"] == "Complete":
            status |= {"lastSuccessfulSync": pull["completed"], "latestSuccessfulSyncId": pull["id"]}
    return json_answer(statuses)


def refresh_all(ask: HandlerRequest) -> Answer:
    """refresh.all: queue the usual types of every connection; 204 whatever is already under way."""
    for connection in _connections(ask):
        for data_type in _FETCHED_FIRST:
            if in_progress(ask.context, connection.id, data_type) is None:
                start_pull(ask.context, connection, data_type)
    ask.commit()
    return Answer(204)


def refresh_data_type(ask: HandlerRequest) -> Answer:
    """refresh.dataType: queue one type; 404 for one that the platform lacks, 400 while it is under way."""
    data_type, wanted = ask.arguments["dataType"], ask.parameter("connectionId")
    connection = ask.connection(wanted) if wanted else _connections(ask)[0]
    if data_type not in ACCOUNTING_TYPES:
        platform = connection.integration.name
        message = f"Datatype {data_type} not supported by platform(s) {platform}"
        raise Refusal(404, message, service=_SERVICE)
    running = in_progress(ask.context, connection.id, data_type)
    if running is not None:
        message = (
            f"DatasetAlreadyInProgressException: Cannot queue {data_type} sync for {connection.company}"
            f" as previous sync {running} is still in progress"
        )
        raise Refusal(400, message, service=_SERVICE)
    ask.commit()
    return json_answer(start_pull(ask.context, connection, data_type))


def _connections(ask: HandlerRequest) -> list[Connection]:
    """Return the company's connections, linked ones first; refuses a company without any with 404."""
    company = ask.company()
    found = [ask.context.connection(body["id"]) for body in read_connections(ask.context.state, "company = ?", company)]
    known = sorted((one for one in found if one is not None), key=lambda one: one.status != "Linked")
    if not known:
        raise Refusal(404, f"No data connection was found for company {company}", service=_SERVICE)
    return known


def list_pulls(ask: HandlerRequest) -> Answer:
    """pullOperations.list: the company's refreshes, the latest first."""
    rows = ask.context.state.all("SELECT body FROM pulls WHERE company = ? ORDER BY seq DESC", ask.company())
    return listing(ask, [msgspec.json.decode(row[0]) for row in rows], PULL_FIELDS, _SERVICE)


def get_pull(ask: HandlerRequest) -> Answer:
    """pullOperations.get: one refresh, 404 for an unknown id."""
    company, identifier = ask.company(), ask.arguments["datasetId"].lower()
    row = ask.context.state.one("SELECT body FROM pulls WHERE company = ? AND id = ?", company, identifier)
    if row is None:
        raise Refusal(404, f"No data set was found with ID {identifier}", service=_SERVICE)
    return json_answer(msgspec.Raw(row[0]))
