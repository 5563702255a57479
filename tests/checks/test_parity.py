"""Shapes: equal for clients that agree, different for those that do not."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from concordat.checks import shape
from concordat.checks.model import MissingValue
from concordat.clients.protocol import ErrorShown, Outcome

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace


COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
PATH = f"/companies/{COMPANY}/data/customers"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}


def ok(payload: object) -> Outcome:
    return Outcome("call", "returned", 200, payload=payload)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": 1}, {"a": 1, "b": None}),
        ({"a": 1}, {"a": {"$number": "1.0"}}),
        ({"a": 1}, {"a": 1, "b": {"$object": "Metadata"}}),
        ({"at": "2022-10-23T00:00:00Z"}, {"at": "2022-10-23T00:00:00.000+00:00"}),
        (
            {"key": "5b1a2d70-6988-41ed-a1eb-0242ac120002", "same": "5b1a2d70-6988-41ed-a1eb-0242ac120002"},
            {"key": "0c0c2d70-6988-41ed-a1eb-0242ac120009", "same": "0c0c2d70-6988-41ed-a1eb-0242ac120009"},
        ),
    ],
)
def test_what_call_styles_cannot_share_makes_no_difference(
    trace: MakeTrace, exchange: MakeExchange, left: object, right: object
) -> None:
    assert shape(trace((LIST, [exchange()], ok(left)))) == shape(trace((LIST, [exchange()], ok(right))))


def test_a_client_whose_step_was_blocked_does_not_agree_with_one_that_died_in_it(trace: MakeTrace) -> None:
    died = trace((LIST, [], None))
    missing = MissingValue(name="it", pointer="/it", step="s0", operation="customers.list", position=0)
    blocked = replace(died, steps=(replace(died.steps[0], lost=None, blocked=(missing,)),))
    assert shape(blocked) != shape(died)


def test_a_default_may_be_sent_or_left_away_and_headers_do_not_count(trace: MakeTrace, exchange: MakeExchange) -> None:
    bare = shape(trace((LIST, [exchange()], ok({}))))
    full = exchange(target=f"{PATH}?pageSize=100&page=2", headers=(("User-Agent", "x"),))
    assert shape(trace((LIST, [full], ok({})))) == bare


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"target": f"{PATH}?page=3"}, ok({"a": 1})),
        ({"target": "/elsewhere?page=2"}, ok({"a": 1})),
        ({"method": "POST"}, ok({"a": 1})),
        ({"body": b'{"a":null}'}, ok({"a": 1})),
        ({}, ok({"a": 2})),
        ({}, ok({"a": "1"})),
        ({}, Outcome("call", "raised", error=ErrorShown("E", status=404))),
        ({}, Outcome("call", "raised", error=ErrorShown("E"))),
        ({}, None),
    ],
)
def test_another_request_or_outcome_is_another_shape(
    trace: MakeTrace, exchange: MakeExchange, changes: dict[str, Any], outcome: Outcome | None
) -> None:
    assert shape(trace((LIST, [exchange(**changes)], outcome))) != shape(trace((LIST, [exchange()], ok({"a": 1}))))


def test_how_long_a_client_went_on_asking_is_no_part_of_the_shape(trace: MakeTrace, exchange: MakeExchange) -> None:
    shapes = [shape(trace((LIST, [exchange()] * times, ok({})))) for times in (2, 3, 7, 9)]
    assert len(set(shapes)) == 2
    assert shapes[1] == shapes[2] == shapes[3]


def test_how_often_a_request_was_sent_is_part_of_the_shape(trace: MakeTrace, exchange: MakeExchange) -> None:
    once, twice = [exchange()], [exchange(), exchange(number=2)]
    assert shape(trace((LIST, once, ok({})))) != shape(trace((LIST, twice, ok({}))))


OTHER: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 3}}
FIRST_ID, SECOND_ID = "5b1a2d70-6988-41ed-a1eb-0242ac120002", "0c0c2d70-6988-41ed-a1eb-0242ac120009"
REFUSED = Outcome("call", "raised", error=ErrorShown("E", status=503))


def together(trace: Any, exchange: Any, queries: list[str], outcomes: list[Outcome], **changes: Any) -> str:
    """The shape of two calls that ran together, then of one alone; the requests arrived in the order given."""
    arrived = [exchange(number=n, target=f"{PATH}?{query}") for n, query in enumerate(queries, 1)]
    last = exchange(number=9, target=f"{PATH}?page=2&query=id%3D{FIRST_ID}")
    calls = [(call, arrived, outcome) for call, outcome in zip(({**LIST, "id": "a"}, OTHER), outcomes, strict=True)]
    written = [{"parallel": [call for call, _, _ in calls]}, LIST]
    return shape(trace(*calls, (LIST, [last], ok({})), written=written, **changes))


A, B = "page=2", "page=3"
WITH_IDS = [f"page=2&query=id%3D{FIRST_ID}", f"page=3&query=id%3D{SECOND_ID}"]


@pytest.mark.parametrize("queries", [[A, B], [A, A, B], WITH_IDS], ids=["once", "one repeated", "with ids"])
def test_the_order_in_which_parallel_requests_arrive_makes_no_difference(
    trace: MakeTrace, exchange: MakeExchange, queries: list[str]
) -> None:
    outcomes = [ok({"a": 1}), ok({"a": 2})]
    shapes = {together(trace, exchange, list(order), outcomes) for order in permutations(queries)}
    assert len(shapes) == 1


@pytest.mark.parametrize(
    ("queries", "outcomes"),
    [
        ([A, A], [ok({"a": 1}), ok({"a": 2})]),
        ([A, B, B], [ok({"a": 1}), ok({"a": 2})]),
        ([A, "page=4"], [ok({"a": 1}), ok({"a": 2})]),
        ([A, B], [ok({"a": 2}), ok({"a": 1})]),
        ([A, B], [ok({"a": 1}), REFUSED]),
    ],
    ids=["another's request", "a repeat", "another request", "answers mixed up", "a failure"],
)
def test_other_parallel_requests_or_outcomes_are_another_shape(
    trace: MakeTrace, exchange: MakeExchange, queries: list[str], outcomes: list[Outcome]
) -> None:
    usual = together(trace, exchange, [A, B], [ok({"a": 1}), ok({"a": 2})])
    assert together(trace, exchange, queries, outcomes) != usual


def test_which_parallel_call_meets_a_fault_of_its_arrival_makes_no_difference(
    trace: MakeTrace, exchange: MakeExchange
) -> None:
    one, other = ([REFUSED, ok({"a": 2})], [ok({"a": 1}), REFUSED])
    fault = {"case": {"faults": [{"on": "customers.list", "close": True}]}}
    faulted = [together(trace, exchange, [A, B], outcomes, **fault) for outcomes in (one, other)]
    assert faulted[0] == faulted[1]
    assert together(trace, exchange, [A, B], [REFUSED, REFUSED], **fault) != faulted[0]
    alone = [together(trace, exchange, [A, B], outcomes) for outcomes in (one, other)]
    assert alone[0] != alone[1], "without a fault the call itself makes the difference"
