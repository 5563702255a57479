"""The pace of a live run: rates, numbers of requests, and the pauses for which a target asks."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import time

import pytest

from concordat.errors import UsageError
from concordat.http1.answer import Answer
from concordat.targets.pacing import PaceLimits, Pacing, check_rate, parse_rate, run_interval, wanted_pause

NOW = dt.datetime(2026, 11, 29, 10, 32, 5, tzinfo=dt.UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("text", "seconds"), [("5/s", 0.2), ("1/s", 1), ("60/m", 1), ("100/m", 0.6), ("3600/h", 1), ("1/d", 86400)]
)
def test_a_rate_is_the_time_between_two_requests(text: str, seconds: float) -> None:
    assert parse_rate(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "5", "0/s", "-1/s", "5/", "5/x", "5 / s", "1.5/s", "5/s/s", "10000000/s"])
def test_another_text_is_one_clear_error(text: str) -> None:
    with pytest.raises(UsageError, match="invalid rate") as caught:
        parse_rate(text)
    assert caught.value.hint == "write --rate-limit N/s or N/m, for example 5/s"


def test_a_rate_that_is_too_slow_for_calls_and_one_without_a_target_are_refused() -> None:
    assert run_interval("6/m") == 10
    with pytest.raises(UsageError, match="too slow for a run"):
        run_interval("5/m")
    with pytest.raises(UsageError, match="is for a live target"):
        check_rate("5/s", live=False)
    check_rate("1/m", live=True)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "30"}, 30),
        (503, {"Retry-After": "30"}, 30),
        (200, {"Retry-After": "30"}, 0),
        (429, {"retry-after": "Sun, 29 Nov 2026 10:33:05 GMT"}, 60),
        (429, {"Retry-After": "Sun, 29 Nov 2026 10:31:05 GMT"}, 0),
        (429, {"Retry-After": "soon"}, 0),
        (429, {"Retry-After": "9" * 400}, 0),
        (429, {"Retry-After": "-5"}, 0),
        (200, {"RateLimit-Remaining": "0", "RateLimit-Reset": "7"}, 7),
        (200, {"RateLimit-Remaining": "1", "RateLimit-Reset": "7"}, 0),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(EPOCH + 12)}, 12),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(EPOCH - 12)}, 0),
        (200, {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "2026-11-29T10:32:25Z"}, 20),
        (200, {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "2026-11-29T10:32:25"}, 20),
        (200, {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "29/11/2026"}, 0),
        (200, {"X-Rate-Limit-Remaining": "0"}, 0),
        (200, {"RateLimit": '"default";r=0;t=9'}, 9),
        (200, {"RateLimit": '"default";r=3;t=9'}, 0),
        (429, {"Retry-After": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "7"}, 7),
        (200, {}, 0),
    ],
)
def test_an_answer_asks_for_a_pause_in_these_forms(status: int, headers: dict[str, str], seconds: float) -> None:
    assert wanted_pause(status, tuple(headers.items()), now=NOW) == pytest.approx(seconds)


def test_requests_are_spaced_also_those_that_come_together() -> None:
    async def run() -> list[float]:
        pacing = Pacing(PaceLimits(interval=0.05))
        began = time.monotonic()

        async def request() -> float:
            assert await pacing.turn() is None
            return time.monotonic() - began

        return sorted(await asyncio.gather(*(request() for _ in range(4))))

    times = asyncio.run(run())
    assert [second - first >= 0.045 for first, second in itertools.pairwise(times)] == [True] * 3


def test_after_its_number_of_requests_a_run_sends_none_but_its_discovery_is_never_stopped() -> None:
    async def run() -> list[str | None]:
        pacing = Pacing(PaceLimits(requests=3))
        found = [await pacing.turn() for _ in range(2)]
        pacing.enforced = True
        return [*found, await pacing.turn(), await pacing.turn()]

    assert asyncio.run(run()) == [None, None, None, "the run has sent its 3 requests (--max-requests)"]


class Clock:
    """A clock that only sleeping moves, in place of those of `time` and `asyncio`."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_pause_is_between_cases_and_no_request_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    monkeypatch.setattr(asyncio, "sleep", clock.sleep)

    async def run() -> list[float]:
        pacing = Pacing(progress=lines.append)
        pacing.see(Answer(429, (("Retry-After", "7"),)))
        await pacing.turn()
        moments = [clock.now]
        async with pacing.case() as stopped:
            assert stopped is None
        return [*moments, clock.now]

    loop = asyncio.new_event_loop()
    try:
        assert loop.run_until_complete(run()) == [100.0, 107.0]
    finally:
        loop.close()
    assert lines == ["a pause of 7 s, for which the target asks"]


def test_a_pause_that_is_too_long_stops_the_run() -> None:
    async def run() -> str | None:
        pacing = Pacing()
        pacing.see(Answer(200, (("RateLimit-Remaining", "0"), ("RateLimit-Reset", "86400"))))
        async with pacing.case() as stopped:
            assert stopped is None, "the next answer shows whether the limit is real"
        pacing.see(Answer(429, (("Retry-After", "3600"),)))
        async with pacing.case() as stopped:
            return stopped

    reason = asyncio.run(run())
    assert reason == "the run stopped: the target asks for a pause of 3600 s, and the run waits 120 s at most"


def test_results_in_a_row_that_the_target_broke_stop_the_run() -> None:
    pacing = Pacing(PaceLimits(target_failures=2))
    for broken in (True, False, True):
        pacing.ended(broken=broken)
    assert pacing.stopped is None
    pacing.ended(broken=True)
    assert pacing.stopped == "the run stopped after 2 results in a row that the target broke (--max-target-failures)"


def test_slow_requests_run_one_case_at_a_time() -> None:
    async def run() -> int:
        pacing = Pacing(PaceLimits(interval=0.6))
        inside = most = 0

        async def case() -> None:
            nonlocal inside, most
            async with pacing.case():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.01)
                inside -= 1

        await asyncio.gather(*(case() for _ in range(3)))
        return most

    assert asyncio.run(run()) == 1


def test_processes_share_the_limits() -> None:
    parts = [PaceLimits(0.2, 7, 10).part(index, 3) for index in range(3)]
    assert [(round(part.interval, 3), part.requests) for part in parts] == [(0.6, 3), (0.6, 2), (0.6, 2)]
    assert PaceLimits().part(1, 2) == PaceLimits()
