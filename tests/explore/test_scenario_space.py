"""Drawn scenarios: valid where they are marked as valid, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.contract.request import build_request
from concordat.explore.scenario_space import ScenarioSpace
from concordat.explore.search import Search
from concordat.sandbox.core.fault_answers import scripted_answer

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore.scenario import Scenario
    from concordat.values import Problem

EVOLUTIONS = ("unknown value", "null", "new member")


def drawn(space: ScenarioSpace, examples: int, seed: int = 1) -> list[Scenario]:
    found: list[Scenario] = []
    Search(space.scenarios, "test").generate(examples, seed, lambda scenario, _: found.append(scenario))
    return found


def test_an_allowed_call_is_valid_by_the_contract(contract: Contract) -> None:
    wrong: list[Problem] = []
    for scenario in drawn(ScenarioSpace(contract, contract.operations), 250):
        if not scenario.allowed:
            continue
        operation = contract.operations[scenario.operation]
        built = build_request(operation, scenario.arguments)
        match = contract.match(built.method, built.target.partition("?")[0])
        assert match is not None
        query = tuple(
            (parameter.name, _text(scenario.arguments[parameter.name]))
            for parameter in operation.parameters
            if parameter.location == "query" and parameter.name in scenario.arguments
        )
        wrong += contract.check_request(
            operation, arguments=match.arguments, query=query, headers=built.headers, body=built.body
        )
    assert wrong == []


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def test_a_success_without_evolution_is_valid_by_the_contract(contract: Contract) -> None:
    judged = 0
    for scenario in drawn(ScenarioSpace(contract, contract.operations), 250):
        answer = scripted_answer(scenario.answer)
        status = str(answer.status)
        listed = contract.operations[scenario.operation].responses
        if status not in listed or not status.startswith("2") or scenario.answer.text is not None:
            continue
        if any(feature.endswith(EVOLUTIONS) for feature in scenario.features) or not isinstance(
            scenario.answer.json, dict
        ):
            continue
        judged += 1
        problems = contract.check_response(scenario.operation, answer.status, answer.headers, answer.body)
        assert problems == (), scenario
    assert judged > 100


def test_every_operation_and_every_generation_mode_is_drawn(contract: Contract) -> None:
    scenarios = drawn(ScenarioSpace(contract, contract.operations), 600)
    assert {scenario.operation for scenario in scenarios} == set(contract.operations)
    assert Counter(scenario.allowed for scenario in scenarios)[False] > 10
    assert sum(bool(scenario.added) for scenario in scenarios) > 3
    assert len({scenario.answer.status for scenario in scenarios} - {200, 204}) > 20


def test_a_seed_determines_the_scenarios(space: ScenarioSpace) -> None:
    first, again, other = (drawn(space, 60, seed) for seed in (5, 5, 6))
    assert [one.key for one in first] == [one.key for one in again]
    assert [one.key for one in first] != [one.key for one in other]
    assert len({one.key for one in first}) == 60


def test_the_plainest_scenario_has_only_required_members(space: ScenarioSpace) -> None:
    plain = space.plainest("customers.list")
    assert list(plain.arguments) == ["companyId"]
    assert set(plain.answer.json) == {"pageNumber", "pageSize", "totalResults", "_links"}
    assert plain.features == frozenset()


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("customers.update", {"body": {"status": "Unknown", "phone": "1"}}, ["customers.create"]),
        ("customers.update", {"forceUpdate": False}, []),
        (
            "customers.list",
            {"pageSize": 5000},
            ["companies.list", "connections.list"],
        ),
    ],
)
def test_a_call_moves_to_operations_with_fewer_arguments(
    space: ScenarioSpace, operation: str, arguments: dict[str, Any], expected: list[str]
) -> None:
    plain = space.plainest(operation)
    scenario = msgspec.structs.replace(plain, arguments={**plain.arguments, **arguments})
    moved = list(space.elsewhere(scenario))
    assert [one.operation for one in moved] == expected
    assert all(arguments.items() <= one.arguments.items() for one in moved)
