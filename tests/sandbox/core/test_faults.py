from __future__ import annotations

from typing import Any

import msgspec
import pytest

from concordat.catalogue.model import Fault
from concordat.errors import CatalogueError
from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.exchange import Request
from concordat.sandbox.core.faults import FaultPlan

GET = Request("GET", "/companies")
REAL = Answer(
    200, (("Content-Type", "application/json"), ("Content-Length", "99")), b'{"results":[{"id":"1"},{"id":"2"}],"n":1}'
)
BASE = "http://127.0.0.1:1"


def fault(**action: object) -> Fault:
    return msgspec.convert(action, Fault)


def struck(plan: FaultPlan, operations: list[str | None]) -> list[tuple[str, ...]]:
    found = [plan.strike(operation) for operation in operations]
    return [strike.faults if strike else () for strike in found]


def enacted(answer: Answer | None = REAL, **action: object) -> Answer:
    plan = FaultPlan([fault(**action)])
    strike = plan.strike("a.list")
    assert strike is not None
    return plan.enact(strike, answer, BASE)


@pytest.mark.parametrize(
    ("planned", "hit"),
    [
        ({}, [1]),
        ({"at": 3}, [3]),
        ({"times": 2}, [1, 2]),
        ({"at": 2, "times": 2}, [2, 3]),
        ({"times": "always"}, [1, 2, 3, 4, 5]),
        ({"at": 4, "times": "always"}, [4, 5]),
        ({"at": 9}, []),
    ],
)
def test_a_fault_strikes_the_requests_it_is_planned_for(planned: dict[str, Any], hit: list[int]) -> None:
    plan = FaultPlan([fault(reset=True, **planned)])
    strikes = struck(plan, ["a.list"] * 5)
    assert [number for number, ids in enumerate(strikes, 1) if ids] == hit


SCRIPT = {"status": 201, "json": {}}
REFUSAL = {"status": 503}


@pytest.mark.parametrize(
    ("faults", "played", "accepted"),
    [
        # the sandbox has the operation: it knows what it wrote, before and after
        ([{"respond": REFUSAL, "when": "after"}], True, False),
        ([{"respond": SCRIPT, "when": "after"}], True, False),
        ([{"reset": True}], True, False),
        ([{"close": True, "when": "after"}], True, False),
        ([{"redirect": {"location": "/"}}], True, False),
        ([{"edit": {"set": {"/a": 1}}}], True, False),
        ([{"stall": 1}], True, False),
        # an answer that the sandbox had no part in
        ([{"respond": REFUSAL}], True, None),
        ([{"respond": SCRIPT}], True, None),
        ([{"respond": {"status": 304}}], True, None),
        ([{"respond": SCRIPT}, {"reset": True}], True, None),
        ([{"respond": SCRIPT}, {"cut": 1}], True, None),
        ([{"respond": SCRIPT}, {"stall": 1, "when": "after"}], True, False),
        # nobody plays the operation: only the script can tell
        ([{"respond": REFUSAL}], False, None),
        ([{"respond": {"status": 400}}], False, None),
        ([{"respond": SCRIPT}], False, None),
        ([{"reset": True}], False, False),
        ([{"reset": True, "when": "after"}], False, None),
        ([{"redirect": {"location": "/"}}], False, False),
        # the script tells
        *(([{"respond": {**script, "accepted": reported}}], played, reported)
          for script in (SCRIPT, REFUSAL) for reported in (True, False) for played in (True, False)),
    ],
)  # fmt: skip
def test_a_fault_tells_whether_the_write_was_accepted_or_that_nobody_knows(
    faults: list[dict[str, Any]], *, played: bool, accepted: bool | None
) -> None:
    strike = FaultPlan([fault(**one) for one in faults]).strike("a.add")
    assert strike is not None
    assert strike.accepted(implemented=played) is accepted


def test_only_requests_of_its_operation_count() -> None:
    plan = FaultPlan([fault(reset=True, on="a.list", at=2)])
    assert struck(plan, ["a.list", "a.get", None, "a.list"]) == [(), (), (), ("fault-1",)]


def test_a_fault_on_every_request_strikes_what_has_no_operation_too() -> None:
    assert struck(FaultPlan([fault(close=True)]), [None]) == [("fault-1",)]


def test_faults_count_apart_and_are_named_by_their_place() -> None:
    plan = FaultPlan([fault(reset=True), fault(close=True, at=2, id="second"), fault(respond={"status": 503}, at=3)])
    assert struck(plan, ["x"] * 4) == [("fault-1",), ("second",), ("fault-3",), ()]


