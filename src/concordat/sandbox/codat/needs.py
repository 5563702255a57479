"""The `needs` of a case: the least that any endpoint of the APIs must offer, and the world that offers just that.

    companies: 1                 companies that the credential may read
    connections: 1               linked connections of `$company`
    customers: 3                 readable customers of `$company`
    attachments: 0               attachments of `$customer`
    pushes: 0, pulls: 0          earlier writes and refreshes of `$company`
    integration: xero            `$connection` belongs to this software, a key of `integrations.INTEGRATIONS`
    offline: true                `$connection` belongs to software that may be off, so that writes stay pending
    synced: [customers]          data types of `$company` that were read before
    fields: [emailAddress]       fields that are set, and not empty, in `$customer`

The sandbox has the numbers that `needs` names, and otherwise its default world. A live endpoint may have more, and need
not have what a case does not name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.errors import CatalogueError, did_you_mean
from concordat.sandbox.codat.integrations import ACCOUNTING_TYPES, INTEGRATIONS
from concordat.sandbox.codat.samples import sample_customer
from concordat.sandbox.codat.world import CodatWorld
from concordat.sandbox.codat.world_parts import Count, PushPlan
from concordat.sandbox.core.model import Model, read_model

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Needs", "parse_needs", "said_by_needs"]

_CUSTOMERS = 3
"""The customers of the default world."""
_COUNTED = ("companies", "connections", "customers", "attachments", "pushes", "pulls")
_SAMPLES = 24
"""Samples to look at for one with certain fields; their shapes repeat earlier."""


class Needs(Model, frozen=True, kw_only=True):
    """The content of `needs`; the module explains the keys."""

    companies: Count = 1
    connections: Count = 1
    customers: Count = _CUSTOMERS
    attachments: Count = 0
    pushes: Count = 0
    pulls: Count = 0
    integration: str | None = None
    offline: bool = False
    synced: list[str] = msgspec.field(default_factory=list)
    fields: list[str] = msgspec.field(default_factory=list)

    def world(self) -> CodatWorld:
        """Return the world that meets the needs. Raises CatalogueError where no sample customer has the fields."""
        count = max(self.customers, 1 if self.attachments or self.fields else 0)
        integration = self.integration or ("qbd" if self.offline else "xero")
        return CodatWorld(
            integration=integration,
            companies=self.companies,
            connections=self.connections,
            customers=_samples_with(self.fields, count) if self.fields else count,
            attachments=self.attachments,
            synced=self.synced or ["customers"],
            pushes=self.pushes,
            pulls=self.pulls,
            push=PushPlan(offline="pending-forever") if self.offline else PushPlan(),
        )


def parse_needs(raw: Mapping[str, Any]) -> Needs:
    """Return the needs that a case writes.

    Raises CatalogueError, without a location, for words or values outside of the vocabulary.
    """
    needs = read_model(dict(raw), Needs, "needs")
    if needs.integration is not None and needs.integration not in INTEGRATIONS:
        message = f"no integration is called `{needs.integration}`"
        raise CatalogueError(message, hint=did_you_mean(needs.integration, INTEGRATIONS))
    if needs.offline and needs.integration is not None and not INTEGRATIONS[needs.integration].offline:
        known = ", ".join(name for name, one in INTEGRATIONS.items() if one.offline)
        message = f"`{needs.integration}` is never offline"
        raise CatalogueError(message, hint=f"leave out `offline`, or name one of {known}")
    for data_type in needs.synced:
        if data_type not in ACCOUNTING_TYPES:
            message = f"`{data_type}` in `needs.synced` is not an accounting data type"
            raise CatalogueError(message, hint=did_you_mean(data_type, ACCOUNTING_TYPES))
    return needs


def said_by_needs(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the `needs` that say the same as a world, None for a world that says more.

    A world says more with a word that `needs` lacks, with records instead of a number, with a number of 0, and with
    `exact`.
    """
    said: dict[str, Any] = {}
    for name, value in raw.items():
        counted = name in _COUNTED and type(value) is int and value > 0
        if not counted and not (name == "integration" and isinstance(value, str)):
            return None
        said[name] = value
    return said


def _samples_with(fields: list[str], count: int) -> list[dict[str, Any]]:
    """Return samples of which the first has every field. Raises CatalogueError without such a sample."""
    samples = [sample_customer(number) for number in range(1, max(count, _SAMPLES) + 1)]
    first = next((one for one in samples if all(one.get(name) for name in fields)), None)
    if first is None:
        message = f"no sample customer has {' and '.join(f'`{name}`' for name in fields)}"
        raise CatalogueError(message, hint="write the record itself under `world.customers`")
    return [first, *(one for one in samples if one is not first)][:count]
