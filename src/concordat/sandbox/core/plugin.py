"""The interface between the core and the plug-in of one API.

A `SandboxPlugin` describes an API: its contracts, operations, tables and worlds. It has no state. `open` returns the
`ApiService` of one sandbox, which authenticates requests and runs the operations' handlers.

The core matches and validates requests, enacts faults and evolution, replays answers of an Idempotency-Key, owns the
clock and the database, and wraps each write in a transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from concordat.sandbox.core.world import World, WorldChange

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from concordat.contract import Match
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox.core.context import SandboxContext
    from concordat.sandbox.core.list_rules import ListRules
    from concordat.sandbox.core.refusal import Refusal
    from concordat.sandbox.core.state import State
    from concordat.sandbox.core.stock import Ask, Stock
    from concordat.sandbox.core.world import WorldSize
    from concordat.values import Json, JsonObject, Pairs, Problem

__all__ = ["AnyPlugin", "AnyService", "ApiService", "Authentication", "SandboxPlugin"]

WorldT = TypeVar("WorldT", bound=World)
ChangeT = TypeVar("ChangeT", bound=WorldChange)
ChangeT_contra = TypeVar("ChangeT_contra", bound=WorldChange, contravariant=True)


class Authentication(Protocol):
    """The rule that decides which credential a request needs."""

    @property
    def credential(self) -> str:
        """Return the Authorization value that is accepted."""

    def check(self, request: Request) -> None:
        """Raise a Refusal for a request without a valid credential."""


class ApiService(Protocol[ChangeT_contra]):
    """The behaviour of an API in one sandbox."""

    @property
    def authentication(self) -> Authentication:
        """Return the authentication rule, which a change may replace."""

    def spend_quota(self) -> None:
        """Count one request. Raises a Refusal once the quota is spent."""

    def response_headers(self) -> Pairs:
        """Return the headers that every response carries."""

    def tolerates(self, operation: str, problem: Problem) -> bool:
        """Return whether the handler repairs this problem of a request that breaks the contract."""

    def handle(self, match: Match, request: Request) -> Answer:
        """Return the operation's answer to a valid request. Raises a Refusal otherwise."""

    def error_body(self, refusal: Refusal, correlation: str) -> bytes:
        """Return the JSON error body of a refusal; `correlation` is 32 hexadecimal digits."""

    def change(self, change: ChangeT_contra) -> None:
        """Apply a change between steps. Raises CatalogueError for a record that the state does not have."""

    def records_after(self, change: ChangeT_contra) -> int:
        """Return how many records a change would leave, 0 for a change that adds none."""

    def collections(self) -> dict[str, Json]:
        """Return the state by collection, for `state:` checks and the control endpoint."""


class SandboxPlugin(Protocol[WorldT, ChangeT]):
    """The description of an API whose operations the sandbox implements."""

    @property
    def name(self) -> str:
        """Return the plug-in's own name."""

    @property
    def contracts(self) -> frozenset[str]:
        """Return the names of the contracts whose operations these are."""

    @property
    def world_type(self) -> type[WorldT]:
        """Return the model of a world, by which a world's file gives each error its line."""

    @property
    def operations(self) -> Collection[str]:
        """Return the names of the implemented operations."""

    @property
    def schema(self) -> str:
        """Return the SQL that creates the API's tables."""

    @property
    def list_rules(self) -> ListRules | None:
        """Return the rules of the API's list operations, None for an API without common rules."""

    def parse_world(self, raw: JsonObject | None) -> WorldT:
        """Return the world that a case writes, the default one for None.

        Raises CatalogueError, without a location, for unknown keys and invalid values.
        """

    def parse_change(self, raw: JsonObject) -> ChangeT:
        """Return the change that a step writes. Raises CatalogueError as `parse_world` does."""

    def world_for_needs(self, needs: Mapping[str, Any]) -> WorldT:
        """Return the world that offers what `needs` names. Raises CatalogueError for an unknown need."""

    def said_by_needs(self, raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the `needs` that say the same as the world `raw`, None for a world that says more."""

    async def discover(self, ask: Ask, chosen: Mapping[str, str]) -> Stock:
        """Return the records of a live endpoint; `chosen` has the ids that the user names, by reference name.

        Raises TargetUnreachable for an endpoint that does not answer like the API.
        """

    def size_of(self, world: WorldT) -> WorldSize:
        """Return the size of a world without making it."""

    def seed(self, world: WorldT, context: SandboxContext) -> None:
        """Fill an empty state with a world. Raises CatalogueError for a world that cannot be made."""

    def bindings(self, state: State) -> dict[str, Json]:
        """Return the names that cases use for records of the state."""

    def open(self, world: WorldT, context: SandboxContext, *, resumed: bool) -> ApiService[ChangeT]:
        """Return the API's service in one sandbox; `resumed` says that the state may be that of an earlier run."""


AnyPlugin: TypeAlias = SandboxPlugin[Any, Any]
AnyService: TypeAlias = ApiService[Any]
