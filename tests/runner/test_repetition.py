"""The repetition of a call: by the sandbox's clock, or by the real one."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from concordat.catalogue.model import Repeat
from concordat.runner.repetition import Repetition
from concordat.targets.patience import Patience


class Clocked:
    """An environment with a clock that only `advance` or a sleep moves."""

    def __init__(self, *, real_time: bool) -> None:
        self.real_time = real_time
        self.patience = Patience()
        self.stopped: str | None = None
        self.now = 0.0
        self.pauses: list[float] = []

    def advance(self, seconds: float) -> None:
        assert not self.real_time
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def tries(environment: Clocked, repeat: Repeat | None, *, awaited: int | None = None) -> int:
    async def count() -> int:
        made = Repetition(repeat, cast("Any", environment), sleep=environment.sleep, monotonic=lambda: environment.now)
        number = 1
        while number != awaited and await made.again():
            number += 1
        if number == awaited:
            made.arrived()
        return number

    return asyncio.run(count())


@pytest.mark.parametrize(
    ("repeat", "number", "passed"),
    [(None, 1, 0.0), (Repeat(until={}, times=4), 4, 0.0), (Repeat(until={}, times=4, advance="30s"), 4, 90.0)],
)
def test_in_the_sandbox_the_clock_moves_between_two_tries(repeat: Repeat | None, number: int, passed: float) -> None:
    environment = Clocked(real_time=False)
    assert tries(environment, repeat) == number
    assert environment.now == passed


def test_on_a_live_target_the_tries_last_as_long_with_growing_pauses() -> None:
    environment = Clocked(real_time=True)
    number = tries(environment, Repeat(until={}, times=4, advance="30s"))
    assert environment.now == pytest.approx(120)
    assert number > 20
    assert environment.pauses[:-1] == sorted(environment.pauses[:-1])
    assert environment.pauses[0] == 0.25
    assert max(environment.pauses) == 5.0


def test_no_wait_on_a_live_target_exceeds_its_limit() -> None:
    environment = Clocked(real_time=True)
    tries(environment, Repeat(until={}, times=1000, advance="1h"))
    assert environment.now == pytest.approx(240)


@pytest.mark.parametrize(
    ("advance", "waits"),
    [("1h", [240, 240, 2, 2, 0.25, 240, 240, 2]), ("180s", [180, 180, 120, 2, 0.25, 180, 180, 120])],
)
def test_calls_wait_eight_minutes_in_vain_until_one_gets_what_it_waits_for(advance: str, waits: list[float]) -> None:
    environment = Clocked(real_time=True)
    lasted = []
    for awaited in (None, None, None, None, 2, None, None, None):
        began = environment.now
        tries(environment, Repeat(until={}, times=1, advance=advance), awaited=awaited)
        lasted.append(environment.now - began)
    assert lasted == pytest.approx(waits)


@pytest.mark.parametrize("real_time", [True, False])
def test_nothing_is_tried_again_once_the_target_gets_no_further_request(*, real_time: bool) -> None:
    environment = Clocked(real_time=real_time)
    environment.stopped = "the run has sent its 50 requests"
    assert tries(environment, Repeat(until={}, times=100, advance="30s")) == 1
    assert environment.now == 0


def test_tries_without_a_wait_stay_as_many_on_a_live_target() -> None:
    assert tries(Clocked(real_time=True), Repeat(until={}, times=3)) == 3
