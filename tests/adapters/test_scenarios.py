"""One standard in every language: the rows of `scenarios.yaml` on each stand-in, with one expectation each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import yaml
from tests.adapters.stand_ins.catalogue import STAND_INS

if TYPE_CHECKING:
    from tests.adapters.adapter_process import JsonObject
    from tests.adapters.conftest import Start
    from tests.adapters.stand_ins.stand_in import StandIn


class ExpectedOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts that an adapter must show; unset, only `phase`, `status`, `content_type` and `body` may be shown."""

    ended: str
    phase: str | msgspec.UnsetType = msgspec.UNSET
    status: int | msgspec.UnsetType = msgspec.UNSET
    content_type: str | msgspec.UnsetType = msgspec.UNSET
    body: str | msgspec.UnsetType = msgspec.UNSET
    fields: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    payload: Any = msgspec.UNSET
    detail: str | msgspec.UnsetType = msgspec.UNSET


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of `scenarios.yaml`. By default it calls `customers.get` for the customer with the id of the row."""

    id: str
    about: str
    outcome: ExpectedOutcome
    call: str = "customers.get"
    arguments: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    without: dict[str, str] = {}


SCENARIOS = msgspec.convert(
    yaml.safe_load(Path(__file__).with_name("scenarios.yaml").read_text("utf-8")), list[Scenario]
)
PAIRS = [
    pytest.param(stand_in, scenario, id=f"{stand_in}-{scenario.id}")
    for stand_in in STAND_INS
    for scenario in SCENARIOS
    if stand_in.name not in scenario.without
]


def compared(outcome: JsonObject, expected: ExpectedOutcome) -> JsonObject:
    """Return the parts of an outcome that a scenario compares. The status of a failed call is that of its error."""
    error = outcome.get("error", {})
    failed = outcome["ended"] == "raised" or "error" in outcome
    parts = {
        "ended": outcome["ended"],
        "phase": outcome["phase"] if expected.phase is not msgspec.UNSET else None,
        "status": error.get("status") if failed else outcome.get("status"),
        "content_type": outcome.get("content_type") if expected.content_type is not msgspec.UNSET else None,
        "body": error.get("body") if expected.body is not msgspec.UNSET else None,
        "fields": error.get("fields"),
        "payload": outcome.get("payload"),
        "detail": outcome.get("detail"),
    }
    if not failed and expected.status is msgspec.UNSET:
        parts["status"] = None
    return {name: part for name, part in parts.items() if part is not None}


@pytest.mark.parametrize(("stand_in", "scenario"), PAIRS)
def test_an_adapter_shows_a_scenario_as_every_other_does(warm: Start, stand_in: StandIn, scenario: Scenario) -> None:
    arguments = scenario.arguments or {"customerId": scenario.id}
    required = stand_in.required.get(scenario.call, {})
    outcome = warm(stand_in).outcome(scenario.call, {**required, **arguments}, **scenario.settings)
    assert compared(outcome, scenario.outcome) == msgspec.to_builtins(scenario.outcome)


def test_every_scenario_applies_to_several_stand_ins_and_leaves_out_only_known_ones() -> None:
    names = {stand_in.name for stand_in in STAND_INS}
    for scenario in SCENARIOS:
        assert scenario.without.keys() <= names, scenario.id
        assert len(names - scenario.without.keys()) > 1, scenario.id
