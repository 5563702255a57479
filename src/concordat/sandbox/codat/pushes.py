"""Writes to the accounting software, from Pending to the end that the world and the integration decide.

A written record is in the accounting software when its push succeeds; reads serve it after the next refresh only
(domain 3.1).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from concordat.duration import parse_duration
from concordat.sandbox.codat.pulls import in_progress, start_pull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.sandbox.codat.context import CodatContext, Connection

__all__ = ["Items", "PushOrder", "finish_push", "resume_pushes", "start_push"]

Items: TypeAlias = list[dict[str, str | None]]
"""Validation messages: itemId, message and validatorName of each."""


class PushOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One write, with the errors and warnings that already decide its end.

    `target` is the id of the record to update, None for a new one; `timeout` is in minutes; `refresh` says whether a
    success queues a refresh, `force` ignores changes since the last one. The record's values stay as they
    were sent, so that no digit of a number is lost.
    """

    operation: str
    target: str | None
    record: dict[str, msgspec.Raw] | None
    errors: Items = []
    warnings: Items = []
    timeout: int | None = None
    refresh: bool = False
    force: bool = False


class _Plan(msgspec.Struct, frozen=True):
    """The part of an order that is kept until the push ends."""

    outcome: str
    errors: Items
    warnings: Items
    message: str | None
    refresh: bool
    force: bool
    new_id: str | None


def start_push(context: CodatContext, connection: Connection, order: PushOrder) -> dict[str, Any]:
    """Accept a write, and return its PushOperation: Pending, or final when the world's push takes no time."""
    now, key, settings = context.clock.now(), context.new_id("push"), context.push
    outcome = settings.outcome
    if settings.offline is not None and connection.integration.offline:
        outcome = settings.offline
    lasts = 0.0 if outcome == "immediate" else parse_duration(settings.takes)
    never = outcome == "pending-forever" and not order.errors
    due = None if never else now + timedelta(seconds=lasts)
    expires = None if order.timeout is None else now + timedelta(minutes=max(order.timeout, 0))
    plan = _Plan(
        outcome="success" if outcome == "immediate" else outcome,
        errors=[*order.errors, *msgspec.to_builtins(settings.errors)],
        warnings=[*order.warnings, *msgspec.to_builtins(settings.warnings)],
        message=settings.message,
        refresh=order.refresh,
        force=order.force,
        new_id=settings.id,
    )
    reference: dict[str, Any] = {"dataType": "customers"} | ({"id": order.target} if order.target is not None else {})
    body: dict[str, Any] = {
        "changes": [{"type": "Created" if order.target is None else "Modified", "recordRef": reference}],
        "dataType": "customers",
        "companyId": connection.company,
        "pushOperationKey": key,
        "dataConnectionKey": connection.id,
        "requestedOnUtc": context.now(),
        "status": "Pending",
        "statusCode": 202,
    }
    if order.timeout is not None:
        body |= {"timeoutInMinutes": order.timeout}
    context.state.run(
        "INSERT INTO pushes (key, company, connection, operation, record, target, plan, due, expires, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        key,
        connection.company,
        connection.id,
        order.operation,
        None if order.record is None else msgspec.json.encode(order.record).decode(),
        order.target,
        msgspec.json.encode(plan).decode(),
        None if due is None else due.timestamp(),
        None if expires is None else expires.timestamp(),
        msgspec.json.encode(body).decode(),
    )
    if due is not None and due <= now and (expires is None or expires > now or lasts == 0):
        return finish_push(context, key)
    _await(context, key, due, expires)
    return body


def _await(context: CodatContext, key: str, due: datetime | None, expires: datetime | None) -> None:
    """Schedule the push's end; the first of the two moments decides its status."""
    if expires is not None and (due is None or expires < due):
        context.clock.at(expires, key, lambda: _time_out(context, key))
    if due is not None:
        context.clock.at(due, f"{key}/end", lambda: _end(context, key))


def resume_pushes(context: CodatContext) -> None:
    """Await the pushes that a database from an earlier run left unfinished."""
    zone = context.clock.now().tzinfo
    rows = context.state.all("SELECT key, due, expires FROM pushes WHERE due IS NOT NULL OR expires IS NOT NULL")
    for key, due, expires in rows:
        moments = [None if at is None else datetime.fromtimestamp(at, zone) for at in (due, expires)]
        _await(context, key, moments[0], moments[1])


def _time_out(context: CodatContext, key: str) -> None:
    """Let a push time out; the write continues, and may still succeed in the accounting software."""
    row = context.state.one("SELECT body FROM pushes WHERE key = ?", key)
    if row is not None:
        body: dict[str, Any] = msgspec.json.decode(row[0])
        context.state.run("UPDATE pushes SET expires = NULL WHERE key = ?", key)
        _close(context, key, body, "TimedOut", 408, message="The push timed out before it was completed.")


