"""A scenario: one call and the answer that it is given, whoever makes it. All that is explored is one of these."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec
from hypothesis import strategies as st

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.drawing import Drawing, plain_value
from concordat.explore.nodes import ABSENT, Compiler, Items, Leaf
from concordat.explore.pools import FREE, PLAIN, Option
from concordat.explore.refusals import ODD_STATUSES, REFUSED_BODIES, SPOILT, SUCCESSES, Body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Contract, Operation
    from concordat.explore.nodes import Node

__all__ = ["Atlas", "Scenario"]

_JSON: Final = "application/json"
_OK: Final = range(200, 300)
_MOST_WEIGHT: Final = 40
_MOST_LEAVES: Final = 16
_MOST_DEEP: Final = 3


class Scenario(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One call and its answer.

    `arguments` by wire name, plain JSON. `allowed`: they keep to the contract; a client may refuse those that do not,
    or send them as they are. `added` are JSON pointers of members of the answer that the contract does not know.
    `traits` name what is special about the scenario (`argument pageSize: its maximum`, `answer status: 418`).
    """

    operation: str
    arguments: dict[str, Any]
    answer: ScriptedAnswer
    allowed: bool = True
    added: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> bytes:
        """Equal for equal calls with equal answers."""
        return msgspec.json.encode((self.operation, self.arguments, self.answer), order="sorted")


class _Argument(msgspec.Struct, frozen=True):
    name: str
    node: Any
    required: bool
    segment: bool
    choice: Any
    """None for one that is not a scalar."""


