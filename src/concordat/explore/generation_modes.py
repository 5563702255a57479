"""The modes of drawing a scenario: ask, read, evolve, refuse, overstep. Each varies one side of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.nodes import ABSENT
from concordat.explore.operation_strategy import plain_answer
from concordat.explore.refusals import REFUSED_BODIES, SPOILT, SUCCESSES, Body
from concordat.explore.scenario import Scenario
from concordat.explore.value_corpus import PLAIN, Option
from concordat.explore.value_generator import ValueGenerator

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from concordat.explore.operation_strategy import OperationStrategy

__all__ = ["GENERATION_MODES"]

_BODY: Final = st.sampled_from((True, True, True, True, False))
_SUCCESS: Final = st.sampled_from(SUCCESSES)
_SPOILT: Final = st.sampled_from(SPOILT)
_REFUSED: Final = st.sampled_from(REFUSED_BODIES)
_ODD_ANSWERS: Final = st.sampled_from((False, False, True))


def _ask(strategy: OperationStrategy, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    generator = ValueGenerator(draw)
    arguments = _arguments(strategy, generator, draw)
    return _scenario(strategy, arguments, plain_answer(strategy), generator, "argument")


def _arguments(
    strategy: OperationStrategy, generator: ValueGenerator, draw: Callable[[SearchStrategy[Any]], Any]
) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for one in strategy.arguments:
        if one.choice is None:
            if one.required or draw(_BODY):
                generator.note(one.name, PLAIN)
                arguments[one.name] = generator.value(one.node)
            continue
        option = draw(one.choice)
        if option is not ABSENT:
            arguments[one.name] = generator.option(option, one.name, segment=one.segment)
            if one.required and option.label == PLAIN:
                generator.features.discard(one.name)
    return arguments


def _read(strategy: OperationStrategy, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    assert strategy.answered is not None
    generator = ValueGenerator(draw)
    body = generator.value(strategy.answered)
    success = Option(strategy.status)
    if draw(_ODD_ANSWERS):
        success = draw(_SUCCESS)
        generator.note("status", success.label)
    answer = ScriptedAnswer(status=success.value or strategy.status, json=body)
    return _scenario(strategy, strategy.plain_arguments(), answer, generator, "answer")


def _evolve(strategy: OperationStrategy, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    assert strategy.answered is not None
    generator = ValueGenerator(draw, evolved=True)
    body = generator.value(strategy.answered)
    answer = ScriptedAnswer(status=strategy.status, json=body)
    return _scenario(strategy, strategy.plain_arguments(), answer, generator, "answer")


def _refuse(strategy: OperationStrategy, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    generator = ValueGenerator(draw)
    spoilt = strategy.answered is not None and draw(_ODD_ANSWERS)
    status = Option(strategy.status) if spoilt else draw(strategy.refusals)
    body: Body = draw(_SPOILT if spoilt else _REFUSED)
    generator.note("status", status.label)
    generator.note("body", body.label)
    return _scenario(strategy, strategy.plain_arguments(), body.answer(status.value), generator, "answer")


def _overstep(strategy: OperationStrategy, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    generator = ValueGenerator(draw, broken=True)
    arguments = strategy.plain_arguments()
    broken = [one for one in strategy.arguments if one.choice is None or one.node.invalid]
    if not broken:
        return _scenario(strategy, arguments, plain_answer(strategy), generator, "argument")
    one = draw(st.sampled_from(broken))
    if one.choice is None:
        arguments[one.name] = generator.value(one.node)
        generator.note(one.name, PLAIN)
        allowed = not generator.broke
    else:
        option = draw(st.sampled_from([ABSENT, *[option for option in one.node.invalid if option.value is not None]]))
        allowed = option is ABSENT
        if option is not ABSENT:
            arguments[one.name] = option.value
            generator.note(one.name, option.label)
    return _scenario(strategy, arguments, plain_answer(strategy), generator, "argument", allowed=allowed)


GENERATION_MODES: Final[dict[str, Callable[..., Scenario]]] = {
    "ask": _ask,
    "read": _read,
    "refuse": _refuse,
    "evolve": _evolve,
    "overstep": _overstep,
}


def _scenario(
    strategy: OperationStrategy,
    arguments: dict[str, Any],
    answer: ScriptedAnswer,
    generator: ValueGenerator,
    side: str,
    *,
    allowed: bool = True,
) -> Scenario:
    return Scenario(
        operation=strategy.operation.name,
        arguments=arguments,
        answer=answer,
        allowed=allowed,
        added=generator.added,
        features=frozenset([f"{side} {feature}" for feature in generator.features]),
    )
