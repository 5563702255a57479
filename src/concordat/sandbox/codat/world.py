"""The world of the Codat APIs: the state a sandbox case starts with, and the behaviour of the upstream.

The keys of `world:` besides the general ones (`core/world.py`); all are optional, an unknown key is an error with a
suggestion:

    integration: xero            of the first company's connections; the keys of `integrations.INTEGRATIONS`
    companies: 1                 a count, or a list of {id, name, description, tags, connections, customers}
    connections: 1               of the first company: a count, or a list of {id, integration, status}
    customers: 3                 of the first connection: a count of samples (see `samples`), or the records themselves,
                                 kept and served exactly as written
    attachments: 0               a count (its kinds take turns), or a list of {id, customer, name, contentType,
                                 dateCreated, includeWhenSent, and for the bytes text, base64, or kind and size};
                                 kinds: all-bytes, empty, image, text, random; `customer` defaults to the first one's id
    synced: [customers]          the data types that were read before; [] makes reads answer 409
    pushes: 0                    earlier pushes of the first connection, all successful
    pulls: 0                     earlier refreshes, besides the one that `synced` stands for
    push: {outcome: success, takes: 30s}
                                 the end of a write: `success`, `failed`, `timed-out`, `pending-forever`, or
                                 `immediate` (a success that the first answer shows). `takes: 0s` shows any final
                                 status in the first answer. `errors` and `warnings` are lists of {itemId, message,
                                 validatorName}, `message` an errorMessage, `id` the id that a new record gets.
                                 A record that the integration refuses fails whatever `outcome` says. `offline` is the
                                 outcome of a write to software that may be switched off, in place of `outcome`.
    sync: {takes: 10s, ends: Complete}
                                 the end of a refresh; `0s` completes at once; `ends` is a final dataset status

    exact: true                  the case depends on the very numbers of this world; without it, a world that says no
                                 more than `needs` can say is written with `needs`

`auth.key` is the account's raw API key; outdated keys are refused with 403. `rate-limit` is the day's quota.

Between steps, `change:` takes, besides the general keys,

    customers: {add: [records], edit: {id: {field: value}}, remove: [ids]}   in the accounting software: reads show it
                                                                             after the next refresh
    connection: {id: ..., status: Unlinked}      the first connection when there is no id
    synced: [customers]                          a refresh that is complete at once
    push, sync                                   as above; each replaces the former value
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from concordat.errors import CatalogueError, did_you_mean
from concordat.sandbox.codat.attachments import Kind, size_of
from concordat.sandbox.codat.integrations import ACCOUNTING_TYPES, INTEGRATIONS
from concordat.sandbox.codat.world_parts import (
    AttachmentSpec,
    CompanySpec,
    ConnectionChange,
    ConnectionSpec,
    Count,
    CustomersChange,
    PushPlan,
    SyncPlan,
)
from concordat.sandbox.core.model import read_model
from concordat.sandbox.core.world import World, WorldChange, WorldSize, check_duration, check_start

if TYPE_CHECKING:
    from concordat.values import JsonObject

__all__ = ["CodatChange", "CodatWorld", "parse_change", "parse_world", "size_of_world"]


class CodatWorld(World, frozen=True, kw_only=True):
    """The start state; the module explains the keys."""

    integration: str = "xero"
    companies: Count | list[CompanySpec] = 1
    connections: Count | list[ConnectionSpec] | msgspec.UnsetType = msgspec.UNSET
    customers: Count | list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET
    attachments: Count | list[AttachmentSpec] = 0
    synced: list[str] = msgspec.field(default_factory=lambda: ["customers"])
    pushes: Count = 0
    pulls: Count = 0
    push: PushPlan = PushPlan()
    sync: SyncPlan = SyncPlan()
    exact: bool = False


class CodatChange(WorldChange, frozen=True, kw_only=True):
    """The content of a `change:` step."""

    customers: CustomersChange | None = None
    connection: ConnectionChange | None = None
    synced: list[str] = msgspec.field(default_factory=list)
    push: PushPlan | None = None
    sync: SyncPlan | None = None


_M = TypeVar("_M", CodatWorld, CodatChange)


@lru_cache(maxsize=1)
def _default() -> CodatWorld:
    return CodatWorld()


def parse_world(raw: JsonObject | None) -> CodatWorld:
    """Return the world that a case writes; None is the default one.

    Raises CatalogueError, without a location, for words or values outside of the vocabulary.
    """
    return _checked(read_model(raw, CodatWorld, "world"), "world") if raw else _default()


def parse_change(raw: JsonObject) -> CodatChange:
    """Return the change that a step writes.

    Raises CatalogueError, without a location, for words or values outside of the vocabulary.
    """
    return _checked(read_model(raw, CodatChange, "change"), "change")


def _checked(model: _M, what: str) -> _M:
    """Check the rules that types cannot express."""
    for name in ("push", "sync"):
        plan: PushPlan | SyncPlan | None = getattr(model, name)
        if plan is not None:
            check_duration(plan.takes, f"{what}.{name}.takes")
    for data_type in model.synced:
        if data_type not in ACCOUNTING_TYPES:
            message = f"`{data_type}` in `{what}.synced` is not an accounting data type"
            raise CatalogueError(message, hint=did_you_mean(data_type, ACCOUNTING_TYPES))
    if isinstance(model, CodatWorld):
        _check_integrations(model)
        if model.now is not None:
            check_start(model.now)
    return model


def _check_integrations(world: CodatWorld) -> None:
    listed = world.connections if isinstance(world.connections, list) else []
    companies = world.companies if isinstance(world.companies, list) else []
    more = [one for company in companies if isinstance(company.connections, list) for one in company.connections]
    for name in (world.integration, *(spec.integration for spec in (*listed, *more))):
        if name is not None and name not in INTEGRATIONS:
            message = f"no integration is called `{name}`"
            raise CatalogueError(message, hint=did_you_mean(name, INTEGRATIONS))


def size_of_world(world: CodatWorld) -> WorldSize:
    """Return the records and the generated content of a world, by arithmetic."""
    return WorldSize(_records(world), _content(world))


def _records(world: CodatWorld) -> int:
    """Return how many records a world has.

    Counted are companies, connections, customers, attachments, pushes and pulls, and the refreshes of `synced` for each
    connection. Not counted is what every world has: one company, its connection, and one refresh of each data type.
    """
    companies, connections, customers = _of_companies(world)
    refreshes = connections * len(world.synced) - len(set(world.synced))
    attachments = _count(world.attachments)
    counts = (companies - 1, connections - 1, customers, attachments, world.pushes, world.pulls, refreshes)
    return sum(max(0, count) for count in counts)


def _content(world: CodatWorld) -> int:
    """Return how many bytes the sandbox generates as contents of the attachments."""
    if isinstance(world.attachments, int):
        kinds = list(Kind)  # they take turns
        rounds = world.attachments // len(kinds) + 1
        return rounds * sum(size_of(kind) for kind in kinds)
    generated = [one for one in world.attachments if one.text is None and one.base64 is None]
    return sum(size_of(one.kind, one.size) for one in generated)


def _of_companies(world: CodatWorld) -> tuple[int, int, int]:
    """Return how many companies there are, and how many connections and customers they have in all."""
    listed = world.companies if isinstance(world.companies, list) else []
    companies = _count(world.companies)
    if not companies:
        return 0, 0, 0
    first, *others = listed or [CompanySpec()]
    connections = first.connections if world.connections is msgspec.UNSET else world.connections
    customers = 3 if first.customers is None else first.customers
    if world.customers is not msgspec.UNSET:
        customers = world.customers
    more = [_count(one.connections) for one in others] if listed else [companies - 1]
    return (
        companies,
        _count(connections) + sum(more),
        _count(customers) + sum(_count(one.customers or 0) for one in others),
    )


def _count(wanted: int | list[Any]) -> int:
    return wanted if isinstance(wanted, int) else len(wanted)
