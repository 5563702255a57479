"""Reading customers: what the last refresh brought, company-wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.sandbox.errors import Refusal
from concordat.sandbox.fields import CUSTOMER_FIELDS
from concordat.sandbox.handlers.listing import answer_page, listing, page_of
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["get_customer", "list_customers"]

_SERVICE = "PullApi"
_READABLE = "FROM customers WHERE company = ? AND cached IS NOT NULL"
_PAGE = """
SELECT
    EXISTS (SELECT 1 FROM companies WHERE id = ?1),
    EXISTS (SELECT 1 FROM pulls WHERE company = ?1 AND type = 'customers' AND status = 'Complete'),
    (SELECT count(*) FROM customers WHERE company = ?1 AND cached IS NOT NULL),
    (SELECT CAST(group_concat(cached, ',') AS BLOB) FROM (
        SELECT cached FROM customers WHERE company = ?1 AND cached IS NOT NULL ORDER BY seq LIMIT ?2 OFFSET ?3))
"""
"""One page at one go: whether the company is known, and synced, how many records match, and the page's own."""


def list_customers(ask: HandlerRequest) -> Answer:
    """customers.list: 409 before the first sync, 400 for a malformed query, else a page."""
    if not ask.parameter("query") and not ask.parameter("orderBy"):
        page = page_of(ask, _SERVICE)
        row = ask.context.state.one(_PAGE, ask.arguments["companyId"].lower(), page.size, page.start)
        if row is not None and row[0] and row[1]:
            return answer_page(ask, row[3] or b"", page, row[2])
    company = ask.company()
    ask.require_synced(company, "customers")
    rows = ask.context.state.all(f"SELECT cached {_READABLE} ORDER BY seq", company)
    return listing(ask, [msgspec.json.decode(row[0]) for row in rows], CUSTOMER_FIELDS, _SERVICE)


def get_customer(ask: HandlerRequest) -> Answer:
    """customers.get: 409 before the first sync, then 404 for an unknown id."""
    company, wanted = ask.company(), ask.arguments["customerId"]
    ask.require_synced(company, "customers")
    row = ask.context.state.one(f"SELECT cached {_READABLE} AND id = ? ORDER BY seq", company, wanted)
    if row is None:
        raise Refusal(404, f"No data available for customers for ID {wanted}", service=_SERVICE)
    return json_answer(msgspec.Raw(row[0]))
