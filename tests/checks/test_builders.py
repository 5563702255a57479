"""A failed check keeps all its differences; its pointer and kind stand for them; a report carries the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.checks import Check, Verdict, judge
from concordat.checks.builders import bounded, check_of, invalid, located, signature_place
from concordat.checks.model import MissingValue
from concordat.clients.protocol import Outcome
from concordat.compare.diff import Difference, diff
from concordat.values import Problem

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST_PATH = f"/companies/{COMPANY}/data/customers"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}
RETURNED = Outcome(phase="call", ended="returned", status=200, payload={})
UNSUPPORTED = Outcome(phase="build", ended="unsupported", detail="customers.list")
ELSEWHERE = {"target": "/elsewhere", "operation": None}
TOO_SMALL = Problem("query", "page", "minimum", "0 is less than the minimum of 1")
A_AND_B = {"expect": {"outcome": {"payload": {"a": 1, "b": 2}}}}
SAVING = {"save": {"it": "/it"}}
LOST = MissingValue(name="it", pointer="/it", step="s1", operation="customers.list", position=1, answered=1)
NOT_FIRED = {"case": {"world": {}, "faults": [{"on": "customers.list", "respond": {"status": 200}}]}, "unfired": ("a",)}
OTHER_STATE = {"case": {"state": {"pushes": [1]}}, "state": {"pushes": []}}
NOT_ACCEPTED = {"case": {"write-safety": {"of": "customers.list"}}}


def changes(count: int) -> tuple[Difference, ...]:
    return tuple(Difference(f"/items/{number:02}", "changed", 1, 2) for number in range(count))


@pytest.mark.parametrize(
    ("differences", "pointer", "kind"),
    [
        pytest.param([Difference("", "count", 1, 2)], "", "count", id="the value itself"),
        pytest.param(
            [Difference("/b", "missing"), Difference("/a", "missing")], "/a /b", "missing", id="sorted, one kind"
        ),
        pytest.param([Difference("/a", "count"), Difference("/a", "changed")], "/a", "changed", id="one place"),
        pytest.param([Difference("/a", "missing"), Difference("/b", "extra")], "/a /b", "changed", id="two kinds"),
        pytest.param(changes(6), " ".join(f"/items/0{number}" for number in range(6)), "changed", id="six"),
        pytest.param(changes(7), "/items/*", "changed", id="seven share a pointer"),
        pytest.param([*changes(6), Difference("/a", "extra")], "/*", "changed", id="seven share nothing"),
        pytest.param([invalid("/query/page", "minimum", "0 < 1")], "/query/page", "minimum", id="a rule"),
        pytest.param(
            [invalid("/body/a", "type", "x"), invalid("/body/b", "required", "y")],
            "/body/a /body/b",
            "changed",
            id="two rules",
        ),
    ],
)
def test_one_pointer_and_one_kind_stand_for_all_differences(
    differences: list[Difference], pointer: str, kind: str
) -> None:
    assert signature_place(differences) == (pointer, kind)


def test_a_failed_check_keeps_every_difference_and_shows_the_first_eight() -> None:
    check = check_of("outcome.payload", changes(70))
    assert check.differences == changes(70)
    assert (check.verdict, check.pointer, check.kind) == (Verdict.FAIL, "/items/*", "changed")
    assert len(check.expected) == len(check.observed) == 8


def test_the_sides_of_a_difference_are_json() -> None:
    check = check_of("outcome.payload", diff({"a": b"hi", "b": "\ud800", "c": 1}, {"a": 10**30, "b": "\ud801", "c": 2}))
    assert [(item.expected, item.observed) for item in check.differences] == [
        ({"$bytes": "aGk="}, {"$number": "1e30"}),
        ("\\ud800", "\\ud801"),
        (1, 2),
    ]
    assert msgspec.json.decode(msgspec.json.encode(check), type=Check) == check


@pytest.mark.parametrize(("count", "kept", "further"), [(0, 0, 0), (1, 1, 0), (50, 50, 0), (51, 50, 1), (70, 50, 20)])
def test_a_report_carries_fifty_differences_and_counts_the_others(count: int, kept: int, further: int) -> None:
    whole = check_of("outcome.payload", changes(count))
    check = bounded(whole)
    assert (len(check.differences), check.further_differences) == (kept, further)
    assert (check.pointer, check.kind) == (whole.pointer, whole.kind)
    assert msgspec.json.decode(msgspec.json.encode(check), type=Check) == check


def test_a_report_cuts_long_values_of_differences() -> None:
    whole = located(Check(id="x", verdict=Verdict.FAIL), [Difference("/a", "changed", "a" * 1000, list(range(10)))])
    (found,) = bounded(whole).differences
    assert found.expected == '"' + "a" * 299 + " ..."
    assert found.observed == list(range(10))


@pytest.mark.parametrize(
    ("call", "sent", "outcome", "more", "red"),
    [
        pytest.param({}, [], None, {}, {"client.alive"}, id="died"),
        pytest.param({}, [{}], UNSUPPORTED, {}, {"call.possible"}, id="unsupported"),
        pytest.param({}, [{}, {}], RETURNED, {}, {"request.count"}, id="sent twice"),
        pytest.param({}, [ELSEWHERE], RETURNED, {}, {"request.path", "request.contract"}, id="elsewhere"),
        pytest.param({}, [{"request_problems": (TOO_SMALL,)}], RETURNED, {}, {"request.contract"}, id="invalid"),
        pytest.param(A_AND_B, [{}], RETURNED, {}, {"outcome.payload"}, id="payload"),
        pytest.param({}, [{"status": 500}], RETURNED, {}, {"outcome.reported"}, id="reported"),
        pytest.param(SAVING, [{"answer": b'{"it": 1}'}], RETURNED, {"missing": (LOST,)}, {"outcome.saved"}, id="lost"),
        pytest.param({}, [{}], RETURNED, NOT_FIRED, {"fault.fired"}, id="not fired"),
        pytest.param({}, [{}], RETURNED, OTHER_STATE, {"state.pushes"}, id="state"),
        pytest.param({}, [{}], RETURNED, NOT_ACCEPTED, {"write-safety"}, id="write safety"),
    ],
)
def test_the_differences_of_every_failed_check_give_its_pointer_and_kind(
    trace: MakeTrace, exchange: MakeExchange, *, call: Any, sent: Any, outcome: Outcome | None, more: Any, red: set[str]
) -> None:
    exchanges = [exchange(number=number, **changed) for number, changed in enumerate(sent, 1)]
    checks = judge(trace(({**LIST, **call}, exchanges, outcome), **more))
    failed = [check for check in checks if check.verdict is Verdict.FAIL]
    assert {check.id for check in failed} == red
    assert all(check.differences for check in failed)
    assert [signature_place(check.differences) for check in failed] == [(check.pointer, check.kind) for check in failed]
