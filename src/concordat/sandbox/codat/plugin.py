"""The plug-in of the Codat APIs, as the core calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.sandbox.codat.authentication import Authentication, Quota
from concordat.sandbox.codat.bodies import collections_of
from concordat.sandbox.codat.change import apply_change
from concordat.sandbox.codat.context import CodatContext, CodatRequest
from concordat.sandbox.codat.discovery import CodatStock, discover
from concordat.sandbox.codat.errors import error_body
from concordat.sandbox.codat.handlers import HANDLERS
from concordat.sandbox.codat.list_rules import LIST_RULES
from concordat.sandbox.codat.needs import parse_needs, said_by_needs
from concordat.sandbox.codat.pulls import resume_pulls
from concordat.sandbox.codat.pushes import resume_pushes
from concordat.sandbox.codat.seed import bindings_of, seed
from concordat.sandbox.codat.world import CodatWorld, parse_change, parse_world, size_of_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.contract import Match
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox.codat.world import CodatChange
    from concordat.sandbox.core.context import SandboxContext
    from concordat.sandbox.core.list_rules import ListRules
    from concordat.sandbox.core.refusal import Refusal
    from concordat.sandbox.core.state import State
    from concordat.sandbox.core.stock import Ask
    from concordat.sandbox.core.world import WorldSize
    from concordat.values import Json, JsonObject, Pairs, Problem

__all__ = ["CODAT", "CodatPlugin", "CodatService"]

_SCHEMA = """
CREATE TABLE companies (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE connections (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL, integration TEXT NOT NULL,
    status TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX connections_of ON connections (company, seq);
CREATE TABLE customers (
    seq INTEGER PRIMARY KEY, company TEXT NOT NULL, connection TEXT NOT NULL, id TEXT NOT NULL,
    source TEXT, cached TEXT, dirty INTEGER NOT NULL DEFAULT 0, UNIQUE (connection, id));
CREATE INDEX readable ON customers (company, seq) WHERE cached IS NOT NULL;
CREATE TABLE attachments (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, connection TEXT NOT NULL, customer TEXT NOT NULL, body TEXT NOT NULL,
    content BLOB NOT NULL);
CREATE TABLE pushes (
    seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, company TEXT NOT NULL, connection TEXT NOT NULL,
    operation TEXT NOT NULL, record TEXT, target TEXT, plan TEXT NOT NULL, due REAL, expires REAL, body TEXT NOT NULL);
CREATE TABLE pulls (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL, connection TEXT NOT NULL,
    type TEXT NOT NULL, due REAL, ending TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX pulls_of ON pulls (company, type);
CREATE INDEX unfinished ON pulls (connection, type) WHERE due IS NOT NULL;
CREATE INDEX completions ON pulls (connection, json_extract(body, '$.completed')) WHERE status = 'Complete';
"""
"""The customers of a company are kept twice in one row: `source` is the record in the accounting software, `cached` is
the record that a read serves. Only a refresh copies one to the other (domain: a written record can be read after the
next refresh). JSON is kept as text, so that a page is assembled without decoding it."""
_ACTIVE = "SELECT count(DISTINCT company) FROM connections WHERE status = 'Linked'"
_REPAIRED = ("body", "/name", "pattern")
"""Forbidden characters of a company's name: they are stripped instead of refused."""


class CodatService:
    """The behaviour of the APIs in one sandbox; implements `core.plugin.ApiService`."""

    def __init__(self, world: CodatWorld, context: CodatContext) -> None:
        self._context = context
        self.authentication = Authentication(world.auth)
        self._quota = Quota(world.rate_limit, self._active())

    def spend_quota(self) -> None:
        """Count one request. Raises a 429 once the quota is spent."""
        self._quota.spend()

    def response_headers(self) -> Pairs:
        """Return the headers of the quota."""
        if self._context.connections_changed:
            self._context.connections_changed = False
            self._quota.resize(self._active())
        return self._quota.headers()

    def tolerates(self, operation: str, problem: Problem) -> bool:
        """Return whether the problem is in a company's name, whose forbidden characters are stripped."""
        return operation.startswith("companies.") and (problem.where, problem.pointer, problem.rule) == _REPAIRED

    def handle(self, match: Match, request: Request) -> Answer:
        """Return the answer of the operation's handler. Raises a Refusal."""
        operation = match.operation
        return HANDLERS[operation.name](
            CodatRequest(
                operation.name,
                operation.argument_names,
                request.raw_path,
                match.arguments,
                request.query,
                request.body,
                self._context,
            )
        )

    def error_body(self, refusal: Refusal, correlation: str) -> bytes:
        """Return the ErrorMessage of a refusal."""
        return error_body(refusal, correlation)

    def change(self, change: CodatChange) -> None:
        """Apply a change to the state, the key and the quota. Raises CatalogueError for an unknown record."""
        apply_change(self._context, change)
        if change.auth is not None:
            self.authentication = Authentication(change.auth)
        if change.rate_limit is not None:
            self._quota = Quota(change.rate_limit, self._active())

    def records_after(self, change: CodatChange) -> int:
        """Return how many customers a change would leave, 0 for a change that adds none."""
        if change.customers is None or not change.customers.add:
            return 0
        row = self._context.state.one("SELECT count(*) FROM customers")
        return (int(row[0]) if row else 0) + len(change.customers.add)

    def collections(self) -> dict[str, Json]:
        """Return the state by collection (see `bodies.collections_of`)."""
        return collections_of(self._context.state)

    def _active(self) -> int:
        row = self._context.state.one(_ACTIVE)
        return int(row[0]) if row else 0


class CodatPlugin:
    """The description of the APIs; implements `core.plugin.SandboxPlugin`."""

    name = "codat"
    contracts = frozenset({"accounting", "sync-for-expenses"})
    operations: Mapping[str, object] = HANDLERS
    schema = _SCHEMA
    world_type = CodatWorld
    list_rules: ListRules | None = LIST_RULES

    def parse_world(self, raw: JsonObject | None) -> CodatWorld:
        """Return the world that a case writes. Raises CatalogueError for an invalid one."""
        return parse_world(raw)

    def parse_change(self, raw: JsonObject) -> CodatChange:
        """Return the change that a step writes. Raises CatalogueError for an invalid one."""
        return parse_change(raw)

    def world_for_needs(self, needs: Mapping[str, Any]) -> CodatWorld:
        """Return the world that offers what `needs` names. Raises CatalogueError for an unknown need."""
        return parse_needs(needs).world()

    def said_by_needs(self, raw: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the `needs` that say the same as the world `raw`, None for a world that says more."""
        return said_by_needs(raw)

    async def discover(self, ask: Ask, chosen: Mapping[str, str]) -> CodatStock:
        """Return the records of a live endpoint (see `discovery`)."""
        return await discover(ask, chosen)

    def size_of(self, world: CodatWorld) -> WorldSize:
        """Return the size of a world."""
        return size_of_world(world)

    def seed(self, world: CodatWorld, context: SandboxContext) -> None:
        """Fill an empty state with a world. Raises CatalogueError for a world that cannot be made."""
        seed(world, CodatContext.within(context, world))

    def bindings(self, state: State) -> dict[str, Json]:
        """Return the names that cases use (see `seed.bindings_of`)."""
        return bindings_of(state)

    def open(self, world: CodatWorld, context: SandboxContext, *, resumed: bool) -> CodatService:
        """Return the service of one sandbox; `resumed` awaits the refreshes and pushes of an earlier run."""
        own = CodatContext.within(context, world)
        service = CodatService(world, own)
        if resumed:
            resume_pulls(own)
            resume_pushes(own)
        return service


CODAT = CodatPlugin()
