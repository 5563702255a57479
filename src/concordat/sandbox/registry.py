"""The plug-ins of the sandbox by contract, and the functions that need no more than the right plug-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.sandbox.codat.plugin import CODAT
from concordat.sandbox.core.server import Sandbox, implemented_operations
from concordat.sandbox.core.world_pages import MEMORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.catalogue.model import Fault
    from concordat.contract import Contract
    from concordat.sandbox.core.list_rules import ListRules
    from concordat.sandbox.core.plugin import AnyPlugin
    from concordat.sandbox.core.world import World, WorldChange
    from concordat.values import JsonObject

__all__ = [
    "APIS",
    "implements",
    "list_rules_of",
    "open_sandbox",
    "parse_change",
    "parse_world",
    "plugin_of",
    "world_for_needs",
]

_DEFAULT: AnyPlugin = CODAT
"""The plug-in of a contract that has none of its own: cases of such a contract script their answers, and take their
world, credential and names from here."""
_PLUGINS: Mapping[str, AnyPlugin] = dict.fromkeys(CODAT.contracts, CODAT)
APIS = frozenset(_PLUGINS)
"""The contracts that have a plug-in."""


def plugin_of(api: str | None) -> AnyPlugin:
    """Return the plug-in of a contract; the default one for None and for a contract without a plug-in."""
    return _DEFAULT if api is None else _PLUGINS.get(api, _DEFAULT)


def implements(api: str, operation: str) -> bool:
    """Return whether the sandbox implements an operation of a contract; other operations need a scripted answer."""
    return operation in implemented_operations(plugin_of(api), api)


def list_rules_of(api: str) -> ListRules | None:
    """Return the rules of an API's list operations, None for a contract without a plug-in or rules."""
    return _PLUGINS[api].list_rules if api in _PLUGINS else None


def open_sandbox(
    contract: Contract,
    world: World,
    faults: Sequence[Fault] = (),
    *,
    base_url: str = "",
    database: str = MEMORY,
) -> Sandbox:
    """Return a sandbox of a contract in a world that its plug-in parsed. Raises as `Sandbox` does."""
    return Sandbox(plugin_of(contract.name), contract, world, faults, base_url=base_url, database=database)


def parse_world(raw: JsonObject | None, api: str | None = None) -> World:
    """Return the world that a case of `api` writes; None is the default world.

    Raises CatalogueError, without a location, for unknown keys and invalid values.
    """
    world: World = plugin_of(api).parse_world(raw)
    return world


def parse_change(raw: JsonObject, api: str | None = None) -> WorldChange:
    """Return the change that a step of a case of `api` writes. Raises CatalogueError as `parse_world` does."""
    change: WorldChange = plugin_of(api).parse_change(raw)
    return change


def world_for_needs(needs: Mapping[str, Any], api: str | None = None) -> World:
    """Return the world that offers what `needs` names. Raises CatalogueError for an unknown need."""
    world: World = plugin_of(api).world_for_needs(needs)
    return world
