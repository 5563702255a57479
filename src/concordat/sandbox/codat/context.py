"""The Codat sandbox's own context, and its requests with the lookups that most handlers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.integrations import INTEGRATIONS, Integration
from concordat.sandbox.codat.timestamps import timestamp
from concordat.sandbox.core.context import HandlerRequest, SandboxContext
from concordat.sandbox.core.refusal import Refusal

if TYPE_CHECKING:
    from concordat.sandbox.codat.world import CodatWorld
    from concordat.sandbox.codat.world_parts import PushPlan, SyncPlan

__all__ = ["CodatContext", "CodatRequest", "Connection"]


class Connection(msgspec.Struct, frozen=True):
    """A connection as a handler needs it."""

    id: str
    company: str
    integration: Integration
    status: str


@dataclass(slots=True, kw_only=True)
class CodatContext(SandboxContext):
    """The parts of one sandbox. `push` and `sync` decide how writes and refreshes end from now on."""

    push: PushPlan
    sync: SyncPlan
    connections_changed: bool = True
    """Set when a company may have gained or lost an active connection."""

    @classmethod
    def within(cls, core: SandboxContext, world: CodatWorld) -> CodatContext:
        """Return the context of a world, on the state, the clock and the accepted writes of the core's context."""
        return cls(core.state, core.clock, core.accepted, push=world.push, sync=world.sync)

    def now(self) -> str:
        """Return the virtual time as the API writes it."""
        return timestamp(self.clock.now())

    def new_customer_id(self, connection: str) -> str:
        """Return a new id that no customer of the connection has, although generated ids may equal those of samples."""
        identifier = self.new_id("customer")
        while self.state.one("SELECT 1 FROM customers WHERE connection = ? AND id = ?", connection, identifier):
            identifier = self.new_id("customer")
        return identifier

    def connection(self, identifier: str) -> Connection | None:
        """Return a connection by its id."""
        row = self.state.one("SELECT id, company, integration, status FROM connections WHERE id = ?", identifier)
        return None if row is None else Connection(row[0], row[1], INTEGRATIONS[row[2]], row[3])


class CodatRequest(HandlerRequest, frozen=True, eq=False):
    """A request with the context that it is handled in."""

    context: CodatContext

    def company(self) -> str:
        """Return the id of the company in the path. Raises a 404 for an unknown one."""
        identifier = self.arguments["companyId"].lower()
        if self.context.state.one("SELECT 1 FROM companies WHERE id = ?", identifier) is None:
            raise ServiceRefusal(404, f"No company was found with ID {identifier}", service="ClientsApi")
        return identifier

    def connection(self, identifier: str | None = None) -> Connection:
        """Return a connection, by default the one in the path. Raises a 404 unless it is the company's."""
        company = self.company()
        wanted = (identifier or self.arguments["connectionId"]).lower()
        found = self.context.connection(wanted)
        if found is None or found.company != company:
            raise Refusal(404, f"Data connection {wanted} not found")
        return found

    def require_synced(self, company: str, data_type: str) -> None:
        """Raise a 409 unless a sync of the type was ever completed."""
        row = self.context.state.one(
            "SELECT 1 FROM pulls WHERE company = ? AND type = ? AND status = 'Complete' LIMIT 1", company, data_type
        )
        if row is None:
            raise ServiceRefusal(409, service="PullApi")

    def accept(self) -> None:
        """Count an accepted write."""
        self.context.accepted[self.operation] += 1
