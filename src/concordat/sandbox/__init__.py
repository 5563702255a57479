"""The sandbox: an embedded, stateful server of the contracts' operations, with a clock and faults that cases command.

request -> Sandbox.answer -> faults -> gate (key, quota) -> contract -> idempotency -> handler -> state (SQLite)
"""

from concordat.sandbox.app import Sandbox, implements
from concordat.sandbox.handlers import APIS
from concordat.sandbox.world import World, parse_world, world_for_needs

__all__ = ["APIS", "Sandbox", "World", "implements", "parse_world", "world_for_needs"]
