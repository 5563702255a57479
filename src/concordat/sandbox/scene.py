"""What every handler works with: the scene of one sandbox, and the ask that one request makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.clock import VirtualClock, timestamp
from concordat.sandbox.errors import Refusal
from concordat.sandbox.integrations import INTEGRATIONS, Integration
from concordat.values import Pairs

if TYPE_CHECKING:
    from concordat.sandbox.state import State
    from concordat.sandbox.world import World
    from concordat.sandbox.world_parts import PushPlan, SyncPlan

__all__ = ["Connection", "HandlerRequest", "SandboxContext", "json_answer", "text_answer"]

_JSON: Pairs = (("Content-Type", "application/json; charset=utf-8"),)


def json_answer(value: Any) -> Answer:
    """Return a 200 with a JSON body."""
    return Answer(200, _JSON, msgspec.json.encode(value))


def text_answer(text: bytes) -> Answer:
    """Return a 200 with a body that is JSON text already."""
    return Answer(200, _JSON, text)


class Connection(msgspec.Struct, frozen=True):
    """A connection as a handler needs it."""

    id: str
    company: str
    integration: Integration
    status: str


@dataclass(slots=True)
class SandboxContext:
    """One sandbox's parts. `push` and `sync` say what becomes of writes and refreshes from now on."""

    state: State
    clock: VirtualClock
    push: PushPlan
    sync: SyncPlan
    commits: Counter[str] = field(default_factory=Counter)
    connections_changed: bool = True
    """Set when a company may have got or lost an active connection."""

    @classmethod
    def of(cls, world: World, state: State) -> SandboxContext:
        """Return the scene of a world; a database that was used before goes on with its own time."""
        start = state.noted("now") or world.now
        clock = VirtualClock(None if start is None else datetime.fromisoformat(start))
        return cls(state, clock, world.push, world.sync)

    def now(self) -> str:
        """Return the virtual time as the API writes it."""
        return timestamp(self.clock.now())

    def new_id(self, kind: str) -> str:
        """Return a fresh UUID; the same one at the same point of every run."""
        number = int(self.state.noted("ids") or 0) + 1
        self.state.note("ids", str(number))
        return str(uuid5(NAMESPACE_URL, f"concordat:{kind}:{number}"))

    def connection(self, identifier: str) -> Connection | None:
        """Return a connection by its id."""
        row = self.state.one("SELECT id, company, integration, status FROM connections WHERE id = ?", identifier)
        return None if row is None else Connection(row[0], row[1], INTEGRATIONS[row[2]], row[3])


class HandlerRequest(msgspec.Struct, frozen=True, eq=False):
    """One valid, authorised request: the operation's name, its path arguments, its query and its body.

    `known` are the arguments that the contract gives the operation.
    """

    context: SandboxContext
    operation: str
    known: tuple[str, ...]
    path: str
    arguments: Mapping[str, str]
    query: Pairs
    body: bytes

    def parameter(self, name: str) -> str | None:
        """Return a query parameter; of repeats the last counts."""
        for key, value in reversed(self.query):
            if key == name:
                return value
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean query parameter."""
        value = self.parameter(name)
        return default if value is None else value.lower() == "true"

    def document(self) -> dict[str, Any]:
        """Return the JSON body; without one, an empty object."""
        decoded: dict[str, Any] = msgspec.json.decode(self.body) if self.body else {}
        return decoded

    def company(self) -> str:
        """Return the id of the company asked for; refuses an unknown one with 404."""
        identifier = self.arguments["companyId"].lower()
        if self.context.state.one("SELECT 1 FROM companies WHERE id = ?", identifier) is None:
            raise Refusal(404, f"No company was found with ID {identifier}", service="ClientsApi")
        return identifier

    def connection(self, identifier: str | None = None) -> Connection:
        """Return the connection asked for; refuses one that is unknown, or another company's, with 404."""
        company = self.company()
        wanted = (identifier or self.arguments["connectionId"]).lower()
        found = self.context.connection(wanted)
        if found is None or found.company != company:
            raise Refusal(404, f"Data connection {wanted} not found")
        return found

    def require_synced(self, company: str, data_type: str) -> None:
        """Refuse with 409 when no sync of the type has ever been completed."""
        row = self.context.state.one(
            "SELECT 1 FROM pulls WHERE company = ? AND type = ? AND status = 'Complete' LIMIT 1", company, data_type
        )
        if row is None:
            raise Refusal(409, service="PullApi")

    def commit(self) -> None:
        """Count an accepted write."""
        self.context.commits[self.operation] += 1