def test_two_faults_of_one_id_are_refused() -> None:
    with pytest.raises(CatalogueError, match="fault-2"):
        FaultPlan([fault(reset=True, id="fault-2"), fault(reset=True)])


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        ({"respond": {"status": 503}}, False),
        ({"respond": {"status": 503}, "when": "after"}, True),
        ({"redirect": {"location": "/x"}}, False),
        ({"reset": True}, False),
        ({"reset": True, "when": "after"}, True),
        ({"close": True}, False),
        ({"edit": {"remove": ["/n"]}}, True),
        ({"stall": 0.1}, True),
        ({"drip": {"size": 1, "every": 0}}, True),
        ({"cut": 1}, True),
    ],
)
def test_the_request_is_processed_when_its_answer_is_used_or_the_fault_comes_after(action: Any, needed: bool) -> None:  # noqa: FBT001
    strike = FaultPlan([fault(**action)]).strike("x")
    assert strike is not None
    assert strike.needs_answer is needed


def test_a_scripted_answer_that_is_cut_needs_no_processing() -> None:
    plan = FaultPlan([fault(respond={"text": "hello"}), fault(cut=2)])
    strike = plan.strike("x")
    assert strike is not None
    assert strike.needs_answer is False
    answer = plan.enact(strike, None, BASE)
    assert (answer.body, answer.delivery, answer.faults) == (
        b"hello",
        Delivery(DeliveryMode.CUT, size=2),
        ("fault-1", "fault-2"),
    )
    assert answer.scripted


@pytest.mark.parametrize(
    ("action", "delivery"),
    [
        ({"reset": True}, Delivery(DeliveryMode.RESET)),
        ({"close": True}, Delivery(DeliveryMode.CLOSE)),
        ({"stall": 0.25}, Delivery(DeliveryMode.STALL, seconds=0.25)),
        ({"stall": 0}, Delivery(DeliveryMode.STALL)),
        ({"drip": {"size": 7, "every": 0.5}}, Delivery(DeliveryMode.DRIP, seconds=0.5, size=7)),
        ({"cut": 0}, Delivery(DeliveryMode.CUT)),
        ({"cut": 5}, Delivery(DeliveryMode.CUT, size=5)),
    ],
)
def test_a_fault_of_delivery_keeps_the_answer_and_sets_its_delivery(action: Any, delivery: Delivery) -> None:
    answer = enacted(**action)
    silent = delivery.mode in {DeliveryMode.RESET, DeliveryMode.CLOSE}
    assert answer == msgspec.structs.replace(REAL, delivery=delivery, faults=("fault-1",), scripted=silent)


def test_an_answer_before_processing_is_only_the_fault() -> None:
    answer = enacted(None, reset=True)
    assert (answer.delivery.mode, answer.body, answer.faults) == (DeliveryMode.RESET, b"", ("fault-1",))


def test_one_fault_of_each_sort_strikes_a_request_and_the_next_of_its_sort_does_not_fire() -> None:
    plan = FaultPlan([fault(stall=0.1), fault(cut=1), fault(respond={"status": 500}), fault(edit={"set": {"/n": 2}})])
    strike = plan.strike("x")
    assert strike is not None
    answer = plan.enact(strike, REAL, BASE)
    assert (answer.status, answer.delivery.mode, answer.faults) == (500, DeliveryMode.STALL, ("fault-3", "fault-1"))
    assert plan.unfired() == ("fault-2", "fault-4")


def test_a_fault_that_never_struck_is_unfired_unless_it_need_not_fire() -> None:
    plan = FaultPlan([fault(reset=True), fault(reset=True, at=9), fault(close=True, at=9, **{"must-fire": False})])
    assert plan.unfired() == ("fault-1", "fault-2")
    strike = plan.strike("x")
    assert strike is not None
    plan.enact(strike, None, BASE)
    assert plan.unfired() == ("fault-2",)


@pytest.mark.parametrize("body", [b"not json", b'{"results":[]}'])
def test_an_edit_that_does_not_fit_leaves_the_answer_and_has_not_fired(body: bytes) -> None:
    plan = FaultPlan([fault(edit={"set": {"/results/0/id": "9"}})])
    strike = plan.strike("x")
    assert strike is not None
    real = Answer(200, (), body)
    assert plan.misfits() == ()
    assert plan.enact(strike, real, BASE) == real
    assert plan.unfired() == plan.misfits() == ("fault-1",)


def test_the_faults_of_the_answer_itself_are_kept() -> None:
    plan = FaultPlan([fault(cut=1)])
    strike = plan.strike("x")
    assert strike is not None
    assert plan.enact(strike, Answer(faults=("earlier",)), BASE).faults == ("earlier", "fault-1")


def test_an_empty_plan_strikes_nothing() -> None:
    plan = FaultPlan()
    assert plan.strike("x") is None
    assert plan.unfired() == ()
