"""Discovery of a live endpoint: its company, connection and records, to which cases may refer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.api_key import VARIABLE
from concordat.contract.request import build_request
from concordat.errors import TargetUnreachable
from concordat.http1.exchange import Request
from concordat.tap import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.contract import Contract
    from concordat.tap import LiveUpstream

__all__ = ["EXPLORED", "Discovery"]

COMPANY = "CONCORDAT_COMPANY_ID"
CONNECTION = "CONCORDAT_CONNECTION_ID"
_COMPANIES = 20
EXPLORED = frozenset({"companies.list", "connections.list", "customers.list", "pushOperations.list"})
"""The operations that the discovery needs of a contract."""
ERROR_STATUS = 400


class _Item(msgspec.Struct):
    """The members of a list item that the discovery reads; it ignores all others."""

    id: str | int
    status: str | None = None


class _Page(msgspec.Struct, rename="camel"):
    results: list[_Item] | None = None
    attachments: list[_Item] | None = None
    total_results: int | None = None


class Discovery:
    """Finds the company with the most customers, and its records."""

    def __init__(self, contract: Contract, upstream: LiveUpstream) -> None:
        self._contract = contract
        self._upstream = upstream

    async def explore(self) -> tuple[dict[str, Any], dict[str, int]]:
        """Return the bindings of the references, and the number of records of each kind.

        Raises TargetUnreachable when no company has readable customers, or when an answer is not the API's.
        """
        companies = await self._companies()
        best: tuple[int, str | int, list[_Item]] = (-1, "", [])
        for company in companies[:_COMPANIES]:
            page = await self._get("customers.list", companyId=company, pageSize=100)
            if page is not None and (page.total_results or 0) > best[0]:
                best = (page.total_results or 0, company, page.results or [])
        total, company, customers = best
        if not company:
            message = "no company of the target has readable customers"
            raise TargetUnreachable(message, hint=f"link a company and refresh it, or set {COMPANY}")
        connections = await self._get("connections.list", companyId=company) or _Page()
        linked = [one.id for one in connections.results or [] if one.status == "Linked"]
        connection = os.environ.get(CONNECTION) or next(iter(linked), None)
        pushes = await self._get("pushOperations.list", companyId=company, pageSize=1) or _Page()
        bindings: dict[str, Any] = {"company": company, "connection": connection}
        offers = {"companies": len(companies), "connections": len(linked), "customers": total}
        offers["pushes"] = pushes.total_results or 0
        if customers:
            bindings["customer"] = customers[0].id
        offers["attachments"] = 0
        if connection is not None and "customers.listAttachments" in self._contract.operations:
            await self._attachments(bindings, offers, customers)
        return bindings, offers

    async def _companies(self) -> Sequence[str | int]:
        named = os.environ.get(COMPANY)
        if named:
            return [named]
        page = await self._get("companies.list", pageSize=_COMPANIES)
        if page is None:
            message = "the target refused to list its companies"
            raise TargetUnreachable(message, hint=f"check {VARIABLE}, or set {COMPANY}")
        return [company.id for company in page.results or []]

    async def _attachments(self, bindings: dict[str, Any], offers: dict[str, int], customers: list[_Item]) -> None:
        company, connection = bindings["company"], bindings["connection"]
        for customer in customers[:10]:
            found = await self._get(
                "customers.listAttachments", companyId=company, connectionId=connection, customerId=customer.id
            )
            listed = (found.attachments if found else None) or []
            if listed:
                bindings |= {"customer": customer.id, "attachment": listed[0].id}
                offers["attachments"] = len(listed)
                return

    async def _get(self, operation: str, **arguments: Any) -> _Page | None:
        built = build_request(self._contract.operation(operation), arguments, auth=PLACEHOLDER)
        answer = await self._upstream.answer(Request(built.method, built.target, built.headers, built.body))
        if answer.status >= ERROR_STATUS:
            return None
        try:
            return msgspec.json.decode(answer.body, type=_Page)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            message = f"the target's answer to {operation} is not that of the API"
            raise TargetUnreachable(message, cause=str(error), hint="is the URL that of the API?") from error
