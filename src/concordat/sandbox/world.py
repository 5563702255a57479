"""The world: the state a sandbox case starts with, and how the upstream is disposed.

The vocabulary of `world:` (every key is optional; an unknown one is an error with a suggestion):

    now: 2026-01-15T09:30:00Z    the virtual clock's start
    integration: xero            of the first company's connections; the words of `integrations.INTEGRATIONS`
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
                                 what becomes of a write: `success`, `failed`, `timed-out`, `pending-forever`, or
                                 `immediate` (a success that the first answer shows). `takes: 0s` shows any final
                                 status in the first answer. `errors` and `warnings` are lists of {itemId, message,
                                 validatorName}, `message` an errorMessage, `id` the id that a new record gets.
                                 A record that the integration refuses fails whatever `outcome` says.
    sync: {takes: 10s, ends: Complete}
                                 what becomes of a refresh; `0s` completes at once; `ends` is a final dataset status
    auth: {key: concordat-sandbox-key, outdated: []}
                                 the account's raw API key; keys that are outdated are refused with 403
    refuse: 503                  every request (or, as {status, on}, those of the operation `on`) is refused with this
                                 status and its ErrorMessage: 400 401 402 403 404 409 429 500 503
    rate-limit: {limit: 2000, remaining: 1, retry-after: 1, form: seconds}
                                 the day's quota; when it is spent 429 with Retry-After (`form: date` for an HTTP
                                 date), and a fresh quota `retry-after` seconds of the real clock later

Between steps, `change:` takes

    customers: {add: [records], edit: {id: {field: value}}, remove: [ids]}   in the accounting software: reads show it
                                                                             after the next refresh
    connection: {id: ..., status: Unlinked}      the first connection when there is no id
    synced: [customers]                          a refresh that is complete at once
    push, sync, refuse, rate-limit, auth          as above, replacing what was; `refuse: null` ends the refusing
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from concordat.errors import CatalogueError, did_you_mean
from concordat.sandbox.clock import parse_duration
from concordat.sandbox.integrations import ACCOUNTING_TYPES, INTEGRATIONS
from concordat.sandbox.vocabulary import read
from concordat.sandbox.world_parts import (
    AttachmentSpec,
    Auth,
    CompanySpec,
    ConnectionChange,
    ConnectionSpec,
    CustomersChange,
    Model,
    PushPlan,
    RateLimit,
    Refuse,
    Refused,
    SyncPlan,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.values import JsonObject

__all__ = ["World", "WorldChange", "parse_change", "parse_world", "world_for_needs"]


class World(Model, frozen=True, kw_only=True):
    """See the module."""

    now: str | None = None
    integration: str = "xero"
    companies: int | list[CompanySpec] = 1
    connections: int | list[ConnectionSpec] | msgspec.UnsetType = msgspec.UNSET
    customers: int | list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET
    attachments: int | list[AttachmentSpec] = 0
    synced: list[str] = msgspec.field(default_factory=lambda: ["customers"])
    pushes: int = 0
    pulls: int = 0
    push: PushPlan = PushPlan()
    sync: SyncPlan = SyncPlan()
    auth: Auth = Auth()
    refuse: Refused | Refuse | None = None
    rate_limit: RateLimit = RateLimit()


class WorldChange(Model, frozen=True, kw_only=True):
    """What a `change:` step holds."""

    customers: CustomersChange | None = None
    connection: ConnectionChange | None = None
    synced: list[str] = msgspec.field(default_factory=list)
    push: PushPlan | None = None
    sync: SyncPlan | None = None
    auth: Auth | None = None
    refuse: Refused | Refuse | msgspec.UnsetType | None = msgspec.UNSET
    rate_limit: RateLimit | None = None


_M = TypeVar("_M", World, WorldChange)


@lru_cache(maxsize=1)
def _default() -> World:
    return World()


def parse_world(raw: JsonObject | None) -> World:
    """Return the world that a case writes; None is the default one.

    Raises CatalogueError, without a location, for words or values outside of the vocabulary.
    """
    return _checked(read(raw, World, "world"), "world") if raw else _default()


def parse_change(raw: JsonObject) -> WorldChange:
    """Return the change that a step writes.

    Raises CatalogueError, without a location, for words or values outside of the vocabulary.
    """
    return _checked(read(raw, WorldChange, "change"), "change")


def world_for_needs(needs: Mapping[str, int]) -> World:
    """Return the least world that offers `needs`: so many customers, attachments, companies, connections and so on.

    Raises CatalogueError for a need that no world has.
    """
    return read(dict(needs), _Needs, "needs").world()


class _Needs(Model, frozen=True, kw_only=True):
    companies: int = 1
    connections: int = 1
    customers: int = 1
    attachments: int = 0
    pushes: int = 0
    pulls: int = 0

    def world(self) -> World:
        """Return the world with just these."""
        return World(
            companies=self.companies,
            connections=self.connections,
            customers=max(self.customers, 1 if self.attachments else 0),
            attachments=self.attachments,
            pushes=self.pushes,
            pulls=self.pulls,
        )


def _checked(model: _M, what: str) -> _M:
    """Check what types cannot say."""
    for name in ("push", "sync"):
        plan: PushPlan | SyncPlan | None = getattr(model, name)
        if plan is not None:
            _check_duration(plan.takes, f"{what}.{name}.takes")
    for data_type in model.synced:
        if data_type not in ACCOUNTING_TYPES:
            message = f"`{data_type}` in `{what}.synced` is not an accounting data type"
            raise CatalogueError(message, hint=did_you_mean(data_type, ACCOUNTING_TYPES))
    if isinstance(model, World):
        _check_integrations(model)
        if model.now is not None:
            _check_start(model.now)
    return model


def _check_duration(text: str, place: str) -> None:
    try:
        parse_duration(text)
    except CatalogueError as error:
        message = f"`{place}`: {error.message}"
        raise CatalogueError(message, hint=error.hint) from None


def _check_start(text: str) -> None:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        message = f"`world.now` is not a moment: {text!r}"
        raise CatalogueError(message, hint="write it as 2026-01-15T09:30:00Z")


def _check_integrations(world: World) -> None:
    listed = world.connections if isinstance(world.connections, list) else []
    companies = world.companies if isinstance(world.companies, list) else []
    more = [one for company in companies if isinstance(company.connections, list) for one in company.connections]
    for name in (world.integration, *(spec.integration for spec in (*listed, *more))):
        if name is not None and name not in INTEGRATIONS:
            message = f"no integration is called `{name}`"
            raise CatalogueError(message, hint=did_you_mean(name, INTEGRATIONS))
