"""What can be drawn of one contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import strategies as st

from concordat.explore.generation_modes import GENERATION_MODES
from concordat.explore.nodes import Compiler
from concordat.explore.operation_strategy import OperationStrategy, plain_answer, same
from concordat.explore.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Contract

__all__ = ["ScenarioSpace"]


class ScenarioSpace:
    """What can be drawn of one contract: `scenarios` is the strategy of everything."""

    def __init__(self, contract: Contract, operations: Iterable[str]) -> None:
        self.contract = contract
        compiler = Compiler(contract)
        strategies = [OperationStrategy(contract.operations[name], compiler) for name in operations]
        # whatever is found in several operations shrinks to the first: the one that takes the least
        strategies.sort(key=lambda strategy: (strategy.required, len(strategy.arguments), strategy.operation.name))
        self.strategies: Mapping[str, OperationStrategy] = {
            strategy.operation.name: strategy for strategy in strategies
        }
        plans = [
            (strategy, mode)
            for mode in GENERATION_MODES
            for strategy in strategies
            for _ in range(strategy.weights()[mode])
        ]
        self._plans = st.sampled_from(plans)
        self.scenarios: SearchStrategy[Scenario] = st.composite(self._scenario)()

    def plainest(self, operation: str) -> Scenario:
        """Return the scenario of an operation that everything shrinks to."""
        strategy = self.strategies[operation]
        return Scenario(operation=operation, arguments=strategy.plain_arguments(), answer=plain_answer(strategy))

    def elsewhere(self, scenario: Scenario) -> Iterator[Scenario]:
        """Yield the scenario as a call of each operation that takes less and has the arguments that matter."""
        own = self.strategies[scenario.operation]
        plain = own.plain_arguments()
        nodes = {one.name: one.node for one in own.arguments}
        moved = {name: value for name, value in scenario.arguments.items() if plain.get(name, own) != value}
        for strategy in self.strategies.values():
            if strategy is own:
                return
            there = {one.name: one.node for one in strategy.arguments}
            alike = (
                strategy.status == own.status and strategy.media == own.media and scenario.answer.json == own.plain_body
            )
            if alike and all(name in there and same(there[name], nodes[name]) for name in moved):
                yield msgspec.structs.replace(
                    scenario,
                    operation=strategy.operation.name,
                    arguments={**strategy.plain_arguments(), **moved},
                    answer=plain_answer(strategy),
                )

    def _scenario(self, draw: Callable[[SearchStrategy[Any]], Any]) -> Scenario:
        strategy, mode = draw(self._plans)
        return GENERATION_MODES[mode](strategy, draw)
