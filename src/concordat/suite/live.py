"""A live endpoint as a target: its credentials from the environment, its world discovered, never changed unasked.

The run's clients are given a placeholder credential; the tap puts the real one in its place, so that not even an SDK's
log can hold it.
"""

from __future__ import annotations

import asyncio
import base64
import os
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Advance, Change
from concordat.contract import load_contracts
from concordat.engine.applicability import calls_of
from concordat.errors import CredentialsMissing, HarnessError, TargetUnreachable
from concordat.tap import PLACEHOLDER, LiveUpstream, Scrubber
from concordat.wire.exchange import Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.wire.answer import Answer

__all__ = ["LiveStage", "LiveTarget"]

KEY = "CONCORDAT_API_KEY"
COMPANY = "CONCORDAT_COMPANY_ID"
CONNECTION = "CONCORDAT_CONNECTION_ID"
COMPANIES_LOOKED_AT = 20
ERROR_STATUS = 400


class LiveStage:
    """The shared endpoint, for one case. It cannot be advanced, changed or looked into."""

    auth = PLACEHOLDER

    def __init__(self, upstream: LiveUpstream, bindings: Mapping[str, Any]) -> None:
        self.upstream = upstream
        self.bindings = bindings

    @property
    def failures(self) -> Sequence[str]:
        """What the endpoint left unanswered during the case."""
        return self.upstream.failures

    def serve_at(self, url: str) -> None:
        """Nothing here names the tap."""

    async def harness(self, request: Request) -> Answer:
        """Send a preparing request."""
        return await self.upstream.answer(request)

    def advance(self, seconds: float) -> None:
        """Refuse: real time passes by itself."""
        message = f"a live target's clock cannot be advanced by {seconds:g} s"
        raise HarnessError(message, hint="cases that advance the clock need a `world`")

    def change(self, change: Mapping[str, Any]) -> None:
        """Refuse: a live world is not ours."""
        message = f"a live target's {', '.join(change)} cannot be changed"
        raise HarnessError(message, hint="cases that change the world need a `world`")

    def state(self) -> None:
        """None: it cannot be looked into."""

    def commits(self) -> None:
        """None: they cannot be counted."""

    def unfired(self) -> tuple[str, ...]:
        """No fault is planned here."""
        return ()

    async def close(self) -> None:
        """Let go of the case's own connections."""
        await self.upstream.close()


class LiveTarget:
    """An endpoint at a URL, and what it has to offer."""

    def __init__(
        self, url: str, auth: str, bindings: Mapping[str, Any], offers: Mapping[str, int], *, writes: bool
    ) -> None:
        self._url = url
        self._auth = auth
        self._bindings = bindings
        self._offers = offers
        self._writes = writes
        self.scrubber = Scrubber((auth, auth.removeprefix("Basic "), os.environ.get(KEY, "")))

    @property
    def name(self) -> str:
        """The scrubbed URL."""
        return self.scrubber.text(self._url)

    @classmethod
    def discover(cls, url: str, *, allow_writes: bool) -> LiveTarget:
        """Ask the endpoint what it has. Raises CredentialsMissing, TargetUnreachable."""
        return asyncio.run(_discover(url, credential(), allow_writes=allow_writes))

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Why the case cannot be played against a live endpoint, or None."""
        if case.needs is None:
            return "the case needs a world of its own; a live target has its own"
        if case.faults:
            return "the case plans faults; a live target has none to plan"
        if any(isinstance(step, (Advance, Change)) for step in case.steps):
            return "the case moves the clock or changes the world; a live target allows neither"
        for what, least in case.needs.items():
            if self._offers.get(what, 0) < least:
                return f"the case needs {least} {what}; the target offers {self._offers.get(what, 0)}"
        writes = sorted({c.call for c in calls_of(case) if contract.operation(c.call).method not in ("GET", "HEAD")})
        if writes and not self._writes:
            return f"the case writes ({', '.join(writes)}); pass --allow-writes to let it"
        return None

    async def stage(self, case: Case, contract: Contract) -> LiveStage:
        """Make the case's own connections to the endpoint."""
        del case, contract
        return LiveStage(LiveUpstream(self._url, self._auth, allow_writes=self._writes), self._bindings)

    async def close(self) -> None:
        """Nothing is shared between stages."""


