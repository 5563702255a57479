"""The strategies of one operation: its arguments and answer, and the generation modes that draw scenarios from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import strategies as st

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.scenario import BROKEN_BODIES, REFUSAL_BODIES, AnswerBody, Scenario
from concordat.explore.value_corpus import FREE_TEXT, PLAIN, Candidate
from concordat.explore.value_generator import ABSENT, ArrayNode, ScalarNode, ValueGenerator, plain_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Operation
    from concordat.explore.value_generator import Node, SchemaCompiler

    Draw: TypeAlias = Callable[[SearchStrategy[Any]], Any]

__all__ = ["GENERATION_MODES", "Argument", "OperationStrategy", "accept_same_values"]

_JSON: Final = "application/json"
_SUCCESSES: Final = range(200, 300)
_MAX_WEIGHT: Final = 40
_MAX_SCALARS: Final = 16
_MAX_DEPTH: Final = 3
_UNLISTED_STATUSES: Final = (405, 408, 410, 412, 413, 415, 418, 422, 423, 451, 501, 502, 504, 507, 511, 599, 300, 304)
"""Statuses that contracts seldom list (RFC 9110, 15). 418 is reserved there; 599 is an unregistered one."""
_OTHER_SUCCESS: Final = st.sampled_from((Candidate(201, "201"), Candidate(202, "202"), Candidate(203, "203")))
"""A client treats an unlisted success as a 200 (RFC 9110, 15)."""
_INCLUDED: Final = st.sampled_from((True, True, True, True, False))
_RARELY: Final = st.sampled_from((False, False, True))
_BROKEN_BODY: Final = st.sampled_from(BROKEN_BODIES)
_REFUSAL_BODY: Final = st.sampled_from(REFUSAL_BODIES)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an operation.

    `choice` is the strategy of ABSENT and the values, None for an argument that is not a scalar. `segment` marks a path
    parameter.
    """

    name: str
    node: Node
    required: bool
    segment: bool
    choice: SearchStrategy[Candidate] | None


class OperationStrategy:
    """The strategies of one operation.

    `body` is the node of its JSON answer, None where it has none. `refusals` is the strategy of other statuses.
    """

    def __init__(self, operation: Operation, compiler: SchemaCompiler) -> None:
        self.operation = operation
        self.arguments: list[Argument] = []
        for one in operation.parameters:
            segment = one.location == "path"
            node = compiler.node(one.schema, one.name, segment=segment)
            self.arguments.append(_argument(one.name, node, required=one.required, segment=segment))
        if operation.body is not None:
            node = compiler.at(operation.body.pointer, "body")
            self.arguments.append(_argument("body", node, required=operation.body.required))
        listed = [int(status) for status in operation.responses if status.isdigit()]
        self.status = next((status for status in listed if status in _SUCCESSES), 200)
        success = operation.responses.get(str(self.status))
        content = {} if success is None else success.content
        self.media = next(iter(content), None)
        pointer = content[self.media] if self.media else None
        self.body: Node | None = compiler.at(pointer, "answer") if pointer and self.media == _JSON else None
        self.plain_body = None if self.body is None else plain_value(self.body)
        refusals = sorted(status for status in listed if status not in _SUCCESSES)
        statuses = (*refusals, *[status for status in _UNLISTED_STATUSES if status not in refusals])
        self.refusals = st.sampled_from([Candidate(status, str(status)) for status in statuses])

    @property
    def required(self) -> int:
        """The number of required arguments."""
        return sum(argument.required for argument in self.arguments)

    def plain_arguments(self) -> dict[str, Any]:
        """Return the required arguments, each with its plainest value."""
        return {one.name: plain_value(one.node) for one in self.arguments if one.required}

    def plain_answer(self) -> ScriptedAnswer:
        """Return the plainest success."""
        if self.body is not None:
            return ScriptedAnswer(status=self.status, json=self.plain_body)
        if self.media is None:
            return ScriptedAnswer(status=self.status)
        return ScriptedAnswer(status=self.status, content_type=self.media, base64="aGk=")

    def weights(self) -> dict[str, int]:
        """Return the frequency of each generation mode; it grows with the number of values that the mode varies."""
        scalars = sum(_scalars(one.node) for one in self.arguments)
        texts = sum(isinstance(one.node, ScalarNode) and FREE_TEXT in one.node.candidates for one in self.arguments)
        return {
            "arguments": min(2 * scalars + 4 * texts, _MAX_WEIGHT),
            "success": 0 if self.body is None else 6,
            "refusal": 6,
            "evolution": 0 if self.body is None else 5,
            "invalid-argument": min(scalars, 5),
        }


