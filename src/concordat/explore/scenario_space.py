"""The scenario space: every scenario that can be drawn for one contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import strategies as st

from concordat.explore.operation_strategy import GENERATION_MODES, OperationStrategy, accept_same_values
from concordat.explore.scenario import Scenario
from concordat.explore.value_generator import SchemaCompiler

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Contract
    from concordat.explore.operation_strategy import Draw

__all__ = ["ScenarioSpace"]


class ScenarioSpace:
    """The scenarios of one contract's operations; `scenarios` is the strategy that draws them."""

    def __init__(self, contract: Contract, operations: Iterable[str]) -> None:
        compiler = SchemaCompiler(contract)
        strategies = [OperationStrategy(contract.operations[name], compiler) for name in operations]
        # a deviation that several operations share shrinks to the first, so the one with the fewest arguments leads
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
        """Return the scenario to which every scenario of the operation shrinks."""
        strategy = self.strategies[operation]
        return Scenario(operation=operation, arguments=strategy.plain_arguments(), answer=strategy.plain_answer())

    def elsewhere(self, scenario: Scenario) -> Iterator[Scenario]:
        """Yield the scenario as a call of each operation with fewer arguments that has the ones that matter."""
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
            if alike and all(name in there and accept_same_values(there[name], nodes[name]) for name in moved):
                yield msgspec.structs.replace(
                    scenario,
                    operation=strategy.operation.name,
                    arguments={**strategy.plain_arguments(), **moved},
                    answer=strategy.plain_answer(),
                )

    def _scenario(self, draw: Draw) -> Scenario:
        strategy, mode = draw(self._plans)
        return GENERATION_MODES[mode](strategy, draw)
