"""Hypothesis finds the smallest example, and keeps what it is told to."""

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


def test_a_known_example_is_shrunk_to_the_least_that_still_holds(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    start, choices = first(search)
    asked: list[Scenario] = []

    def holds(scenario: Scenario) -> bool:
        asked.append(scenario)
        return wide(scenario)

    found, _ = search.shrink(choices, holds, 200)
    assert found is not None
    assert len(start.arguments) > 2
    assert set(found.arguments) <= {"companyId", "pageSize"}
    assert len({scenario.key for scenario in asked}) == len(asked) <= 200


def test_no_more_is_asked_than_was_allowed_and_the_best_so_far_is_kept(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    start, choices = first(search)
    asked: list[Scenario] = []

    def holds(scenario: Scenario) -> bool:
        asked.append(scenario)
        return wide(scenario)

    found, _ = search.shrink(choices, holds, 3)
    assert len(asked) == 3
    assert found is not None
    assert len(found.arguments) <= len(start.arguments)


def test_what_does_not_hold_from_the_start_is_not_shrunk(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    _, choices = first(search)
    assert search.shrink(choices, lambda _: False, 50)[0] is None


def test_what_was_kept_is_met_again_by_the_next_search_of_the_folder(space: ScenarioSpace, tmp_path: Path) -> None:
    search = Search(space.scenarios, "test", tmp_path)
    start, choices = first(search)
    search.keep(choices)
    met: list[Scenario] = []
    Search(space.scenarios, "test", tmp_path).again(lambda scenario, _: met.append(scenario))
    assert [scenario.key for scenario in met] == [start.key]
    Search(space.scenarios, "test").again(lambda scenario, _: met.append(scenario))
    assert len(met) == 1


@pytest.mark.parametrize("good", [0, 1, 7])
def test_what_a_run_raises_ends_the_search_as_itself(space: ScenarioSpace, good: int) -> None:
    ran: list[Scenario] = []

    def run(scenario: Scenario, _choices: bytes) -> None:
        ran.append(scenario)
        if len(ran) > good:
            message = "the loop is closed"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="the loop is closed"):
        Search(space.scenarios, "test").generate(200, 1, run)
    assert len(ran) == good + 1


def test_what_raises_while_shrinking_ends_it_as_itself(space: ScenarioSpace) -> None:
    search = Search(space.scenarios, "test")
    _, choices = first(search)

    def holds(_scenario: Scenario) -> bool:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        search.shrink(choices, holds, 50)


def test_nothing_to_draw_is_an_error_and_no_empty_success() -> None:
    with pytest.raises(Unsatisfiable):
        Search(st.nothing(), "test").generate(10, 1, lambda _scenario, _choices: None)