class _Sketch:
    """One operation, ready to be drawn."""

    def __init__(self, operation: Operation, compiler: Compiler) -> None:
        self.operation = operation
        self.arguments: list[_Argument] = []
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
    def _argument(name: str, node: Node, required: bool, segment: bool) -> _Argument:  # noqa: FBT001 - private
        choice = None
        if isinstance(node, Leaf):
            there = [option for option in node.options for _ in range(option.weight)]
            choice = st.sampled_from(there if required else [ABSENT] * max(1, len(there) // 2) + there)
        return _Argument(name, node, required, segment, choice)

    @property
    def required(self) -> int:
        return sum(argument.required for argument in self.arguments)

    def plain_arguments(self) -> dict[str, Any]:
        return {one.name: plain_value(one.node) for one in self.arguments if one.required}

    def weights(self) -> dict[str, int]:
        """How often each manner is drawn: as often as there is something to be found in it."""
        scalars = sum(_leaves(one.node) for one in self.arguments)
        texts = sum(isinstance(one.node, Leaf) and FREE in one.node.options for one in self.arguments)
        return {
            "ask": min(2 * scalars + 4 * texts, _MOST_WEIGHT),
            "read": 0 if self.answered is None else 6,
            "refuse": 6,
            "evolve": 0 if self.answered is None else 5,
            "overstep": min(scalars, 5),
        }


def _same(one: Node, other: Node) -> bool:
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


_BODY: Final = st.sampled_from((True, True, True, True, False))
_SUCCESS: Final = st.sampled_from(SUCCESSES)
_SPOILT: Final = st.sampled_from(SPOILT)
_REFUSED: Final = st.sampled_from(REFUSED_BODIES)
_ODD_ANSWERS: Final = st.sampled_from((False, False, True))
_BYTES: Final = st.sampled_from(
    (Option("aGk="), Option("", "empty"), Option("AP/+iQ==", "bytes"), Option("eyJhIjoxfQ==", "JSON"))
)


class Atlas:
    """What can be drawn of one contract: `scenarios` is the strategy of everything."""

    def __init__(self, contract: Contract, operations: Iterable[str]) -> None:
        self.contract = contract
        compiler = Compiler(contract)
        sketches = [_Sketch(contract.operations[name], compiler) for name in operations]
        # whatever is found in several operations shrinks to the first: the one that takes the least
        sketches.sort(key=lambda sketch: (sketch.required, len(sketch.arguments), sketch.operation.name))
        self.sketches: Mapping[str, _Sketch] = {sketch.operation.name: sketch for sketch in sketches}
        plans = [
            (sketch, manner) for manner in _MANNERS for sketch in sketches for _ in range(sketch.weights()[manner])
        ]
        self._plans = st.sampled_from(plans)
        self.scenarios: SearchStrategy[Scenario] = st.composite(self._scenario)()

    def plainest(self, operation: str) -> Scenario:
        """Return the scenario of an operation that everything shrinks to."""
        sketch = self.sketches[operation]
        answer = ScriptedAnswer(status=sketch.status, json=sketch.plain_body) if sketch.answered else None
        return Scenario(
            operation=operation,
            arguments=sketch.plain_arguments(),
            answer=answer or _without_json(sketch, "aGk="),
        )

    def elsewhere(self, scenario: Scenario) -> Iterator[Scenario]:
        """Yield the scenario as a call of each operation that takes less and has the arguments that matter."""
        own = self.sketches[scenario.operation]
        plain = own.plain_arguments()
        nodes = {one.name: one.node for one in own.arguments}
        moved = {name: value for name, value in scenario.arguments.items() if plain.get(name, own) != value}
        for sketch in self.sketches.values():
            if sketch is own:
                return
            there = {one.name: one.node for one in sketch.arguments}
            alike = sketch.status == own.status and sketch.media == own.media and scenario.answer.json == own.plain_body
            if alike and all(name in there and _same(there[name], nodes[name]) for name in moved):
                yield msgspec.structs.replace(
                    scenario,
                    operation=sketch.operation.name,
                    arguments={**sketch.plain_arguments(), **moved},
                    answer=_plain_answer(sketch),
                )

    def _scenario(self, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
        sketch, manner = draw(self._plans)
        return _MANNERS[manner](sketch, draw)


def _ask(sketch: _Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    drawing = Drawing(draw)
    arguments = _arguments(sketch, drawing, draw)
    return _scenario(sketch, arguments, _plain_answer(sketch), drawing, "argument")


def _arguments(sketch: _Sketch, drawing: Drawing, draw: Callable[[SearchStrategy[Any]], Any]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for one in sketch.arguments:
        if one.choice is None:
            if one.required or draw(_BODY):
                drawing.note(one.name, PLAIN)
                arguments[one.name] = drawing.value(one.node)
            continue
        option = draw(one.choice)
        if option is not ABSENT:
            arguments[one.name] = drawing.option(option, one.name, segment=one.segment)
            if one.required and option.label == PLAIN:
                drawing.traits.discard(one.name)
    return arguments


def _read(sketch: _Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    assert sketch.answered is not None
    drawing = Drawing(draw)
    body = drawing.value(sketch.answered)
    success = Option(sketch.status)
    if draw(_ODD_ANSWERS):
        success = draw(_SUCCESS)
        drawing.note("status", success.label)
    answer = ScriptedAnswer(status=success.value or sketch.status, json=body)
    return _scenario(sketch, sketch.plain_arguments(), answer, drawing, "answer")


def _evolve(sketch: _Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    assert sketch.answered is not None
    drawing = Drawing(draw, evolved=True)
    body = drawing.value(sketch.answered)
    answer = ScriptedAnswer(status=sketch.status, json=body)
    return _scenario(sketch, sketch.plain_arguments(), answer, drawing, "answer")


def _refuse(sketch: _Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    drawing = Drawing(draw)
    spoilt = sketch.answered is not None and draw(_ODD_ANSWERS)
    status = Option(sketch.status) if spoilt else draw(sketch.refusals)
    body: Body = draw(_SPOILT if spoilt else _REFUSED)
    drawing.note("status", status.label)
    drawing.note("body", body.label)
    return _scenario(sketch, sketch.plain_arguments(), body.answer(status.value), drawing, "answer")


def _overstep(sketch: _Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    drawing = Drawing(draw, broken=True)
    arguments = sketch.plain_arguments()
    broken = [one for one in sketch.arguments if one.choice is None or one.node.invalid]
    if not broken:
        return _scenario(sketch, arguments, _plain_answer(sketch), drawing, "argument")
    one = draw(st.sampled_from(broken))
    if one.choice is None:
        arguments[one.name] = drawing.value(one.node)
        drawing.note(one.name, PLAIN)
        allowed = not drawing.broke
    else:
        option = draw(st.sampled_from([ABSENT, *[option for option in one.node.invalid if option.value is not None]]))
        allowed = option is ABSENT
        if option is not ABSENT:
            arguments[one.name] = option.value
            drawing.note(one.name, option.label)
    return _scenario(sketch, arguments, _plain_answer(sketch), drawing, "argument", allowed=allowed)


_MANNERS: Final[dict[str, Callable[..., Scenario]]] = {
    "ask": _ask,
    "read": _read,
    "refuse": _refuse,
    "evolve": _evolve,
    "overstep": _overstep,
}


def _plain_answer(sketch: _Sketch) -> ScriptedAnswer:
    if sketch.answered is not None:
        return ScriptedAnswer(status=sketch.status, json=sketch.plain_body)
    return _without_json(sketch, "aGk=")


def _without_json(sketch: _Sketch, content: str) -> ScriptedAnswer:
    if sketch.media is None:
        return ScriptedAnswer(status=sketch.status)
    return ScriptedAnswer(status=sketch.status, content_type=sketch.media, base64=content)


def _scenario(
    sketch: _Sketch,
    arguments: dict[str, Any],
    answer: ScriptedAnswer,
    drawing: Drawing,
    side: str,
    *,
    allowed: bool = True,
) -> Scenario:
    return Scenario(
        operation=sketch.operation.name,
        arguments=arguments,
        answer=answer,
        allowed=allowed,
        added=drawing.added,
        traits=frozenset([f"{side} {trait}" for trait in drawing.traits]),
    )
