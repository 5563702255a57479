"""The manners of drawing a scenario: ask, read, evolve, refuse, overstep. Each varies one side of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.nodes import ABSENT
from concordat.explore.operation_strategy import plain_answer
from concordat.explore.refusals import REFUSED_BODIES, SPOILT, SUCCESSES, Body
from concordat.explore.scenario import Scenario
from concordat.explore.value_corpus import PLAIN, Option
from concordat.explore.value_generator import Drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from concordat.explore.operation_strategy import Sketch

__all__ = ["MANNERS"]

_BODY: Final = st.sampled_from((True, True, True, True, False))
_SUCCESS: Final = st.sampled_from(SUCCESSES)
_SPOILT: Final = st.sampled_from(SPOILT)
_REFUSED: Final = st.sampled_from(REFUSED_BODIES)
_ODD_ANSWERS: Final = st.sampled_from((False, False, True))


def _ask(sketch: Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    drawing = Drawing(draw)
    arguments = _arguments(sketch, drawing, draw)
    return _scenario(sketch, arguments, plain_answer(sketch), drawing, "argument")


def _arguments(sketch: Sketch, drawing: Drawing, draw: Callable[[SearchStrategy[Any]], Any]) -> dict[str, Any]:
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


def _read(sketch: Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    assert sketch.answered is not None
    drawing = Drawing(draw)
    body = drawing.value(sketch.answered)
    success = Option(sketch.status)
    if draw(_ODD_ANSWERS):
        success = draw(_SUCCESS)
        drawing.note("status", success.label)
    answer = ScriptedAnswer(status=success.value or sketch.status, json=body)
    return _scenario(sketch, sketch.plain_arguments(), answer, drawing, "answer")


def _evolve(sketch: Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    assert sketch.answered is not None
    drawing = Drawing(draw, evolved=True)
    body = drawing.value(sketch.answered)
    answer = ScriptedAnswer(status=sketch.status, json=body)
    return _scenario(sketch, sketch.plain_arguments(), answer, drawing, "answer")


def _refuse(sketch: Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    drawing = Drawing(draw)
    spoilt = sketch.answered is not None and draw(_ODD_ANSWERS)
    status = Option(sketch.status) if spoilt else draw(sketch.refusals)
    body: Body = draw(_SPOILT if spoilt else _REFUSED)
    drawing.note("status", status.label)
    drawing.note("body", body.label)
    return _scenario(sketch, sketch.plain_arguments(), body.answer(status.value), drawing, "answer")


def _overstep(sketch: Sketch, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
    drawing = Drawing(draw, broken=True)
    arguments = sketch.plain_arguments()
    broken = [one for one in sketch.arguments if one.choice is None or one.node.invalid]
    if not broken:
        return _scenario(sketch, arguments, plain_answer(sketch), drawing, "argument")
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
    return _scenario(sketch, arguments, plain_answer(sketch), drawing, "argument", allowed=allowed)


MANNERS: Final[dict[str, Callable[..., Scenario]]] = {
    "ask": _ask,
    "read": _read,
    "refuse": _refuse,
    "evolve": _evolve,
    "overstep": _overstep,
}


def _scenario(
    sketch: Sketch,
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
