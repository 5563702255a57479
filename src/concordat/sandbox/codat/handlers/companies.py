"""Companies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.codat.bodies import company_body, read_companies
from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.fields import COMPANY_FIELDS
from concordat.sandbox.codat.paging import listing
from concordat.sandbox.core.context import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatRequest

__all__ = ["create_company", "delete_company", "get_company", "list_companies", "replace_company", "update_company"]

_SERVICE = "ClientsApi"
_FORBIDDEN = re.compile(r"[^A-Za-z0-9\s\-',&@.?!]")
_OWNED = ("connections", "customers", "pushes", "pulls")


def list_companies(request: CodatRequest) -> Answer:
    """companies.list; `tags` narrows the list to companies that hold every `key:value` in it."""
    companies = read_companies(request.context.state)
    wanted = [tag.partition(":") for tag in (request.parameter("tags") or "").split(",") if tag]
    for key, _, value in wanted:
        companies = [one for one in companies if one["tags"].get(key.strip()) == value.strip()]
    return listing(request, companies, COMPANY_FIELDS, _SERVICE)


def get_company(request: CodatRequest) -> Answer:
    """companies.get."""
    return _answer(request, request.company())


def create_company(request: CodatRequest) -> Answer:
    """companies.create: 200 with the company, its name without forbidden characters."""
    body = _named(request)
    identifier = request.context.new_id("company")
    company = company_body(identifier, body["name"], request.context.now(), body.get("description"), body.get("tags"))
    request.context.state.run(
        "INSERT INTO companies (id, body) VALUES (?, ?)", identifier, msgspec.json.encode(company).decode()
    )
    request.accept()
    return _answer(request, identifier)


def replace_company(request: CodatRequest) -> Answer:
    """companies.replace: removes the properties that the body lacks."""
    identifier, body = request.company(), _named(request)
    stored = _stored(request, identifier)
    fresh = company_body(identifier, body["name"], stored["created"], body.get("description"), body.get("tags"))
    return _store(request, identifier, fresh)


def update_company(request: CodatRequest) -> Answer:
    """companies.update: keeps the properties that the body lacks or has as null."""
    identifier = request.company()
    body = request.document()
    given = {key: body[key] for key in ("name", "description", "tags") if body.get(key) is not None}
    if "name" in given:
        given["name"] = _clean(given["name"])
    return _store(request, identifier, _stored(request, identifier) | given)


def delete_company(request: CodatRequest) -> Answer:
    """companies.delete: 204; removes the company with all its records."""
    identifier, state = request.company(), request.context.state
    connections = "SELECT id FROM connections WHERE company = ?"
    state.run(f"DELETE FROM attachments WHERE connection IN ({connections})", identifier)  # noqa: S608 - a constant
    for table in _OWNED:
        state.run(f"DELETE FROM {table} WHERE company = ?", identifier)  # noqa: S608 - a constant
    state.run("DELETE FROM companies WHERE id = ?", identifier)
    request.context.connections_changed = True
    request.accept()
    return Answer(204)


def _named(request: CodatRequest) -> dict[str, Any]:
    """Return the body with a clean name; refuses one without a name with 400."""
    body = request.document()
    if "name" not in body:
        raise ServiceRefusal(400, service=_SERVICE, problems=[("name", "A company needs a name.", "Company")])
    return body | {"name": _clean(body["name"])}


def _clean(name: str) -> str:
    """Return the name without the characters that it may not have; they are stripped, not rejected."""
    clean = _FORBIDDEN.sub("", name)
    if not clean:
        raise ServiceRefusal(400, service=_SERVICE, problems=[("name", "Nothing of the name is allowed.", "Company")])
    return clean


def _stored(request: CodatRequest, identifier: str) -> dict[str, Any]:
    row = request.context.state.one("SELECT body FROM companies WHERE id = ?", identifier)
    assert row is not None
    company: dict[str, Any] = msgspec.json.decode(row[0])
    return company


def _store(request: CodatRequest, identifier: str, company: dict[str, Any]) -> Answer:
    text = msgspec.json.encode(company).decode()
    request.context.state.run("UPDATE companies SET body = ? WHERE id = ?", text, identifier)
    request.accept()
    return _answer(request, identifier)


def _answer(request: CodatRequest, identifier: str) -> Answer:
    return json_answer(read_companies(request.context.state, "id = ?", identifier)[0])
