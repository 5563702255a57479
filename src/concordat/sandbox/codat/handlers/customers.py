"""Reads of customers and of the files attached to them; a read serves the records of the last refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.fields import CUSTOMER_FIELDS
from concordat.sandbox.codat.paging import answer_page, listing, page_of
from concordat.sandbox.core.context import json_answer

if TYPE_CHECKING:
    from concordat.sandbox.codat.context import CodatRequest

__all__ = ["download_attachment", "get_attachment", "get_customer", "list_attachments", "list_customers"]

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
"""One page in one query: whether the company exists and was synced, the number of records, and the page's own."""


def list_customers(request: CodatRequest) -> Answer:
    """customers.list: 409 before the first sync, 400 for a malformed query, else a page."""
    if not request.parameter("query") and not request.parameter("orderBy"):
        page = page_of(request, _SERVICE)
        row = request.context.state.one(_PAGE, request.arguments["companyId"].lower(), page.size, page.start)
        if row is not None and row[0] and row[1]:
            return answer_page(request, row[3] or b"", page, row[2])
    company = request.company()
    request.require_synced(company, "customers")
    rows = request.context.state.all(f"SELECT cached {_READABLE} ORDER BY seq", company)
    return listing(request, [msgspec.json.decode(row[0]) for row in rows], CUSTOMER_FIELDS, _SERVICE)


def get_customer(request: CodatRequest) -> Answer:
    """customers.get: 409 before the first sync, then 404 for an unknown id."""
    company, wanted = request.company(), request.arguments["customerId"]
    request.require_synced(company, "customers")
    row = request.context.state.one(f"SELECT cached {_READABLE} AND id = ? ORDER BY seq", company, wanted)
    if row is None:
        raise ServiceRefusal(404, f"No data available for customers for ID {wanted}", service=_SERVICE)
    return json_answer(msgspec.Raw(row[0]))


def list_attachments(request: CodatRequest) -> Answer:
    """customers.listAttachments: all of them, not paged; 409 before the first sync, 404 for an unknown customer."""
    connection = request.connection()
    request.require_synced(connection.company, "customers")
    _require_customer(request, connection.id)
    rows = request.context.state.all(
        "SELECT body FROM attachments WHERE connection = ? AND customer = ? ORDER BY seq",
        connection.id,
        request.arguments["customerId"],
    )
    return json_answer({"attachments": [msgspec.Raw(row[0]) for row in rows]})


def get_attachment(request: CodatRequest) -> Answer:
    """customers.getAttachment."""
    return json_answer(msgspec.Raw(_find(request)[0]))


def download_attachment(request: CodatRequest) -> Answer:
    """customers.downloadAttachment: the file's bytes, as octet-stream whatever their own type."""
    return Answer(200, (("Content-Type", "application/octet-stream"),), _find(request)[1])


def _find(request: CodatRequest) -> tuple[str, bytes]:
    connection = request.connection()
    _require_customer(request, connection.id)
    wanted = request.arguments["attachmentId"].lower()
    row = request.context.state.one(
        "SELECT body, content FROM attachments WHERE connection = ? AND customer = ? AND lower(id) = ?",
        connection.id,
        request.arguments["customerId"],
        wanted,
    )
    if row is None:
        raise ServiceRefusal(404, f"No attachment was found with ID {wanted}", service=_SERVICE)
    return row[0], row[1]


def _require_customer(request: CodatRequest, connection: str) -> None:
    """Refuse a customer that the connection does not know; a fresh sync is not needed (domain 2.5)."""
    wanted = request.arguments["customerId"]
    if request.context.state.one("SELECT 1 FROM customers WHERE connection = ? AND id = ?", connection, wanted) is None:
        raise ServiceRefusal(404, f"No data available for customers for ID {wanted}", service=_SERVICE)
