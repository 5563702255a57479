"""The canonical form: which values, requests and payloads are equal, and what the contract expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.explore.traces import PATH, scenario_of

from concordat.catalogue.model import Reported, ScriptedAnswer
from concordat.clients.protocol import Outcome
from concordat.compare.canonical import read_json
from concordat.compare.tagged import read_tags
from concordat.explore.canonical_form import canonical, expected_of, received_of, sent_of
from concordat.http1.exchange import Request

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore.scenario_space import ScenarioSpace


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1", "1.0", True),
        ("1", "1e0", True),
        ("0.1", "0.10000000000000001", False),
        ("1e9999999", "10e9999998", True),
        ("1e9999999", "1e9999998", False),
        ("0.10000000000000000000000000000001", "0.10000000000000000000000000000002", False),
        ("1e99999999999999999999", "1e99999999999999999998", False),
        ("-0", "0", True),
        ("1", '"1"', False),
        ("true", "1", False),
        ('"2022-10-23T02:00:00+02:00"', '"2022-10-23T00:00:00.000Z"', True),
        ('"2022-10-23T00:00:00"', '"2022-10-23T00:00:00Z"', False),
        ('"a"', '"A"', False),
        ('"\\u00e9"', '"\\u0065\\u0301"', False),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', True),
        ("[1, 2]", "[2, 1]", False),
        ('{"a": null}', "{}", False),
    ],
)
def test_two_values_are_equal_or_not(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a row
    left, right = (canonical(read_json(text.encode()), nulls=True) for text in (one, other))
    assert (left == right) is same


def test_a_payload_has_no_null_and_no_unset_members() -> None:
    shown = {"a": None, "b": {"$object": "Unset"}, "c": {"$undefined": True}, "d": [None], "e": {"f": None}}
    assert canonical(read_tags(shown), nulls=False) == {"d": [None], "e": {}}
    assert canonical(read_tags({"a": {"$bytes": "aGk="}}), nulls=False)["a"].keys() == {"sha256"}


@pytest.mark.parametrize(
    ("targets", "same"),
    [
        ((f"{PATH}?page=2&query=a", f"{PATH}?query=%61&page=2"), True),
        ((f"{PATH}?page=1", PATH), True),
        ((f"{PATH}?page=2", PATH), False),
        ((f"{PATH}?query=a&query=b", f"{PATH}?query=b&query=a"), False),
        ((f"{PATH}%2Fa", f"{PATH}/a"), False),
        ((f"{PATH}%2Fa", f"{PATH}%2fa"), True),
        ((f"{PATH}?query=", PATH), False),
    ],
)
def test_two_requests_are_equal_or_not(expenses: Contract, targets: tuple[str, str], same: bool) -> None:  # noqa: FBT001
    operation = expenses.operations["customers.list"]
    left, right = (sent_of(Request("GET", target), operation) for target in targets)
    assert (left == right) is same


@pytest.mark.parametrize(
    ("answer", "reported", "status", "payload"),
    [
        (ScriptedAnswer(json={"a": 1, "b": None}), (Reported.OK,), None, {"a": {"number": "1"}}),
        (ScriptedAnswer(status=203, json={}), (Reported.OK,), None, {}),
        (ScriptedAnswer(json=[]), (Reported.FAILED, Reported.UNKNOWN), None, None),
        (ScriptedAnswer(text="<html>"), (Reported.FAILED, Reported.UNKNOWN), None, None),
        (ScriptedAnswer(status=304), (Reported.FAILED, Reported.UNKNOWN), None, None),
        (ScriptedAnswer(status=418, json={}), (Reported.FAILED,), 418, None),
    ],
    ids=["object", "other-success", "list", "html", "redirection", "refusal"],
)
def test_the_answer_determines_what_the_contract_expects(  # noqa: PLR0917 - a row
    space: ScenarioSpace,
    expenses: Contract,
    answer: ScriptedAnswer,
    reported: object,
    status: int | None,
    payload: object,
) -> None:
    expected = expected_of(scenario_of(space, answer=answer), expenses.operations["customers.list"])
    assert (expected.reported, expected.status, expected.payload) == (reported, status, payload)


def test_a_payload_omits_the_members_that_the_scenario_adds(space: ScenarioSpace) -> None:
    scenario = msgspec.structs.replace(
        scenario_of(space, answer=ScriptedAnswer(json={"a": 1})), added=("/results/0/new~1er",)
    )
    payload = {"results": [{"new/er": 1, "a": "b"}]}
    received = received_of(Outcome(phase="call", ended="returned", payload=payload), scenario)
    assert received.payload == {"results": [{"a": "b"}]}
