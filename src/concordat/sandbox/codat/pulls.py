"""Refreshes, from the queue to the end that the world defines.

A refresh copies the records of the accounting software to those that reads serve. Records deleted
there stay readable and are marked (domain 3.3).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.duration import parse_duration

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatContext, Connection

__all__ = ["finish_pull", "in_progress", "resume_pulls", "start_pull"]

_QUIET_ENDS = ("Complete", "NotSupported")


def in_progress(context: CodatContext, connection: str, data_type: str) -> str | None:
    """Return the id of the unfinished refresh of one type, if there is one."""
    row = context.state.one(
        "SELECT id FROM pulls WHERE connection = ? AND type = ? AND due IS NOT NULL", connection, data_type
    )
    return None if row is None else str(row[0])


def start_pull(
    context: CodatContext, connection: Connection, data_type: str, *, at_once: bool = False
) -> dict[str, Any]:
    """Queue a refresh and return its PullOperation.

    It ends as the world's `sync` says; on a connection that is not linked, with AuthError.
    """
    due = context.clock.now() + timedelta(seconds=0 if at_once else parse_duration(context.sync.takes))
    ending = "Complete" if at_once else context.sync.ends
    identifier = context.new_id("pull")
    body = {
        "id": identifier,
        "companyId": connection.company,
        "connectionId": connection.id,
        "dataType": data_type,
        "status": "Queued",
        "requested": context.now(),
        "progress": 0,
        "isCompleted": False,
        "isErrored": False,
    }
    context.state.run(
        "INSERT INTO pulls (id, company, connection, type, due, ending, status, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        identifier,
        connection.company,
        connection.id,
        data_type,
        due.timestamp(),
        ending if connection.status == "Linked" else "AuthError",
        "Queued",
        msgspec.json.encode(body).decode(),
    )
    if due <= context.clock.now():
        return finish_pull(context, identifier)
    context.clock.at(due, identifier, partial(_finish_if_there, context, identifier))
    return body


def resume_pulls(context: CodatContext) -> None:
    """Await the refreshes that a database from an earlier run left unfinished."""
    for identifier, due in context.state.all("SELECT id, due FROM pulls WHERE due IS NOT NULL"):
        when = datetime.fromtimestamp(due, context.clock.now().tzinfo)
        context.clock.at(when, identifier, partial(_finish_if_there, context, identifier))


def _finish_if_there(context: CodatContext, identifier: str) -> None:
    """Finish a refresh whose company may have been deleted meanwhile."""
    if context.state.one("SELECT 1 FROM pulls WHERE id = ?", identifier) is not None:
        finish_pull(context, identifier)


def finish_pull(context: CodatContext, identifier: str) -> dict[str, Any]:
    """Bring a refresh to its end, and return its PullOperation."""
    row = context.state.one("SELECT connection, type, ending, body FROM pulls WHERE id = ?", identifier)
    assert row is not None
    connection, data_type, ending, text = row
    body: dict[str, Any] = msgspec.json.decode(text)
    errored = ending not in _QUIET_ENDS
    if ending == "Complete" and data_type == "customers":
        _refresh_customers(context, connection)
    body |= {
        "status": ending,
        "completed": context.now(),
        "progress": 100 if ending == "Complete" else body["progress"],
        "isCompleted": not errored,
        "isErrored": errored,
    }
    if errored:
        body["statusDescription"] = f"The data could not be read: {ending}."
        body["errorMessage"] = f"The sync of {data_type} ended with {ending}."
    context.state.run(
        "UPDATE pulls SET due = NULL, status = ?, body = ? WHERE id = ?",
        ending,
        msgspec.json.encode(body).decode(),
        identifier,
    )
    return body


def _refresh_customers(context: CodatContext, connection: str) -> None:
    rows = context.state.all(
        "SELECT seq, source, cached FROM customers WHERE connection = ? AND (dirty OR cached IS NULL)", connection
    )
    for seq, source, cached in rows:
        if source is None and cached is None:
            context.state.run("DELETE FROM customers WHERE seq = ?", seq)
            continue
        if source is None:
            record = _values(cached)
            record["metadata"] = {**msgspec.json.decode(record.get("metadata", b"{}")), "isDeleted": True}
            record.pop("sourceModifiedDate", None)
        else:
            record = _values(source)
        record["modifiedDate"] = context.now()
        context.state.run(
            "UPDATE customers SET cached = ?, dirty = 0 WHERE seq = ?", msgspec.json.encode(record).decode(), seq
        )


def _values(text: str) -> dict[str, Any]:
    """Return a record whose values are still text, so that no digit of a number is lost."""
    return dict(msgspec.json.decode(text, type=dict[str, msgspec.Raw]))
