"""The canonical form: what is the same, and what is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.catalogue.model import Reported, ScriptedAnswer
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.compare.canonical import read_json
from concordat.compare.values import read_tags
from concordat.explore.deviations import Seen, deviations_of, generalised
from concordat.explore.explain import wire_diff
from concordat.explore.views import canonical, expected_of, received_of, sent_of
from concordat.http1.exchange import Ending, Exchange, Request

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore.scenario import Scenario
    from concordat.explore.scenario_space import ScenarioSpace

PATH = "/companies/8a210b68-6988-11ed-a1eb-0242ac120002/data/customers"
NOT_FOUND = ErrorShown(cls="ApiError", status=404)


def scenario(
    space: ScenarioSpace, *, answer: ScriptedAnswer | None = None, allowed: bool = True, **arguments: Any
) -> Scenario:
    plain = space.plainest("customers.list")
    changed = msgspec.structs.replace(plain, arguments={**plain.arguments, **arguments}, allowed=allowed)
    return changed if answer is None else msgspec.structs.replace(changed, answer=answer)


def sent(target: str, method: str = "GET", body: bytes = b"") -> Exchange:
    request = Request(method, target, (("Content-Type", "application/json"),) if body else (), body)
    return Exchange(number=1, started=0.0, ending=Ending.COMPLETE, operation="customers.list", request=request)


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
def test_values_are_the_same_or_not(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a row
    left, right = (canonical(read_json(text.encode()), nulls=True) for text in (one, other))
    assert (left == right) is same


def test_a_payload_has_no_nulls_and_nothing_unset() -> None:
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
def test_requests_are_the_same_or_not(expenses: Contract, targets: tuple[str, str], same: bool) -> None:  # noqa: FBT001
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
def test_what_the_contract_asks_for_follows_from_the_answer(  # noqa: PLR0917 - a row
    space: ScenarioSpace, expenses: Contract, answer: ScriptedAnswer, reported: Any, status: int | None, payload: Any
) -> None:
    expected = expected_of(scenario(space, answer=answer), expenses.operations["customers.list"])
    assert (expected.reported, expected.status, expected.payload) == (reported, status, payload)


GOOD = Outcome(phase="call", ended="returned", payload={"a": 1})
OK = ScriptedAnswer(json={"a": 1})
GONE = ScriptedAnswer(status=404, json={})


@pytest.mark.parametrize(
    ("answer", "seen", "deviations"),
    [
        (OK, Seen((sent(PATH),), GOOD), []),
        (OK, Seen((sent(PATH + "?page=1"),), GOOD), []),
        (OK, Seen((sent(PATH + "?page=2"),), GOOD), [("request.query", "extra", "/page")]),
        (OK, Seen((sent("/companies/a/data/customers"),), GOOD), [("request.path", "changed", "/companyId")]),
        (OK, Seen((sent("/companies"),), GOOD), [("request.path", "count", "")]),
        (OK, Seen((sent(PATH, "POST"),), GOOD), [("request.method", "changed", "")]),
        (OK, Seen((sent(PATH, body=b"{}"),), GOOD), [("request.body", "type", "")]),
        (OK, Seen((sent(PATH), sent(PATH)), GOOD), [("request.count", "extra", "")]),
        (OK, Seen((), Outcome(phase="call", ended="raised", error=NOT_FOUND)), [("request.count", "missing", "")]),
        (OK, Seen((sent(PATH),), None, "died"), [("client.alive", "died", "")]),
        (OK, Seen((sent(PATH),), Outcome(phase="call", ended="returned")), [("outcome.payload", "type", "")]),
        (OK, Seen((sent(PATH),), Outcome(phase="call", ended="returned", payload={"a": 2})),
         [("outcome.payload", "changed", "/a")]),
        (OK, Seen((), Outcome(phase="call", ended="unsupported")), []),
        (OK, Seen((), Outcome(phase="build", ended="unrepresentable", detail="tags")),
         [("call.possible", "unrepresentable", "/tags")]),
        (GONE, Seen((sent(PATH),), Outcome(phase="call", ended="raised", error=NOT_FOUND)), []),
        (GONE, Seen((sent(PATH),), GOOD), [("outcome.reported", "changed", "")]),
        (GONE, Seen((sent(PATH),), Outcome(phase="call", ended="raised", error=ErrorShown(cls="E", status=400))),
         [("outcome.error.status", "changed", "")]),
    ],
)  # fmt: skip
def test_a_difference_from_the_contract_is_a_deviation(
    space: ScenarioSpace, expenses: Contract, answer: ScriptedAnswer, seen: Seen, deviations: list[tuple[str, str, str]]
) -> None:
    operation, asked = expenses.operations["customers.list"], scenario(space, answer=answer)
    expected = expected_of(asked, operation)
    found = deviations_of(seen, asked, operation, expected)
    assert [(one.check, one.kind, one.pointer) for one in found] == deviations
    assert (
        bool(deviations) <= any(line[0] in "-+" for line in wire_diff(asked, operation, expected, seen))
        or not seen.outcome
    )


@pytest.mark.parametrize("reported", ["raised", "returned"])
def test_what_oversteps_the_contract_may_be_refused_before_it_is_sent(
    space: ScenarioSpace, expenses: Contract, reported: Any
) -> None:
    operation = expenses.operations["customers.list"]
    asked = scenario(space, answer=OK, allowed=False, page=0)
    outcome = Outcome(
        phase="call", ended=reported, error=ErrorShown(cls="ValueError") if reported == "raised" else None
    )
    found = deviations_of(Seen((), outcome), asked, operation, expected_of(asked, operation))
    assert [one.check for one in found] == ([] if reported == "raised" else ["request.count"])


def test_members_that_the_contract_does_not_know_are_left_out(space: ScenarioSpace) -> None:
    asked = msgspec.structs.replace(scenario(space, answer=OK), added=("/results/0/new~1er",))
    payload = {"results": [{"new/er": 1, "a": "b"}]}
    received = received_of(Outcome(phase="call", ended="returned", payload=payload), asked)
    assert received.payload == {"results": [{"a": "b"}]}


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", ""),
        ("/status", "/status"),
        ("/results/0/status", "/status"),
        ("/results/12", "/results/*"),
        ("/supplementalData/content/a.b/c", "/content/*/*"),
        ("/unheard/0", "/*/*"),
    ],
)
def test_a_pointer_is_told_by_its_last_named_member(pointer: str, expected: str) -> None:
    assert generalised(pointer, {"status", "results", "content", "supplementalData"}) == expected


@pytest.mark.parametrize(
    "payload",
    [{"$number": "1e9999999"}, {"$number": "NaN"}, {"number": {"number": 1}}, {"number": "x"}, {"number": []}],
)
def test_a_payload_of_hostile_numbers_is_shown(payload: Any, space: ScenarioSpace, expenses: Contract) -> None:
    asked, operation = scenario(space), expenses.operation("customers.list")
    outcome = Outcome("call", "returned", 200, payload={"totalResults": payload})
    expected = expected_of(asked, operation)
    lines = wire_diff(asked, operation, expected, Seen((sent(PATH),), outcome))
    assert any("totalResults" in line for line in lines)
    assert msgspec.json.encode(deviations_of(Seen((sent(PATH),), outcome), asked, operation, expected))


def test_a_symptom_is_encoded_for_people(space: ScenarioSpace, expenses: Contract) -> None:
    operation, asked = expenses.operations["customers.list"], scenario(space, answer=OK, query="a/b c")
    expected = expected_of(asked, operation)
    lines = wire_diff(asked, operation, expected, Seen((sent(f"{PATH}?query=a"),), GOOD))
    assert '- query query = "a/b c"' in lines
    assert '+ query query = "a"' in lines
    assert json.loads(json.dumps(lines)) == list(lines)
