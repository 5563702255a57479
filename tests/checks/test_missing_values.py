"""What a client showed of a value to be saved, held against the answers to its step; whose checks explain a lack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest

from concordat.checks import CaseTrace, Check, StepTrace, Verdict, judge
from concordat.checks.missing_values import explanation, missing_value, shown_value
from concordat.checks.model import MissingValue

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}
UNSET = msgspec.UNSET


class MakeStep(Protocol):
    """Makes a step that saves `it`, from what the client showed and the bodies of the answers."""

    def __call__(self, shown: object, *answers: bytes, pointer: str = "/it", **changes: object) -> StepTrace: ...


@pytest.fixture
def step(trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]) -> MakeStep:
    """Return a builder of a step that saves `it`: what the client showed, and the bodies of the answers."""

    def make(shown: object, *answers: bytes, pointer: str = "/it", **changes: object) -> StepTrace:
        sent = [exchange(number=number, answer=answer, **changes) for number, answer in enumerate(answers, 1)]
        case: CaseTrace = trace(({**LIST, "save": {"it": pointer}}, sent, outcomes.ok(shown)))
        return case.steps[0]

    return make


@pytest.mark.parametrize(
    ("shown", "answers"),
    [
        pytest.param({"it": "a"}, [b'{"it": "a"}'], id="text"),
        pytest.param({"it": 3}, [b'{"it": 3.0}'], id="number"),
        pytest.param({"it": {"$number": "3.0"}}, [b'{"it": 3}'], id="written-number"),
        pytest.param({"it": False}, [b'{"it": false}'], id="false"),
        pytest.param({"it": ""}, [b'{"it": ""}'], id="empty-text"),
        pytest.param(
            {"it": "2022-10-23T00:00:00.000+00:00"}, [b'{"it": "2022-10-23T00:00:00Z"}'], id="spelling-of-an-instant"
        ),
        pytest.param({"it": "a"}, [b'{"it": "a"}', b'{"it": "b"}'], id="of-an-earlier-answer"),
        pytest.param({"it": "a"}, [b"{}"], id="of-no-answer"),
        pytest.param({"it": {"b": 1}}, [b'{"it": {"a": 1}}'], id="objects-are-the-payload-check-s"),
    ],
)
def test_what_the_client_shows_is_saved_as_it_shows_it(step: MakeStep, shown: Any, answers: list[bytes]) -> None:
    assert shown_value(step(shown, *answers), "it", 1) == shown["it"]


@pytest.mark.parametrize(
    ("shown", "answer", "answered", "observed"),
    [
        pytest.param({}, b'{"it": "a"}', "a", UNSET, id="not-there"),
        pytest.param({"it": None}, b'{"it": "a"}', "a", UNSET, id="null-for-a-value"),
        pytest.param({"it": {"$undefined": True}}, b'{"it": 0}', 0, UNSET, id="undefined-for-a-value"),
        pytest.param({"it": {"$object": "UNSET"}}, b'{"it": false}', False, UNSET, id="unset-for-a-value"),
        pytest.param({"it": "b"}, b'{"it": "a"}', "a", "b", id="another-text"),
        pytest.param({"it": "3"}, b'{"it": 3}', 3, "3", id="text-for-a-number"),
        pytest.param({}, b"{}", UNSET, UNSET, id="not-in-the-answer-either"),
        pytest.param({"it": None}, b"{}", UNSET, UNSET, id="null-for-what-is-not-there"),
    ],
)
def test_what_the_client_does_not_show_is_missing_with_what_the_answer_holds(
    step: MakeStep, shown: object, answer: bytes, answered: object, observed: object
) -> None:
    found = shown_value(step(shown, answer), "it", 1)
    assert isinstance(found, MissingValue)
    assert (found.answered, found.shown) == (answered, observed)
    assert found.lost is (answered is not UNSET)


@pytest.mark.parametrize("shown", [{"it": None}, {}, {"it": {"$undefined": True}}])
def test_null_in_the_answer_is_saved_as_null(step: MakeStep, shown: object) -> None:
    assert shown_value(step(shown, b'{"it": null}'), "it", 1) is None


def test_a_whole_file_is_one_value(step: MakeStep) -> None:
    assert shown_value(step({"$bytes": "aGk="}, b"hi", pointer=""), "it", 1) == {"$bytes": "aGk="}
    lost = shown_value(step({"$undefined": True}, b"hi", pointer=""), "it", 1)
    assert (lost.answered, lost.lost) == (b"hi", True)


def test_what_a_refusal_holds_is_no_value_that_a_client_loses(step: MakeStep) -> None:
    assert not shown_value(step({}, b'{"it": "a"}', status=500), "it", 1).lost


def value(**changes: Any) -> MissingValue:
    return MissingValue(
        **{"name": "it", "pointer": "/it", "step": "s2", "operation": "customers.list", "position": 2, **changes}
    )


def failed(name: str) -> Check:
    return Check(id=name, verdict=Verdict.FAIL)


def ours(name: str) -> Check:
    return Check(id=name, verdict=Verdict.HARNESS_ERROR)


@pytest.mark.parametrize(
    ("missing", "steps", "expected"),
    [
        pytest.param(value(answered=1), [[], [failed("s2:outcome.saved")]], "s2:outcome.saved", id="lost"),
        pytest.param(
            value(answered=1), [[failed("s1:x")], [failed("s2:outcome.reported")]], "s2:outcome.reported", id="reported"
        ),
        pytest.param(value(), [[failed("s1:request.path")], []], "s1:request.path", id="earlier"),
        pytest.param(value(), [[], [failed("s2:request.count")]], "s2:request.count", id="own-request"),
        pytest.param(value(), [[], [ours("s2:client.alive")]], "s2:client.alive", id="adapter"),
        pytest.param(value(), [[], [failed("s2:outcome.payload")]], None, id="own-payload"),
        pytest.param(value(by_client=False), [[], [failed("s2:outcome.payload")]], "s2:outcome.payload", id="harness"),
        pytest.param(value(), [[], [], [failed("s3:request.path")]], None, id="later"),
    ],
)
def test_a_lack_is_explained_by_what_failed_before_it(
    missing: MissingValue, steps: list[list[Check]], expected: str | None
) -> None:
    assert explanation(missing, steps, "s2:outcome.saved") == expected


def test_a_step_that_rests_on_a_missing_value_is_blocked_through_every_check_that_it_names(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    first = {**LIST, "id": "first", "save": {"it": "/it"}}
    expect = {"requests": [{}], "outcome": {"payload": {"x": 1}, "error": {"status": 400, "body": {}}}}
    second = {**LIST, "id": "second", "expect": expect, "repeat": {"until": {"x": 1}}}
    answered = exchange(answer=b'{"it": 1}')
    case: CaseTrace = trace((first, [answered], outcomes.ok({})), (second, [], outcomes.ok()))
    one, two = case.steps
    missing = shown_value(one, "it", 1)
    blocked = replace(two, outcome=None, blocked=(missing,))
    checks = {check.id: check for check in judge(replace(case, steps=(one, blocked), missing=(missing,)))}
    of_second = {name.partition(":")[2]: check for name, check in checks.items() if name.startswith("second:")}
    assert set(of_second) == {
        *("client.alive", "call.possible", "request.count", "request.contract"),
        *("outcome.reported", "outcome.until", "outcome.payload", "outcome.error.status", "outcome.error.body"),
    }
    assert {check.message for check in of_second.values()} == {"blocked by first:outcome.saved"}
    assert checks["first:outcome.saved"].verdict is Verdict.FAIL


def test_a_value_of_the_harness_is_never_the_client_s_to_lose(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    written = {**LIST, "via": "harness", "save": {"it": "/it"}}
    case: CaseTrace = trace((written, [], None), (LIST, [exchange()], outcomes.ok()))
    assert missing_value(case.steps[0].call, "it", "s1", 0).by_client is False


@pytest.mark.parametrize(
    ("expected", "verdict"),
    [
        pytest.param({"it": 1}, "blocked", id="the payload differs at the place"),
        pytest.param({f"other{number}": 1 for number in range(7)}, "fail", id="it differs at many others"),
        pytest.param({"it": 1, **{f"other{number}": 1 for number in range(7)}}, "blocked", id="at both"),
    ],
)
def test_a_lost_value_is_the_payload_s_where_one_of_its_differences_is_at_that_place(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], *, expected: object, verdict: str
) -> None:
    step = {**LIST, "save": {"it": "/it"}, "expect": {"outcome": {"payload": expected}}}
    lost = value(step="s1", position=1, answered=1)
    checks = judge(trace((step, [exchange(answer=b'{"it": 1}')], outcomes.ok({})), missing=(lost,)))
    assert {check.id: str(check.verdict) for check in checks}["outcome.saved"] == verdict
