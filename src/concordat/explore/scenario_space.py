"""What can be drawn of one contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import strategies as st

from concordat.explore.generation_modes import MANNERS
from concordat.explore.nodes import Compiler
from concordat.explore.operation_strategy import Sketch, plain_answer, same
from concordat.explore.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Contract

__all__ = ["Atlas"]


class Atlas:
    """What can be drawn of one contract: `scenarios` is the strategy of everything."""

    def __init__(self, contract: Contract, operations: Iterable[str]) -> None:
        self.contract = contract
        compiler = Compiler(contract)
        sketches = [Sketch(contract.operations[name], compiler) for name in operations]
        # whatever is found in several operations shrinks to the first: the one that takes the least
        sketches.sort(key=lambda sketch: (sketch.required, len(sketch.arguments), sketch.operation.name))
        self.sketches: Mapping[str, Sketch] = {sketch.operation.name: sketch for sketch in sketches}
        plans = [(sketch, manner) for manner in MANNERS for sketch in sketches for _ in range(sketch.weights()[manner])]
        self._plans = st.sampled_from(plans)
        self.scenarios: SearchStrategy[Scenario] = st.composite(self._scenario)()

    def plainest(self, operation: str) -> Scenario:
        """Return the scenario of an operation that everything shrinks to."""
        sketch = self.sketches[operation]
        return Scenario(operation=operation, arguments=sketch.plain_arguments(), answer=plain_answer(sketch))

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
            if alike and all(name in there and same(there[name], nodes[name]) for name in moved):
                yield msgspec.structs.replace(
                    scenario,
                    operation=sketch.operation.name,
                    arguments={**sketch.plain_arguments(), **moved},
                    answer=plain_answer(sketch),
                )

    def _scenario(self, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
        sketch, manner = draw(self._plans)
        return MANNERS[manner](sketch, draw)
