"""Reading customers: what the last refresh brought, company-wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.sandbox.errors import Refusal
from concordat.sandbox.fields import CUSTOMER_FIELDS
from concordat.sandbox.handlers.listing import answer_page, listing, page_of
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.scene import Ask
    from concordat.wire.answer import Answer

__all__ = ["get_customer", "list_customers"]

_SERVICE = "PullApi"
_READABLE = "FROM customers WHERE company = ? AND cached IS NOT NULL"


def list_customers(ask: Ask) -> Answer:
    """customers.list: 409 before the first sync, 400 for a malformed query, else a page."""
    company = ask.company()
    ask.require_synced(company, "customers")
    state = ask.scene.state
    if ask.parameter("query") or ask.parameter("orderBy"):
        rows = state.all(f"SELECT cached {_READABLE} ORDER BY seq", company)
        return listing(ask, [msgspec.json.decode(row[0]) for row in rows], CUSTOMER_FIELDS, _SERVICE)
    page = page_of(ask, _SERVICE)
    total = state.one(f"SELECT count(*) {_READABLE}", company)
    rows = state.all(
        f"SELECT CAST(cached AS BLOB) {_READABLE} ORDER BY seq LIMIT ? OFFSET ?",
        company,
        page.size,
        page.start,
    )
    return answer_page(ask, [msgspec.Raw(row[0]) for row in rows], page, total[0] if total else 0)


def get_customer(ask: Ask) -> Answer:
    """customers.get: 409 before the first sync, then 404 for an unknown id."""
    company, wanted = ask.company(), ask.arguments["customerId"]
    ask.require_synced(company, "customers")
    row = ask.scene.state.one(f"SELECT cached {_READABLE} AND id = ? ORDER BY seq", company, wanted)
    if row is None:
        raise Refusal(404, f"No data available for customers for ID {wanted}", service=_SERVICE)
    return json_answer(msgspec.Raw(row[0]))
