"""How much a world asks for, counted before any of it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.attachments import Kind, size_of
from concordat.sandbox.world_parts import CompanySpec

if TYPE_CHECKING:
    from concordat.sandbox.world import World

__all__ = ["content_of_world", "records_of_world"]


def records_of_world(world: World) -> int:
    """Return how many records a world asks for, by arithmetic.

    Counted are companies, connections, customers, attachments, pushes and pulls, and the refreshes of `synced` for each
    connection. Not counted is what every world has: one company, its connection, and one refresh of each data type.
    """
    companies, connections, customers = _of_companies(world)
    refreshes = connections * len(world.synced) - len(set(world.synced))
    attachments = _count(world.attachments)
    counts = (companies - 1, connections - 1, customers, attachments, world.pushes, world.pulls, refreshes)
    return sum(max(0, count) for count in counts)


def content_of_world(world: World) -> int:
    """Return how many bytes a world has generated as the contents of its attachments."""
    if isinstance(world.attachments, int):
        kinds = list(Kind)  # they take turns
        rounds = max(0, world.attachments) // len(kinds) + 1
        return rounds * sum(size_of(kind) for kind in kinds)
    generated = [one for one in world.attachments if one.text is None and one.base64 is None]
    return sum(size_of(one.kind, one.size) for one in generated)


def _of_companies(world: World) -> tuple[int, int, int]:
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
    return max(0, wanted) if isinstance(wanted, int) else len(wanted)
