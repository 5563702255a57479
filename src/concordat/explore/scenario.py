"""A scenario: one call and the answer that it is given, whoever makes it. All that is explored is one of these."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from concordat.catalogue.model import ScriptedAnswer

__all__ = ["Scenario"]


class Scenario(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One call and its answer.

    `arguments` by wire name, plain JSON. `allowed`: they keep to the contract; a client may refuse those that do not,
    or send them as they are. `added` are JSON pointers of members of the answer that the contract does not know.
    `features` name what is special about the scenario (`argument pageSize: its maximum`, `answer status: 418`).
    """

    operation: str
    arguments: dict[str, Any]
    answer: ScriptedAnswer
    allowed: bool = True
    added: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> bytes:
        """Equal for equal calls with equal answers."""
        return msgspec.json.encode((self.operation, self.arguments, self.answer), order="sorted")
