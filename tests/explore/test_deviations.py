"""Deviations from the contract: which of them a trace has, their pointer patterns, and their sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from tests.explore.traces import PATH, scenario_of, sent

from concordat.catalogue.model import ScriptedAnswer
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.explore.canonical_form import expected_of
from concordat.explore.deviations import CHECKS, Deviation, ScenarioTrace, deviations_of, pointer_pattern, sentence
from concordat.explore.findings import wire_diff

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore.scenario_space import ScenarioSpace

NOT_FOUND = ErrorShown(cls="ApiError", status=404)
GOOD = Outcome(phase="call", ended="returned", payload={"a": 1})
OK = ScriptedAnswer(json={"a": 1})
GONE = ScriptedAnswer(status=404, json={})


def raised(error: ErrorShown) -> Outcome:
    return Outcome(phase="call", ended="raised", error=error)


@pytest.mark.parametrize(
    ("answer", "trace", "expected"),
    [
        (OK, ScenarioTrace((sent(PATH),), GOOD), []),
        (OK, ScenarioTrace((sent(PATH + "?page=1"),), GOOD), []),
        (OK, ScenarioTrace((sent(PATH + "?page=2"),), GOOD), [("request.query", "extra", "/page")]),
        (OK, ScenarioTrace((sent("/companies/a/data/customers"),), GOOD), [("request.path", "changed", "/companyId")]),
        (OK, ScenarioTrace((sent("/companies"),), GOOD), [("request.path", "count", "")]),
        (OK, ScenarioTrace((sent(PATH, "POST"),), GOOD), [("request.method", "changed", "")]),
        (OK, ScenarioTrace((sent(PATH, body=b"{}"),), GOOD), [("request.body", "type", "")]),
        (OK, ScenarioTrace((sent(PATH), sent(PATH)), GOOD), [("request.count", "extra", "")]),
        (OK, ScenarioTrace((), raised(NOT_FOUND)), [("request.count", "missing", "")]),
        (OK, ScenarioTrace((sent(PATH),), None, "died"), [("client.alive", "died", "")]),
        (OK, ScenarioTrace((sent(PATH),), Outcome(phase="call", ended="returned")), [("outcome.payload", "type", "")]),
        (OK, ScenarioTrace((sent(PATH),), Outcome(phase="call", ended="returned", payload={"a": 2})),
         [("outcome.payload", "changed", "/a")]),
        (OK, ScenarioTrace((), Outcome(phase="call", ended="unsupported")), []),
        (OK, ScenarioTrace((), Outcome(phase="build", ended="unrepresentable", detail="tags")),
         [("call.possible", "unrepresentable", "/tags")]),
        (GONE, ScenarioTrace((sent(PATH),), raised(NOT_FOUND)), []),
        (GONE, ScenarioTrace((sent(PATH),), GOOD), [("outcome.reported", "changed", "")]),
        (GONE, ScenarioTrace((sent(PATH),), raised(ErrorShown(cls="E", status=400))),
         [("outcome.error.status", "changed", "")]),
    ],
)  # fmt: skip
def test_a_difference_from_the_contract_is_a_deviation(
    space: ScenarioSpace,
    expenses: Contract,
    answer: ScriptedAnswer,
    trace: ScenarioTrace,
    expected: list[tuple[str, str, str]],
) -> None:
    operation, scenario = expenses.operations["customers.list"], scenario_of(space, answer=answer)
    contract_form = expected_of(scenario, operation)
    found = deviations_of(trace, scenario, operation, contract_form)
    assert [(one.check, one.kind, one.pointer) for one in found] == expected
    changed = any(line[0] in "-+" for line in wire_diff(scenario, operation, contract_form, trace))
    assert bool(expected) <= changed or not trace.outcome


@pytest.mark.parametrize("ended", ["raised", "returned"])
def test_a_client_may_refuse_invalid_arguments_before_it_sends_a_request(
    space: ScenarioSpace, expenses: Contract, ended: Literal["raised", "returned"]
) -> None:
    operation = expenses.operations["customers.list"]
    scenario = scenario_of(space, answer=OK, allowed=False, page=0)
    outcome = Outcome(phase="call", ended=ended, error=ErrorShown(cls="ValueError") if ended == "raised" else None)
    found = deviations_of(ScenarioTrace((), outcome), scenario, operation, expected_of(scenario, operation))
    assert [one.check for one in found] == ([] if ended == "raised" else ["request.count"])


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
def test_a_pointer_pattern_begins_with_the_last_named_member(pointer: str, expected: str) -> None:
    assert pointer_pattern(pointer, {"status", "results", "content", "supplementalData"}) == expected


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [
        (Deviation("client.alive", "died"), "its process ended in the call"),
        (Deviation("client.alive", "silent"), "it never answered"),
        (Deviation("call.possible", "unrepresentable", "/tags"), "it has no place for tags"),
        (Deviation("request.count", "missing", "", "ValueError", 1, 0), "nothing was sent (ValueError)"),
        (Deviation("request.count", "extra", "", "", 1, 2), "2 requests were sent"),
        (
            Deviation("request.contract", "media-type", "/header"),
            "the request breaks the contract at /header (media-type)",
        ),
        (Deviation("request.method", "changed", "", "", "PUT", "POST"), "POST was sent in place of PUT"),
        (Deviation("request.path", "changed", "/id", "", "a", "b"), 'the path has "b" in place of "a" at /id'),
        (Deviation("request.query", "extra", "/page", "", None, "1"), '"1" was added to the query at /page'),
        (Deviation("request.body", "missing", "/a", "", None, None), "null is missing from the body at /a"),
        (
            Deviation("outcome.reported", "changed", "", "unknown E", ["ok"], "unknown"),
            "the client reported unknown (E)",
        ),
        (Deviation("outcome.error.status", "changed", "", "", 404, None), "the caller was shown the status null"),
        (
            Deviation("outcome.payload", "count", "/results", "", 2, 1),
            "the payload has 1 items in place of 2 at /results",
        ),
        (
            Deviation("outcome.payload", "changed", "/n", "", {"number": "1"}, {"number": "2"}),
            "the payload has 2 in place of 1 at /n",
        ),
    ],
)
def test_the_sentence_of_a_deviation(deviation: Deviation, expected: str) -> None:
    assert deviation.check in CHECKS
    assert sentence(deviation) == expected


def test_a_long_value_is_cut() -> None:
    text = sentence(Deviation("request.body", "extra", "/a", "", None, "a" * 500))
    assert text == f'"{"a" * 56}... was added to the body at /a'
