"""The sandbox: an embedded, stateful server of an API's operations, with a clock and faults that cases command.

`core/` serves any API through the interface in `core/plugin.py`. `codat/` is the plug-in of the built-in APIs.
"""

from concordat.sandbox.core.list_rules import ListRules
from concordat.sandbox.core.server import Sandbox
from concordat.sandbox.core.stock import ChosenMissing, Stock, UnmetNeed
from concordat.sandbox.core.world import World
from concordat.sandbox.registry import (
    APIS,
    implements,
    list_rules_of,
    open_sandbox,
    parse_change,
    parse_world,
    plugin_of,
    world_for_needs,
)

__all__ = [
    "APIS",
    "ChosenMissing",
    "ListRules",
    "Sandbox",
    "Stock",
    "UnmetNeed",
    "World",
    "implements",
    "list_rules_of",
    "open_sandbox",
    "parse_change",
    "parse_world",
    "plugin_of",
    "world_for_needs",
]