def credential() -> str:
    """The Authorization value from the environment; a bare key is encoded as the API documents it."""
    key = os.environ.get(KEY, "")
    if not key:
        message = f"the environment variable {KEY} is not set"
        raise CredentialsMissing(
            message, hint=f"export {KEY}=... with the key of a sandbox account; it is never written"
        )
    return key if key.startswith("Basic ") else "Basic " + base64.b64encode(key.encode()).decode()


async def _discover(url: str, auth: str, *, allow_writes: bool) -> LiveTarget:
    contract = next(iter(load_contracts().values()))
    upstream = LiveUpstream(url, auth)
    try:
        await upstream.probe()
        explorer = _Explorer(contract, upstream)
        bindings, offers = await explorer.explore()
    finally:
        await upstream.close()
    return LiveTarget(url, auth, bindings, offers, writes=allow_writes)


class _Explorer:
    """Finds the company with the most customers, and what hangs on it."""

    def __init__(self, contract: Contract, upstream: LiveUpstream) -> None:
        self._contract = contract
        self._upstream = upstream

    async def explore(self) -> tuple[dict[str, Any], dict[str, int]]:
        companies = await self._companies()
        best: tuple[int, str, list[Any]] = (-1, "", [])
        for company in companies[:COMPANIES_LOOKED_AT]:
            page = await self._get("customers.list", companyId=company, pageSize=100)
            if page is not None and page.get("totalResults", -1) > best[0]:
                best = (page["totalResults"], company, page.get("results") or [])
        total, company, customers = best
        if not company:
            message = "no company of the target has customers that can be read"
            raise TargetUnreachable(message, hint=f"link a company and refresh it, or set {COMPANY}")
        connections = await self._get("connections.list", companyId=company) or {"results": []}
        linked = [c["id"] for c in connections["results"] if c.get("status") == "Linked"]
        connection = os.environ.get(CONNECTION) or next(iter(linked), None)
        pushes = await self._get("pushOperations.list", companyId=company, pageSize=1) or {}
        bindings: dict[str, Any] = {"company": company, "connection": connection}
        offers = {"companies": len(companies), "connections": len(linked), "customers": total}
        offers["pushes"] = pushes.get("totalResults", 0)
        if customers:
            bindings["customer"] = customers[0]["id"]
        offers["attachments"] = 0
        if connection is not None and "customers.listAttachments" in self._contract.operations:
            await self._attachments(bindings, offers, company, connection, customers)
        return bindings, offers

    async def _companies(self) -> list[str]:
        named = os.environ.get(COMPANY)
        if named:
            return [named]
        page = await self._get("companies.list", pageSize=COMPANIES_LOOKED_AT)
        if page is None:
            message = "the target refused to list its companies"
            raise TargetUnreachable(message, hint=f"look at {KEY}, or set {COMPANY}")
        return [company["id"] for company in page.get("results") or []]

    async def _attachments(
        self, bindings: dict[str, Any], offers: dict[str, int], company: str, connection: str, customers: list[Any]
    ) -> None:
        for customer in customers[:10]:
            found = await self._get(
                "customers.listAttachments", companyId=company, connectionId=connection, customerId=customer["id"]
            )
            listed = (found or {}).get("attachments") or []
            if listed:
                bindings |= {"customer": customer["id"], "attachment": listed[0]["id"]}
                offers["attachments"] = len(listed)
                return

    async def _get(self, operation: str, **arguments: Any) -> Any:
        built = self._contract.operation(operation).build(arguments, auth=PLACEHOLDER)
        answer = await self._upstream.answer(Request(built.method, built.target, built.headers, built.body))
        if answer.status >= ERROR_STATUS:
            return None
        try:
            return msgspec.json.decode(answer.body, type=dict[str, Any])
        except msgspec.DecodeError as error:
            message = f"the target's answer to {operation} is not that of the API"
            raise TargetUnreachable(message, cause=str(error), hint="is the URL that of the API?") from error
