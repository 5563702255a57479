"""The model: the effect of calls on the state, by the API's documented rules.

A write is accepted and ends after PUSH_SECONDS. Reads show its result after the next refresh, which takes PULL_SECONDS.
Where the contract has the option that a write starts a refresh, it does. An Idempotency-Key lasts 90 minutes.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from concordat.stateful.expected_answer import NOT_FOUND, OK, Expected, push_facts, read, refusal
from concordat.stateful.state_view import Company, Customer, Push, StateView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["KEY_LIFETIME", "PULL_SECONDS", "PUSH_SECONDS", "Model", "Row"]

PUSH_SECONDS = 30
PULL_SECONDS = 10
KEY_LIFETIME = 90 * 60
NO_CONTENT = 204
REFUSED = 400
CONFLICT = 422


@dataclass(slots=True, eq=False)
class Row:
    """One customer: as in the accounting software, as in reads, and whether the two may differ."""

    source: Customer | None
    cached: Customer | None = None
    dirty: bool = True


@dataclass(slots=True, eq=False)
class _Write:
    push: Push
    row: Row | None
    name: str
    status: str
    force: bool


@dataclass(slots=True)
class _StoredKey:
    fingerprint: tuple[Any, ...]
    until: int
    write: _Write


@dataclass(slots=True)
class Model:
    """The whole state. `now` is in seconds. `refreshes` says whether a write starts a refresh."""

    refreshes: bool
    rows: list[Row]
    companies: list[Company]
    now: int = 0
    writes: list[_Write] = field(default_factory=list)
    pulls: list[str] = field(default_factory=lambda: ["Complete"])
    commits: Counter[str] = field(default_factory=Counter)
    _keys: dict[str, _StoredKey] = field(default_factory=dict)
    _due: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0

    def view(self) -> StateView:
        """Return the state as a view."""
        return StateView(
            source=tuple(row.source for row in self.rows if row.source is not None),
            cached=tuple(row.cached for row in self.rows if row.cached is not None),
            pushes=tuple(write.push for write in self.writes),
            pulls=tuple(self.pulls),
            companies=tuple(self.companies),
            commits=dict(self.commits),
        )

    def answer(self, operation: str, arguments: Mapping[str, Any], key: str | None = None) -> Expected:
        """Apply a call to the state and return its expected answer."""
        change: Callable[[Mapping[str, Any]], Expected] | None = {
            "customers.update": self._update,
            "refresh.dataType": self._refresh,
            "companies.create": self._create_company,
            "companies.update": self._update_company,
            "companies.delete": self._delete_company,
        }.get(operation)
        if operation == "customers.create":
            return self._create(arguments, key)
        return read(self.view(), operation, arguments) if change is None else change(arguments)

    def advance(self, seconds: int) -> None:
        """Move the clock, and end the writes and refreshes that fall due, in their order."""
        until = self.now + seconds
        while self._due and self._due[0][0] <= until:
            self.now, _, end = heapq.heappop(self._due)
            end()
        self.now = until

    def learn_ids(self, sandbox: StateView) -> None:
        """Take the ids that the sandbox generated from its state, which is otherwise equal to the model's."""
        there = [row for row in self.rows if row.source is not None]
        for row, shown in zip(there, sandbox.source, strict=True):
            row.source = shown
        visible = [row for row in self.rows if row.cached is not None]
        for row, cached in zip(visible, sandbox.cached, strict=True):
            row.cached = cached
        for write, push in zip(self.writes, sandbox.pushes, strict=True):
            write.push = push
        self.companies = list(sandbox.companies)

    # -- customers

    def _create(self, arguments: Mapping[str, Any], key: str | None) -> Expected:
        body = arguments["body"]
        fingerprint = (arguments["companyId"], arguments["connectionId"], body["customerName"], body["status"])
        stored = None if key is None else self._keys.get(key)
        if stored is not None and stored.until > self.now:
            if stored.fingerprint != fingerprint:
                return refusal(CONFLICT)
            # the first answer again, whether or not the write has ended
            return Expected(OK, push_facts(Push(stored.write.push.key, "customers.create", "Pending")))
        self._write("customers.create", None, body, force=False)
        if key is not None:
            self._keys[key] = _StoredKey(fingerprint, self.now + KEY_LIFETIME, self.writes[-1])
        return Expected(OK, push_facts(self.writes[-1].push))

    def _update(self, arguments: Mapping[str, Any]) -> Expected:
        wanted = arguments["customerId"]
        row = next((row for row in self.rows if wanted in {one.id for one in (row.source, row.cached) if one}), None)
        force = bool(arguments.get("forceUpdate", False))
        self._write("customers.update", row, arguments["body"], force=force, record=wanted)
        return Expected(OK, push_facts(self.writes[-1].push))

    def _write(
        self, operation: str, row: Row | None, body: Mapping[str, Any], *, force: bool, record: str | None = None
    ) -> None:
        write = _Write(Push(None, operation, "Pending", record), row, body["customerName"], body["status"], force)
        self.writes.append(write)
        self.commits[operation] += 1
        self._schedule(self.now + PUSH_SECONDS, lambda: self._end(write))

    def _end(self, write: _Write) -> None:
        push, row = write.push, write.row
        new = push.operation == "customers.create"
        if not new and (row is None or row.source is None or (row.dirty and not write.force)):
            write.push = Push(push.key, push.operation, "Failed", push.record)
            return
        written = Customer(push.record, write.name, write.status)
        if row is None:
            self.rows.append(Row(written))
        else:
            row.source, row.dirty = written, True
        write.push = Push(push.key, push.operation, "Success", push.record)
        if self.refreshes and self.pulls[-1] != "Queued":
            self._pull()

    def elsewhere(self, row: Row, name: str | None) -> None:
        """Rename a customer in the accounting software, or delete it (None)."""
        assert row.source is not None
        row.source = None if name is None else Customer(row.source.id, name, row.source.status)
        row.dirty = True

    # -- refreshes

    def _refresh(self, arguments: Mapping[str, Any]) -> Expected:
        if self.pulls[-1] == "Queued":
            return refusal(REFUSED)
        self.commits["refresh.dataType"] += 1
        self._pull()
        return Expected(OK, {"dataType": arguments["dataType"], "status": "Queued"})

    def _pull(self) -> None:
        self.pulls.append("Queued")
        self._schedule(self.now + PULL_SECONDS, self._pulled)

    def _pulled(self) -> None:
        self.pulls[-1] = "Complete"
        self.rows = [row for row in self.rows if row.source is not None or row.cached is not None]
        for row in self.rows:
            if row.source is not None:
                row.cached = row.source
            elif row.cached is not None:
                row.cached = Customer(row.cached.id, row.cached.name, row.cached.status, deleted=True)
            row.dirty = False

    # -- companies

    def _create_company(self, arguments: Mapping[str, Any]) -> Expected:
        body = arguments["body"]
        self.companies.append(Company(None, body["name"], body.get("description")))
        self.commits["companies.create"] += 1
        return Expected(OK, {"name": body["name"], "id": {"any": "string"}})

    def _update_company(self, arguments: Mapping[str, Any]) -> Expected:
        for index, company in enumerate(self.companies):
            if company.id == arguments["companyId"]:
                body = arguments["body"]
                changed = Company(company.id, body["name"], body.get("description", company.description))
                self.companies[index] = changed
                self.commits["companies.update"] += 1
                return Expected(OK, {"id": changed.id, "name": changed.name})
        return refusal(NOT_FOUND)

    def _delete_company(self, arguments: Mapping[str, Any]) -> Expected:
        remaining = [company for company in self.companies if company.id != arguments["companyId"]]
        if len(remaining) == len(self.companies):
            return refusal(NOT_FOUND)
        self.companies = remaining
        self.commits["companies.delete"] += 1
        return Expected(NO_CONTENT)

    def _schedule(self, time: int, action: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (time, self._count, action))
