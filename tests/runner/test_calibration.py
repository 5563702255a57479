"""Calibration exchanges: about 1 on a machine with nothing to do, more where something holds up the loop."""

from __future__ import annotations

import asyncio
import time

import pytest

from concordat.runner import calibration
from concordat.runner.calibration import calibrated


def test_nothing_is_measured_where_nothing_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(*_given: object) -> None:
        pytest.fail("an exchange was made")

    monkeypatch.setattr(calibration.Calibration, "take", taken)

    async def go() -> None:
        async with calibrated(active=False) as found:
            await asyncio.sleep(0)
        assert found.slowness == 1.0

    asyncio.run(go())


def test_a_blocked_loop_shows_in_the_current_exchange() -> None:
    async def go() -> None:
        async with calibrated(active=True) as found:
            before = found.slowness
            await asyncio.sleep(calibration._PLANNED / 2)
            time.sleep(calibration._PLANNED * 20)  # noqa: ASYNC251 - this is what holds it up
            await asyncio.sleep(calibration._PLANNED)
        assert before >= 1.0
        assert found.slowness >= 15.0

    asyncio.run(go())


def test_what_ends_with_an_error_leaves_no_exchange_behind() -> None:
    async def go() -> None:
        others = asyncio.all_tasks()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(calibration._PLANNED / 2), calibrated(active=True):
                await asyncio.sleep(60)
        assert asyncio.all_tasks() == others

    asyncio.run(go())