def _argument(name: str, node: Node, *, required: bool, segment: bool = False) -> Argument:
    choice = None
    if isinstance(node, ScalarNode):
        values = [candidate for candidate in node.candidates for _ in range(candidate.weight)]
        choice = st.sampled_from(values if required else [ABSENT] * max(1, len(values) // 2) + values)
    return Argument(name, node, required, segment, choice)


def _scalars(node: Node, depth: int = 0) -> int:
    """Return the largest number of scalars in a value, up to a bound."""
    if isinstance(node, ScalarNode):
        return 1
    if depth >= _MAX_DEPTH:
        return 0
    below = [node.item] if isinstance(node, ArrayNode) else [member.node for member in node.members]
    return min(sum(_scalars(one, depth + 1) for one in below) or 1, _MAX_SCALARS)


def accept_same_values(one: Node, other: Node) -> bool:
    """Whether two nodes are one named schema, or scalars of one name with the same values."""
    if isinstance(one, ScalarNode) and isinstance(other, ScalarNode):
        return one.site == other.site and one.candidates == other.candidates
    return one is other


def _vary_arguments(strategy: OperationStrategy, draw: Draw) -> Scenario:
    generator = ValueGenerator(draw)
    arguments: dict[str, Any] = {}
    for one in strategy.arguments:
        if one.choice is None:
            if one.required or draw(_INCLUDED):
                generator.note(one.name, PLAIN)
                arguments[one.name] = generator.value(one.node)
            continue
        candidate = draw(one.choice)
        if candidate is not ABSENT:
            arguments[one.name] = generator.candidate(candidate, one.name, segment=one.segment)
            if one.required and candidate.label == PLAIN:
                generator.features.discard(one.name)
    return _call_scenario(strategy, arguments, generator)


def _vary_success(strategy: OperationStrategy, draw: Draw) -> Scenario:
    assert strategy.body is not None
    generator = ValueGenerator(draw)
    body = generator.value(strategy.body)
    status = strategy.status
    if draw(_RARELY):
        other = draw(_OTHER_SUCCESS)
        generator.note("status", other.label)
        status = other.value
    return _answer_scenario(strategy, ScriptedAnswer(status=status, json=body), generator)


def _vary_refusal(strategy: OperationStrategy, draw: Draw) -> Scenario:
    generator = ValueGenerator(draw)
    broken = strategy.body is not None and draw(_RARELY)
    status = Candidate(strategy.status) if broken else draw(strategy.refusals)
    body: AnswerBody = draw(_BROKEN_BODY if broken else _REFUSAL_BODY)
    generator.note("status", status.label)
    generator.note("body", body.label)
    return _answer_scenario(strategy, body.answer(status.value), generator)


def _evolve_answer(strategy: OperationStrategy, draw: Draw) -> Scenario:
    assert strategy.body is not None
    generator = ValueGenerator(draw, evolved=True)
    answer = ScriptedAnswer(status=strategy.status, json=generator.value(strategy.body))
    return _answer_scenario(strategy, answer, generator)


def _break_argument(strategy: OperationStrategy, draw: Draw) -> Scenario:
    generator = ValueGenerator(draw, invalid=True)
    arguments = strategy.plain_arguments()
    breakable = [one for one in strategy.arguments if not isinstance(one.node, ScalarNode) or one.node.invalid]
    if not breakable:
        return _call_scenario(strategy, arguments, generator)
    one = draw(st.sampled_from(breakable))
    if not isinstance(one.node, ScalarNode):
        arguments[one.name] = generator.value(one.node)
        generator.note(one.name, PLAIN)
        allowed = not generator.violated
    else:
        candidate = draw(st.sampled_from([ABSENT, *[each for each in one.node.invalid if each.value is not None]]))
        allowed = candidate is ABSENT
        if candidate is not ABSENT:
            arguments[one.name] = candidate.value
            generator.note(one.name, candidate.label)
    return _call_scenario(strategy, arguments, generator, allowed=allowed)


GENERATION_MODES: Final[dict[str, Callable[[OperationStrategy, Draw], Scenario]]] = {
    "arguments": _vary_arguments,
    "success": _vary_success,
    "refusal": _vary_refusal,
    "evolution": _evolve_answer,
    "invalid-argument": _break_argument,
}
"""Each mode varies one side of a scenario and keeps the other plain. Their order determines a seed's scenarios."""


def _call_scenario(
    strategy: OperationStrategy, arguments: dict[str, Any], generator: ValueGenerator, *, allowed: bool = True
) -> Scenario:
    return Scenario(
        operation=strategy.operation.name,
        arguments=arguments,
        answer=strategy.plain_answer(),
        allowed=allowed,
        added=generator.added,
        features=frozenset([f"argument {feature}" for feature in generator.features]),
    )


def _answer_scenario(strategy: OperationStrategy, answer: ScriptedAnswer, generator: ValueGenerator) -> Scenario:
    return Scenario(
        operation=strategy.operation.name,
        arguments=strategy.plain_arguments(),
        answer=answer,
        added=generator.added,
        features=frozenset([f"answer {feature}" for feature in generator.features]),
    )
