"""The database of a world: made once per process, then copied."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from concordat.sandbox.core.context import SandboxContext
from concordat.sandbox.core.state import State

if TYPE_CHECKING:
    from concordat.sandbox.core.plugin import AnyPlugin
    from concordat.sandbox.core.world import World
    from concordat.values import Json

__all__ = ["MEMORY", "open_world"]

MEMORY = ":memory:"
_MOST_KEPT = 128
_MOST_PAGES = 16 * 1024 * 1024
"""Bytes of the largest database that is kept; worlds of many records would fill the memory."""
_kept: OrderedDict[tuple[str, bytes], tuple[bytes, dict[str, Json]]] = OrderedDict()
"""By plug-in and world, the least recently used first."""


def open_world(plugin: AnyPlugin, world: World, path: str = MEMORY) -> tuple[State, dict[str, Json]]:
    """Return a state that holds the world, and its bindings. A file that already holds a state is left as it is.

    Raises CatalogueError for a world that cannot be made, such as one with an id twice.
    """
    if path != MEMORY:
        state = State(plugin.schema, path)
        if state.fresh:
            _seed(plugin, world, state)
        return state, plugin.bindings(state)
    key = (plugin.name, msgspec.json.encode(world))
    kept = _kept.get(key)
    if kept is not None:
        _kept.move_to_end(key)
        return State(plugin.schema, pages=kept[0]), dict(kept[1])
    state = State(plugin.schema)
    _seed(plugin, world, state)
    bindings = plugin.bindings(state)
    if state.size() <= _MOST_PAGES:
        _kept[key] = (state.pages(), bindings)
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return state, dict(bindings)


def _seed(plugin: AnyPlugin, world: World, state: State) -> None:
    context = SandboxContext.of(world, state)
    with state.together():
        plugin.seed(world, context)
        state.note("now", context.clock.now().isoformat())
