"""The text of a finding: its triggers, and the difference on the wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.explore.traces import PATH, scenario_of, sent

from concordat.catalogue.model import ScriptedAnswer
from concordat.clients.protocol import Outcome
from concordat.explore.canonical_form import expected_of
from concordat.explore.deviations import ScenarioTrace, deviations_of
from concordat.explore.findings import trigger_text, wire_diff

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore.scenario_space import ScenarioSpace


def test_the_trigger_text_omits_a_place_that_another_trigger_details() -> None:
    triggers = {"argument body", "argument query", "argument query: emoji", "answer status: 418"}
    assert trigger_text(triggers) == " with answer status: 418, argument body, argument query: emoji"
    assert trigger_text(()) == ""


@pytest.mark.parametrize(
    "payload",
    [{"$number": "1e9999999"}, {"$number": "NaN"}, {"number": {"number": 1}}, {"number": "x"}, {"number": []}],
)
def test_a_payload_with_hostile_numbers_has_a_wire_diff(
    payload: object, space: ScenarioSpace, expenses: Contract
) -> None:
    scenario, operation = scenario_of(space), expenses.operation("customers.list")
    outcome = Outcome("call", "returned", 200, payload={"totalResults": payload})
    expected, trace = expected_of(scenario, operation), ScenarioTrace((sent(PATH),), outcome)
    lines = wire_diff(scenario, operation, expected, trace)
    assert any("totalResults" in line for line in lines)
    assert msgspec.json.encode(deviations_of(trace, scenario, operation, expected))


def test_a_wire_diff_shows_values_as_json(space: ScenarioSpace, expenses: Contract) -> None:
    operation = expenses.operations["customers.list"]
    scenario = scenario_of(space, answer=ScriptedAnswer(json={"a": 1}), query="a/b c")
    trace = ScenarioTrace((sent(f"{PATH}?query=a"),), Outcome("call", "returned", payload={"a": 1}))
    lines = wire_diff(scenario, operation, expected_of(scenario, operation), trace)
    assert '- query query = "a/b c"' in lines
    assert '+ query query = "a"' in lines
    assert json.loads(json.dumps(lines)) == list(lines)
