"""Shapes: equal for clients that agree, different for those that do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from concordat.checks import shape
from concordat.checks.model import MissingValue
from concordat.clients.protocol import ErrorShown, Outcome

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
PATH = f"/companies/{COMPANY}/data/customers"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}


def ok(payload: Any) -> Outcome:
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
def test_what_call_styles_cannot_share_makes_no_difference(trace: Any, exchange: Any, left: Any, right: Any) -> None:
    assert shape(trace((LIST, [exchange()], ok(left)))) == shape(trace((LIST, [exchange()], ok(right))))


def test_a_client_whose_step_was_blocked_does_not_agree_with_one_that_died_in_it(trace: Any) -> None:
    died = trace((LIST, [], None))
    missing = MissingValue(name="it", pointer="/it", step="s0", operation="customers.list", position=0)
    blocked = replace(died, steps=(replace(died.steps[0], lost=None, blocked=(missing,)),))
    assert shape(blocked) != shape(died)


def test_a_default_may_be_sent_or_left_away_and_headers_do_not_count(trace: Any, exchange: Any) -> None:
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
    trace: Any, exchange: Any, changes: dict[str, Any], outcome: Outcome | None
) -> None:
    assert shape(trace((LIST, [exchange(**changes)], outcome))) != shape(trace((LIST, [exchange()], ok({"a": 1}))))


def test_how_long_a_client_went_on_asking_is_no_part_of_the_shape(trace: Any, exchange: Any) -> None:
    shapes = [shape(trace((LIST, [exchange()] * times, ok({})))) for times in (2, 3, 7, 9)]
    assert len(set(shapes)) == 2
    assert shapes[1] == shapes[2] == shapes[3]


def test_how_often_a_request_was_sent_is_part_of_the_shape(trace: Any, exchange: Any) -> None:
    once, twice = [exchange()], [exchange(), exchange(number=2)]
    assert shape(trace((LIST, once, ok({})))) != shape(trace((LIST, twice, ok({}))))