def _end(context: CodatContext, key: str) -> None:
    """End a push; a push that has timed out only writes its record."""
    row = context.state.one("SELECT body FROM pushes WHERE key = ?", key)
    if row is not None:
        timed_out = msgspec.json.decode(row[0])["status"] == "TimedOut"
        if timed_out:
            context.state.run("UPDATE pushes SET due = NULL WHERE key = ?", key)
            _write_late(context, key)
        else:
            finish_push(context, key)


def finish_push(context: CodatContext, key: str) -> dict[str, Any]:
    """End a pending push by its plan, and return its PushOperation."""
    row = context.state.one("SELECT connection, record, target, plan, body FROM pushes WHERE key = ?", key)
    assert row is not None
    connection, record, target, plan_text, text = row
    plan, body = msgspec.json.decode(plan_text, type=_Plan), msgspec.json.decode(text)
    context.state.run("UPDATE pushes SET due = NULL, expires = NULL WHERE key = ?", key)
    if plan.outcome == "timed-out" and not plan.errors:
        return _close(context, key, body, "TimedOut", 408, message="The push timed out before it was completed.")
    errors = plan.errors or _conflicts(context, connection, target, force=plan.force)
    if errors or plan.outcome == "failed":
        message = plan.message or (
            "The accounting software refused the record; see validation for more."
            if errors
            else "A service behind the API failed while it wrote the record."
        )
        return _close(context, key, body, "Failed", 400, message=message, errors=errors, warnings=plan.warnings)
    assert record is not None, "a push without a record has errors"
    written = _write_record(context, connection, target, record, new_id=plan.new_id)
    body["changes"][0]["recordRef"] = {"id": written, "dataType": "customers"}
    closed = _close(context, key, body, "Success", 200, warnings=plan.warnings)
    linked = context.connection(connection)
    if plan.refresh and linked is not None and in_progress(context, connection, "customers") is None:
        start_pull(context, linked, "customers")
    return closed


def _write_late(context: CodatContext, key: str) -> None:
    row = context.state.one("SELECT connection, record, target, plan FROM pushes WHERE key = ?", key)
    assert row is not None
    connection, record, target, plan_text = row
    plan = msgspec.json.decode(plan_text, type=_Plan)
    if (
        record is not None
        and plan.outcome == "success"
        and not (plan.errors or _conflicts(context, connection, target, force=plan.force))
    ):
        _write_record(context, connection, target, record, new_id=plan.new_id)


def _close(
    context: CodatContext,
    key: str,
    body: dict[str, Any],
    status: str,
    code: int,
    *,
    message: str | None = None,
    errors: Sequence[dict[str, str | None]] = (),
    warnings: Sequence[dict[str, str | None]] = (),
) -> dict[str, Any]:
    body |= {"completedOnUtc": context.now(), "status": status, "statusCode": code}
    if message is not None:
        body["errorMessage"] = message
    body["validation"] = {"errors": list(errors), "warnings": list(warnings)}
    context.state.run("UPDATE pushes SET body = ? WHERE key = ?", msgspec.json.encode(body).decode(), key)
    return body


def _conflicts(context: CodatContext, connection: str, target: str | None, *, force: bool) -> Items:
    """Return why the accounting software cannot update the record, if so."""
    if target is None:
        return []
    row = context.state.one("SELECT source, dirty FROM customers WHERE connection = ? AND id = ?", connection, target)
    if row is None or row[0] is None:
        return [{"itemId": "id", "message": f"No customer has the id {target}.", "validatorName": "Customer"}]
    if row[1] and not force:
        message = "The record has changed in the accounting software since it was read; pull it again first."
        return [{"itemId": "sourceModifiedDate", "message": message, "validatorName": "Customer"}]
    return []


def _write_record(context: CodatContext, connection: str, target: str | None, text: str, *, new_id: str | None) -> str:
    """Put the record, JSON text, into the accounting software and return its id there.

    A new record gets `new_id`, else the id it brings, else a fresh one.
    """
    record = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    own = msgspec.json.decode(record["id"]) if "id" in record else None
    identifier = target or new_id or own or context.new_customer_id(connection)
    stored: dict[str, Any] = {"id": identifier, **record} | {"id": identifier, "sourceModifiedDate": context.now()}
    stored.setdefault("metadata", {"isDeleted": False})
    company = context.state.one("SELECT company FROM connections WHERE id = ?", connection)
    context.state.run(
        "INSERT INTO customers (company, connection, id, source, dirty) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (connection, id) DO UPDATE SET source = excluded.source, dirty = 1",
        company[0] if company else "",
        connection,
        identifier,
        msgspec.json.encode(stored).decode(),
    )
    return str(identifier)
