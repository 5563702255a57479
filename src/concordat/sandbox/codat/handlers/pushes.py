"""Writes of customers, their push operations, and the options models that decide which writes are valid.

The accounting software keeps the part of a written record that its options model describes. It ignores the rest, with
a warning of the validation (domain 3.1). `status` is always kept, since the contract requires it even where a model
lacks it, and so is `supplementalData`, which no model describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.fields import PUSH_FIELDS
from concordat.sandbox.codat.options import options_model, validate_push
from concordat.sandbox.codat.paging import listing
from concordat.sandbox.codat.pushes import PushOrder, start_push
from concordat.sandbox.core.context import json_answer
from concordat.sandbox.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.http1.answer import Answer
    from concordat.sandbox.codat.context import CodatRequest, Connection
    from concordat.sandbox.codat.options import ValidationItem
    from concordat.sandbox.codat.pushes import Items
    from concordat.values import JsonObject

__all__ = ["create_customer", "get_customer_model", "get_options", "get_push", "list_pushes", "update_customer"]

_SERVICE = "PushApi"
_ALWAYS = ("status", "supplementalData")
_NEVER = ("modifiedDate", "sourceModifiedDate")
_UPPER_CASED_IDS = ("sage50",)


def create_customer(request: CodatRequest) -> Answer:
    """customers.create: a push of a new record; Pending unless the world says otherwise."""
    return _push(request, target=None)


def update_customer(request: CodatRequest) -> Answer:
    """customers.update: a push that replaces a record; an unknown id fails when the push ends."""
    return _push(request, target=request.arguments["customerId"])


def _push(request: CodatRequest, target: str | None) -> Answer:
    connection = request.connection()
    if connection.status != "Linked":
        message = f"Data connection {connection.id} is {connection.status}; it takes no writes"
        raise ServiceRefusal(403, message, service=_SERVICE)
    timeout = request.parameter("timeoutInMinutes")
    request.accept()
    record, errors, warnings = _validated(request, connection, target)
    order = PushOrder(
        operation=request.operation,
        target=target,
        record=record,
        errors=errors,
        warnings=warnings,
        timeout=None if timeout is None else int(timeout),
        refresh="allowSyncOnPushComplete" in request.known and request.flag("allowSyncOnPushComplete", default=True),
        force=request.flag("forceUpdate", default=False),
    )
    return json_answer(start_push(request.context, connection, order))


def _validated(
    request: CodatRequest, connection: Connection, target: str | None
) -> tuple[dict[str, msgspec.Raw] | None, Items, Items]:
    """Return the record to be written, with the errors and warnings of the integration's options model."""
    body, integration = request.document(), connection.integration.key
    if not body:
        return None, [{"itemId": None, "message": "There is no record to write.", "validatorName": "Customer"}], []

    def taken(name: str, value: str) -> bool:
        return _taken(request, connection.id, target, name, value)

    verdict = validate_push(integration, body, create=target is None, taken=taken)
    return _accepted_part(integration, request.body, body), _items(verdict.errors), _items(verdict.warnings)


def _items(items: Sequence[ValidationItem]) -> Items:
    return [{"itemId": item.item_id, "message": item.message, "validatorName": item.validator_name} for item in items]


def _taken(request: CodatRequest, connection: str, target: str | None, name: str, value: str) -> bool:
    row = request.context.state.one(
        "SELECT 1 FROM customers WHERE connection = ? AND id IS NOT ? AND json_extract(source, '$.' || ?) = ?"
        " COLLATE NOCASE",
        connection,
        target,
        name,
        value,
    )
    return row is not None


def list_pushes(request: CodatRequest) -> Answer:
    """pushOperations.list: the company's pushes, the latest first."""
    rows = request.context.state.all("SELECT body FROM pushes WHERE company = ? ORDER BY seq DESC", request.company())
    return listing(request, [msgspec.json.decode(row[0]) for row in rows], PUSH_FIELDS, "ClientsApi")


def get_push(request: CodatRequest) -> Answer:
    """pushOperations.get: one push, 404 for an unknown key."""
    company, key = request.company(), request.arguments["pushOperationKey"].lower()
    row = request.context.state.one("SELECT body FROM pushes WHERE company = ? AND key = ?", company, key)
    if row is None:
        raise ServiceRefusal(404, f"No push operation was found with ID {key}", service="ClientsApi")
    return json_answer(msgspec.Raw(row[0]))


def get_customer_model(request: CodatRequest) -> Answer:
    """customers.getCreateUpdateModel."""
    return json_answer(options_model(request.connection().integration.key))


def get_options(request: CodatRequest) -> Answer:
    """pushOptions.get: 404 for every type but customers."""
    connection, data_type = request.connection(), request.arguments["dataType"]
    if data_type != "customers":
        message = f"Datatype {data_type} not supported by platform(s) {connection.integration.name}"
        raise Refusal(404, message)
    return json_answer(options_model(connection.integration.key))


def _accepted_part(integration: str, text: bytes, body: JsonObject) -> dict[str, msgspec.Raw]:
    """Return the record as it is kept; values that are kept whole stay byte for byte as they were sent.

    `body` is `text` decoded, a JSON object.
    """
    raw = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    properties: Any = options_model(integration).get("properties") or {}
    kept: dict[str, msgspec.Raw] = {}
    for name, value in body.items():
        if name in _ALWAYS:
            kept[name] = raw[name]
        elif name in properties and name not in _NEVER:
            pruned = _pruned(value, properties[name])
            kept[name] = raw[name] if pruned == value else msgspec.Raw(msgspec.json.encode(pruned))
    if integration in _UPPER_CASED_IDS and "id" in kept:
        kept["id"] = msgspec.Raw(msgspec.json.encode(str(body["id"]).upper()))
    return kept


def _pruned(value: Any, about: Mapping[str, Any]) -> Any:
    """Return the value without properties that its part of the model lacks; arrays describe their elements."""
    properties = about.get("properties")
    if not properties:
        return value
    if isinstance(value, list):
        return [_pruned(item, about) for item in value]
    if isinstance(value, dict):
        known = {name: item for name, item in value.items() if name in properties or name in _ALWAYS}
        return {name: _pruned(item, properties.get(name, {})) for name, item in known.items()}
    return value
