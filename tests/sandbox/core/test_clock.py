from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import concordat.sandbox
from concordat.errors import CatalogueError
from concordat.sandbox.core.clock import START, VirtualClock


def test_a_clock_stands_still_until_it_is_advanced() -> None:
    clock = VirtualClock()
    assert clock.now() == clock.now() == START
    clock.advance(90)
    assert clock.now() == START + timedelta(seconds=90)


def test_a_clock_starts_at_the_given_time_and_shows_utc() -> None:
    clock = VirtualClock(datetime(2026, 5, 1, 2, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2026, 5, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_appointments_are_kept_in_order_of_time_and_ties_in_order_of_making() -> None:
    clock, kept = VirtualClock(), list[tuple[str, datetime]]()
    for key, seconds in (("late", 20), ("early", 10), ("tie", 10), ("never", 60)):
        clock.at(START + timedelta(seconds=seconds), key, lambda key=key: kept.append((key, clock.now())))  # type: ignore[misc]
    clock.advance(30)
    assert [(key, (at - START).total_seconds()) for key, at in kept] == [("early", 10), ("tie", 10), ("late", 20)]
    assert clock.now() == START + timedelta(seconds=30)


def test_an_appointment_is_kept_once() -> None:
    clock, kept = VirtualClock(), list[str]()
    clock.at(START + timedelta(seconds=1), "x", lambda: kept.append("x"))
    clock.advance(1)
    clock.advance(100)
    assert kept == ["x"]


def test_an_appointment_in_the_past_is_kept_at_the_next_advance_without_going_back() -> None:
    clock, kept = VirtualClock(), list[datetime]()
    clock.at(START - timedelta(days=1), "x", lambda: kept.append(clock.now()))
    assert kept == []
    clock.advance(0)
    assert kept == [START]


def test_what_an_appointment_schedules_within_the_span_is_kept_too() -> None:
    clock, kept = VirtualClock(), list[str]()

    def first() -> None:
        kept.append("first")
        clock.at(clock.now() + timedelta(seconds=5), "second", lambda: kept.append("second"))

    clock.at(START + timedelta(seconds=5), "first", first)
    clock.advance(10)
    assert kept == ["first", "second"]


def test_a_new_appointment_under_the_same_key_replaces_the_old_one_and_a_cancelled_one_is_not_kept() -> None:
    clock, kept = VirtualClock(), list[str]()
    clock.at(START + timedelta(seconds=1), "x", lambda: kept.append("old"))
    clock.at(START + timedelta(seconds=2), "x", lambda: kept.append("new"))
    clock.at(START + timedelta(seconds=3), "y", lambda: kept.append("cancelled"))
    clock.cancel("y")
    clock.cancel("unheard of")
    clock.advance(10)
    assert kept == ["new"]


@pytest.mark.parametrize("seconds", [-1, 1e12, float("inf"), float("nan")])
def test_a_clock_goes_neither_back_nor_beyond_the_calendar(seconds: float) -> None:
    clock = VirtualClock()
    with pytest.raises(CatalogueError):
        clock.advance(seconds)
    assert clock.now() == START


REAL = {"authentication.py": "the quota, which a client waits for", "control.py": "the sandbox that runs alone"}


def reads_the_real_clock(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=[ast.alias(name="time")]) | ast.ImportFrom(module="time"):
                return True
            case ast.Attribute(attr="now" | "utcnow" | "today", value=ast.Name(id="datetime" | "date")):
                return True
    return False


def test_only_the_quota_and_the_lone_sandbox_read_the_real_clock() -> None:
    files = Path(concordat.sandbox.__file__).parent.rglob("*.py")
    assert {path.name for path in files if reads_the_real_clock(path.read_text("utf-8"))} == set(REAL)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import time", True),
        ("from time import monotonic", True),
        ("from datetime import datetime\nx = datetime.now()", True),
        ("from datetime import datetime\nx = datetime.fromisoformat(y)", False),
        ("clock.now()", False),
    ],
)
def test_a_reader_of_the_real_clock_is_found(source: str, *, expected: bool) -> None:
    assert reads_the_real_clock(source) is expected
