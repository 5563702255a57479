"""The search finds the smallest example, and saves examples between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from concordat.explore.search import Search

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.explore.scenario import Scenario
    from concordat.explore.scenario_space import ScenarioSpace


def wide(scenario: Scenario) -> bool:
    return scenario.arguments.get("pageSize") == 5000


def first(search: Search) -> tuple[Scenario, bytes]:
    met: list[tuple[Scenario, bytes]] = []
    search.generate(200, 1, lambda scenario, choices: met.append((scenario, choices)) if wide(scenario) else None)
    return max(met, key=lambda one: len(one[0].arguments))


def test_an_example_shrinks_to_the_smallest_for_which_the_condition_holds(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    start, choices = first(search)
    checked: list[Scenario] = []

    def holds(scenario: Scenario) -> bool:
        checked.append(scenario)
        return wide(scenario)

    found, _ = search.shrink(choices, holds, 200)
    assert found is not None
    assert len(start.arguments) > 2
    assert set(found.arguments) <= {"companyId", "pageSize"}
    assert len({scenario.key for scenario in checked}) == len(checked) <= 200


def test_shrinking_stops_at_its_limit_with_the_smallest_so_far(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    start, choices = first(search)
    checked: list[Scenario] = []

    def holds(scenario: Scenario) -> bool:
        checked.append(scenario)
        return wide(scenario)

    found, _ = search.shrink(choices, holds, 3)
    assert len(checked) == 3
    assert found is not None
    assert len(found.arguments) <= len(start.arguments)


def test_an_example_for_which_the_condition_does_not_hold_is_not_shrunk(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    _, choices = first(search)
    assert search.shrink(choices, lambda _: False, 50)[0] is None


def test_a_search_replays_the_saved_examples_of_its_folder(space: ScenarioSpace, tmp_path: Path) -> None:
    search = Search(space.scenarios, "test", tmp_path)
    start, choices = first(search)
    search.save(choices)
    met: list[Scenario] = []
    Search(space.scenarios, "test", tmp_path).replay_saved(lambda scenario, _: met.append(scenario))
    assert [scenario.key for scenario in met] == [start.key]
    Search(space.scenarios, "test").replay_saved(lambda scenario, _: met.append(scenario))
    assert len(met) == 1


@pytest.mark.parametrize("good", [0, 1, 7])
def test_an_error_of_a_run_ends_the_search(space: ScenarioSpace, good: int) -> None:
    ran: list[Scenario] = []

    def run(scenario: Scenario, _choices: bytes) -> None:
        ran.append(scenario)
        if len(ran) > good:
            message = "the loop is closed"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="the loop is closed"):
        Search(space.scenarios, "test").generate(200, 1, run)
    assert len(ran) == good + 1


def test_an_error_of_the_condition_ends_the_shrinking(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    _, choices = first(search)

    def holds(_scenario: Scenario) -> bool:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        search.shrink(choices, holds, 50)


def test_an_empty_strategy_is_an_error() -> None:
    with pytest.raises(Unsatisfiable):
        Search(st.nothing(), "test").generate(10, 1, lambda _scenario, _choices: None)
