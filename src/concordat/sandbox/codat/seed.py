"""The seed of a sandbox: the state that a world describes, and the names that cases use for it."""

from __future__ import annotations

import sqlite3
from base64 import b64decode
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from concordat.errors import CatalogueError
from concordat.sandbox.codat.attachments import Kind, attachment
from concordat.sandbox.codat.bodies import company_body, new_connection_body
from concordat.sandbox.codat.history import seed_history
from concordat.sandbox.codat.integrations import INTEGRATIONS
from concordat.sandbox.codat.samples import sample_customer_text
from concordat.sandbox.codat.timestamps import timestamp
from concordat.sandbox.codat.world_parts import COMPANY, CONNECTION, AttachmentSpec, CompanySpec, ConnectionSpec

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatContext
    from concordat.sandbox.codat.world import CodatWorld
    from concordat.sandbox.core.state import State
    from concordat.values import Json

__all__ = ["bindings_of", "seed"]

_BEFORE = timedelta(days=30)


def seed(world: CodatWorld, context: CodatContext) -> None:
    """Fill an empty state with a world. Raises CatalogueError for one that cannot be made, such as an id twice."""
    state = context.state
    earlier = timestamp(context.clock.now() - _BEFORE)
    for number, company in enumerate(_companies(world)):
        _seed_company(world, state, company, number, earlier)
    _seed_attachments(world, state)
    seed_history(world, context)


def _companies(world: CodatWorld) -> list[CompanySpec]:
    count = world.companies
    specs = list(count) if isinstance(count, list) else [CompanySpec() for _ in range(count)]
    if specs:
        given: dict[str, Any] = {"customers": 3} if specs[0].customers is None else {}
        if world.connections is not msgspec.UNSET:
            given["connections"] = world.connections
        if world.customers is not msgspec.UNSET:
            given["customers"] = world.customers
        specs[0] = msgspec.structs.replace(specs[0], **given)
    return specs


def _seed_company(world: CodatWorld, state: State, spec: CompanySpec, number: int, created: str) -> None:
    identifier = (spec.id or (_stable("company", number) if number else COMPANY)).lower()
    name = spec.name or f"Concordat Trading {number + 1}"
    body = company_body(identifier, name, created, spec.description, spec.tags)
    _insert(state, "companies (id, body)", identifier, _text(body))
    wanted = spec.connections
    connections = list(wanted) if isinstance(wanted, list) else [ConnectionSpec() for _ in range(wanted)]
    first: str | None = None
    for place, connection in enumerate(connections):
        key = connection.integration or world.integration
        fallback = CONNECTION if number == place == 0 else _stable("connection", number * 1000 + place)
        own = (connection.id or fallback).lower()
        first = first or own
        text = _text(new_connection_body(own, identifier, INTEGRATIONS[key], created))
        columns = "connections (id, company, integration, status, body)"
        _insert(state, columns, own, identifier, key, connection.status, text)
    if first is not None:
        _seed_customers(state, identifier, first, spec.customers or 0, readable="customers" in world.synced)


def _seed_customers(
    state: State, company: str, connection: str, wanted: int | list[dict[str, Any]], *, readable: bool
) -> None:
    if isinstance(wanted, list):
        texts = [(record.get("id"), _text(record)) for record in wanted]
    else:
        samples = (sample_customer_text(number) for number in range(1, wanted + 1))
        texts = [(msgspec.json.decode(text, type=_WithId).id, text) for text in samples]
    rows = [
        (company, connection, f"unnamed-{place}" if own is None else str(own), text, text if readable else None)
        for place, (own, text) in enumerate(texts)
    ]
    if len({row[2] for row in rows}) < len(rows):
        message = "two customers of the world have one id"
        raise CatalogueError(message, hint="give each record an `id` of its own")
    state.many("INSERT INTO customers (company, connection, id, source, cached) VALUES (?, ?, ?, ?, ?)", rows)


class _WithId(msgspec.Struct):
    id: str


def _seed_attachments(world: CodatWorld, state: State) -> None:
    wanted, kinds = world.attachments, list(Kind)
    specs = wanted if isinstance(wanted, list) else [AttachmentSpec(kind=kinds[n % len(kinds)]) for n in range(wanted)]
    first = state.one("SELECT connection, id FROM customers ORDER BY seq") or state.one(
        "SELECT id, NULL FROM connections"
    )
    for number, spec in enumerate(specs, 1):
        customer = spec.customer or (first[1] if first else None)
        if first is None or customer is None:
            message = "the world has attachments, but no customer to attach them to"
            raise CatalogueError(message, hint="add customers, or name the `customer` of each attachment")
        content = spec.text.encode() if spec.text is not None else None
        if spec.base64 is not None:
            content = b64decode(spec.base64)
        made = attachment(customer, number, spec.kind, size=spec.size, name=spec.name, content=content)
        changes: dict[str, Json] = {
            "id": spec.id,
            "contentType": spec.content_type,
            "dateCreated": spec.date_created,
            "includeWhenSent": spec.include_when_sent,
        }
        record = made.record | {name: value for name, value in changes.items() if value is not None}
        columns = "attachments (id, connection, customer, body, content)"
        _insert(state, columns, spec.id or made.id, first[0], customer, _text(record), made.content)


def bindings_of(state: State) -> dict[str, Json]:
    """Return the names that cases use: `company`, `connection`, `customer`, `attachment`, `push`, `pull`.

    Further ones are numbered: `company2`, `connection2`, `customer2`, up to nine. Companies and connections stand in
    the order they were made, customers in that of an unordered list, pushes and pulls with the latest first.
    """
    queries = {
        "company": "SELECT id FROM companies ORDER BY seq LIMIT 9",
        "connection": "SELECT id FROM connections ORDER BY seq LIMIT 9",
        "customer": "SELECT id FROM customers ORDER BY seq LIMIT 9",
        "attachment": "SELECT id FROM attachments ORDER BY seq LIMIT 9",
        "push": "SELECT key FROM pushes ORDER BY seq DESC LIMIT 9",
        "pull": "SELECT id FROM pulls ORDER BY seq DESC LIMIT 9",
    }
    bound: dict[str, Json] = {}
    for name, query in queries.items():
        for number, (identifier,) in enumerate(state.all(query), 1):
            bound[name if number == 1 else f"{name}{number}"] = identifier
    return bound


def _stable(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"concordat:world:{kind}:{number}"))


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _insert(state: State, columns: str, *values: object) -> None:
    """Insert one row; `columns` is the table with its columns in parentheses."""
    marks = ", ".join("?" * len(values))
    try:
        state.run(f"INSERT INTO {columns} VALUES ({marks})", *values)  # noqa: S608 - constants of this module
    except sqlite3.IntegrityError as error:
        message = "two things of the world have one id"
        raise CatalogueError(message, cause=str(error), hint="leave the ids out, or make them distinct") from error
