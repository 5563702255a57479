"""The turn of a case on a live target: one at a time, also among processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

from concordat.targets.turn import Turn

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import asyncio, sys
from concordat.targets.turn import Turn

async def hold():
    await Turn("http://here").acquire()
    print("taken", flush=True)
    sys.stdin.readline()

asyncio.run(hold())
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONCORDAT_CACHE", str(tmp_path))
    return tmp_path


async def waits(turn: Turn) -> bool:
    """Whether the turn cannot be taken at once."""
    task = asyncio.create_task(turn.acquire())
    done, _ = await asyncio.wait([task], timeout=scaled(0.2))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return not done


def test_one_case_of_a_process_has_the_turn() -> None:
    async def run() -> list[bool]:
        turn = Turn("http://here")
        await turn.acquire()
        during = await waits(turn)
        turn.release()
        return [during, await waits(turn)]

    assert asyncio.run(run()) == [True, False]


def test_another_process_has_the_turn_until_it_ends() -> None:
    async def run(other: subprocess.Popen[str]) -> list[bool]:
        during = await waits(Turn("http://here"))
        elsewhere = await waits(Turn("http://there"))
        other.kill()
        other.wait(scaled(20))
        return [during, elsewhere, await waits(Turn("http://here"))]

    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "taken\n"
        assert asyncio.run(run(other)) == [True, False, False]


def test_without_a_folder_for_the_file_the_process_counts_alone(cache: Path) -> None:
    (cache / "turns").write_text("a file in place of the folder")

    async def run() -> bool:
        turn = Turn("http://here")
        await turn.acquire()
        return await waits(turn)

    assert asyncio.run(run())
