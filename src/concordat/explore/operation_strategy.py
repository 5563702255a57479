"""One operation, ready to be drawn: its arguments with their values, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from hypothesis import strategies as st

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.nodes import ABSENT, Compiler, Items, Leaf
from concordat.explore.refusals import ODD_STATUSES
from concordat.explore.value_corpus import FREE, Option
from concordat.explore.value_generator import plain_value

if TYPE_CHECKING:
    from concordat.contract import Operation
    from concordat.explore.nodes import Node

__all__ = ["Argument", "OperationStrategy", "plain_answer", "same"]

_JSON: Final = "application/json"
_OK: Final = range(200, 300)
_MOST_WEIGHT: Final = 40
_MOST_LEAVES: Final = 16
_MOST_DEEP: Final = 3


class Argument(msgspec.Struct, frozen=True):
    """One argument. `choice` draws whether and what; None for one that is no scalar. `segment`: of the path."""

    name: str
    node: Any
    required: bool
    segment: bool
    choice: Any


class OperationStrategy:
    """One operation. `answered` is the node of its JSON, None where it answers none; `refusals` draws a status."""

    def __init__(self, operation: Operation, compiler: Compiler) -> None:
        self.operation = operation
        self.arguments: list[Argument] = []
        for one in operation.parameters:
            segment = one.location == "path"
            node = compiler.node(one.schema, one.name, segment=segment)
            self.arguments.append(self._argument(one.name, node, one.required, segment))
        if operation.body is not None:
            node = compiler.at(operation.body.pointer, "body")
            self.arguments.append(self._argument("body", node, operation.body.required, segment=False))
        success = next((int(s) for s in operation.responses if s.isdigit() and int(s) in _OK), 200)
        content = operation.responses[str(success)].content if str(success) in operation.responses else {}
        self.status = success
        self.media = next(iter(content), None)
        pointer = content[self.media] if self.media else None
        self.answered: Node | None = compiler.at(pointer, "answer") if pointer and self.media == _JSON else None
        self.plain_body = None if self.answered is None else plain_value(self.answered)
        listed = sorted(int(status) for status in operation.responses if status.isdigit() and int(status) not in _OK)
        words = [Option(status, str(status)) for status in (*listed, *[s for s in ODD_STATUSES if s not in listed])]
        self.refusals = st.sampled_from(words)

    @staticmethod
    def _argument(name: str, node: Node, required: bool, segment: bool) -> Argument:  # noqa: FBT001 - private
        choice = None
        if isinstance(node, Leaf):
            there = [option for option in node.options for _ in range(option.weight)]
            choice = st.sampled_from(there if required else [ABSENT] * max(1, len(there) // 2) + there)
        return Argument(name, node, required, segment, choice)

    @property
    def required(self) -> int:
        """How many arguments it cannot do without."""
        return sum(argument.required for argument in self.arguments)

    def plain_arguments(self) -> dict[str, Any]:
        """Return the arguments that it cannot do without, each at its plainest."""
        return {one.name: plain_value(one.node) for one in self.arguments if one.required}

    def weights(self) -> dict[str, int]:
        """How often each mode is drawn: as often as there is something to be found in it."""
        scalars = sum(_leaves(one.node) for one in self.arguments)
        texts = sum(isinstance(one.node, Leaf) and FREE in one.node.options for one in self.arguments)
        return {
            "ask": min(2 * scalars + 4 * texts, _MOST_WEIGHT),
            "read": 0 if self.answered is None else 6,
            "refuse": 6,
            "evolve": 0 if self.answered is None else 5,
            "overstep": min(scalars, 5),
        }


def same(one: Node, other: Node) -> bool:
    """Whether two places take the same: one schema of a name, or scalars of one name with the same values."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        return one.site == other.site and one.options == other.options
    return one is other


def _leaves(node: Node, depth: int = 0) -> int:
    """Return how many scalars a value has at most, up to a bound."""
    if isinstance(node, Leaf):
        return 1
    if depth >= _MOST_DEEP:
        return 0
    below = [node.item] if isinstance(node, Items) else [member.node for member in node.members]
    return min(sum(_leaves(one, depth + 1) for one in below) or 1, _MOST_LEAVES)


def plain_answer(strategy: OperationStrategy) -> ScriptedAnswer:
    """Return the plainest success of an operation."""
    if strategy.answered is not None:
        return ScriptedAnswer(status=strategy.status, json=strategy.plain_body)
    return _without_json(strategy, "aGk=")


def _without_json(strategy: OperationStrategy, content: str) -> ScriptedAnswer:
    if strategy.media is None:
        return ScriptedAnswer(status=strategy.status)
    return ScriptedAnswer(status=strategy.status, content_type=strategy.media, base64=content)
