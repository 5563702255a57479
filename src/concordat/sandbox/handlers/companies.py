"""Companies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.bodies import company_body, read_companies
from concordat.sandbox.errors import Refusal
from concordat.sandbox.fields import COMPANY_FIELDS
from concordat.sandbox.handlers.listing import listing
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["create_company", "delete_company", "get_company", "list_companies", "replace_company", "update_company"]

_SERVICE = "ClientsApi"
_FORBIDDEN = re.compile(r"[^A-Za-z0-9\s\-',&@.?!]")
_OWNED = ("connections", "customers", "pushes", "pulls")


def list_companies(ask: HandlerRequest) -> Answer:
    """companies.list; `tags` narrows the list to companies that hold every `key:value` in it."""
    companies = read_companies(ask.context.state)
    wanted = [tag.partition(":") for tag in (ask.parameter("tags") or "").split(",") if tag]
    for key, _, value in wanted:
        companies = [one for one in companies if one["tags"].get(key.strip()) == value.strip()]
    return listing(ask, companies, COMPANY_FIELDS, _SERVICE)


def get_company(ask: HandlerRequest) -> Answer:
    """companies.get."""
    return _answer(ask, ask.company())


def create_company(ask: HandlerRequest) -> Answer:
    """companies.create: 200 with the company, its name without forbidden characters."""
    body = _named(ask)
    identifier = ask.context.new_id("company")
    company = company_body(identifier, body["name"], ask.context.now(), body.get("description"), body.get("tags"))
    ask.context.state.run(
        "INSERT INTO companies (id, body) VALUES (?, ?)", identifier, msgspec.json.encode(company).decode()
    )
    ask.commit()
    return _answer(ask, identifier)


def replace_company(ask: HandlerRequest) -> Answer:
    """companies.replace: what the body lacks is gone."""
    identifier, body = ask.company(), _named(ask)
    stored = _stored(ask, identifier)
    fresh = company_body(identifier, body["name"], stored["created"], body.get("description"), body.get("tags"))
    return _store(ask, identifier, fresh)


def update_company(ask: HandlerRequest) -> Answer:
    """companies.update: what the body lacks, or has as null, stays."""
    identifier = ask.company()
    body = ask.document()
    given = {key: body[key] for key in ("name", "description", "tags") if body.get(key) is not None}
    if "name" in given:
        given["name"] = _clean(given["name"])
    return _store(ask, identifier, _stored(ask, identifier) | given)


def delete_company(ask: HandlerRequest) -> Answer:
    """companies.delete: 204, and everything of the company is gone."""
    identifier, state = ask.company(), ask.context.state
    connections = "SELECT id FROM connections WHERE company = ?"
    state.run(f"DELETE FROM attachments WHERE connection IN ({connections})", identifier)  # noqa: S608 - a constant
    for table in _OWNED:
        state.run(f"DELETE FROM {table} WHERE company = ?", identifier)  # noqa: S608 - a constant
    state.run("DELETE FROM companies WHERE id = ?", identifier)
    ask.context.connections_changed = True
    ask.commit()
    return Answer(204)


def _named(ask: HandlerRequest) -> dict[str, Any]:
    """Return the body with a clean name; refuses one without a name with 400."""
    body = ask.document()
    if "name" not in body:
        raise Refusal(400, service=_SERVICE, problems=[("name", "A company needs a name.", "Company")])
    return body | {"name": _clean(body["name"])}


def _clean(name: str) -> str:
    """Return the name without the characters that it may not have; they are stripped, not rejected."""
    clean = _FORBIDDEN.sub("", name)
    if not clean:
        raise Refusal(400, service=_SERVICE, problems=[("name", "Nothing of the name is allowed.", "Company")])
    return clean


def _stored(ask: HandlerRequest, identifier: str) -> dict[str, Any]:
    row = ask.context.state.one("SELECT body FROM companies WHERE id = ?", identifier)
    assert row is not None
    company: dict[str, Any] = msgspec.json.decode(row[0])
    return company


def _store(ask: HandlerRequest, identifier: str, company: dict[str, Any]) -> Answer:
    text = msgspec.json.encode(company).decode()
    ask.context.state.run("UPDATE companies SET body = ? WHERE id = ?", text, identifier)
    ask.commit()
    return _answer(ask, identifier)


def _answer(ask: HandlerRequest, identifier: str) -> Answer:
    return json_answer(read_companies(ask.context.state, "id = ?", identifier)[0])
