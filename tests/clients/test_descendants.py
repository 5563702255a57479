from __future__ import annotations

import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled, until

from concordat.clients import descendants
from concordat.clients.descendants import MARK, kill_descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE = scaled(60)
SLEEPS = "print('there', flush=True); import time; time.sleep(60)"
STARTS_ANOTHER = (
    "import subprocess, sys, time\n"
    f"child = subprocess.Popen([sys.executable, '-S', '-c', {SLEEPS!r}], start_new_session=True, env={{}})\n"
    "time.sleep(60)"
)


@contextmanager
def started(program: str, mark: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Give a process in a session of its own, once it (or what it started) has said that it is there."""
    env = {**os.environ} if mark is None else {**os.environ, MARK: mark}
    command = [sys.executable, "-S", "-c", program]
    with subprocess.Popen(command, env=env, start_new_session=True, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def mark() -> str:
    return uuid.uuid4().hex


def test_what_carries_the_mark_is_killed_and_nothing_else(mark: str) -> None:
    with started(SLEEPS, mark) as marked, started(SLEEPS, mark + "0") as other, started(SLEEPS) as bare:
        kill_descendants([mark, "none-such"])
        assert marked.wait(DEADLINE) == -9
        assert (other.poll(), bare.poll()) == (None, None)


def test_a_descendant_without_the_mark_is_found_by_its_ancestry_and_the_root_is_left() -> None:
    with started(STARTS_ANOTHER) as root:
        (child,) = Path(f"/proc/{root.pid}/task/{root.pid}/children").read_text("ascii").split()
        kill_descendants([], root.pid)
        until(lambda: has_ended(child), f"the end of process {child}")
        assert root.poll() is None


def has_ended(pid: str) -> bool:
    """Whether a process has ended, whose parent does not wait for it."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"


def test_where_there_is_no_proc_nothing_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mark: str) -> None:
    monkeypatch.setattr(descendants, "_PROC", tmp_path / "none")
    with started(SLEEPS, mark) as marked:
        kill_descendants([mark], os.getpid())
        assert marked.poll() is None


@pytest.mark.parametrize(("orders", "ended"), [("+{0} {1}\n", -9), ("+{0}\n", -9), ("+{0} {1}\n-{0}\n", None)])
def test_the_reaper_kills_what_is_still_listed_when_its_input_ends(orders: str, ended: int | None, mark: str) -> None:
    with started(SLEEPS, mark) as marked:
        command = [sys.executable, "-I", "-S", descendants.__file__]
        subprocess.run(command, input=orders.format(marked.pid, mark), text=True, timeout=DEADLINE, check=True)
        assert (marked.wait(DEADLINE) if ended else marked.poll()) == ended


HELD_REAPER = """
import os, runpy, sys, time
sleep, pauses = time.sleep, []
def held(seconds):
    pauses.append(seconds)
    if len(pauses) == 2:
        print("looked once", flush=True)
        while not os.path.exists(sys.argv[2]):
            sleep(0.01)
time.sleep = held
runpy.run_path(sys.argv[1], run_name="__main__")
"""
"""Does not look a second time before a file is there."""


def test_the_reaper_looks_again_for_what_was_only_being_started_when_its_input_ended(mark: str, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    command = [sys.executable, "-I", "-S", "-c", HELD_REAPER, descendants.__file__, str(go_on)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reaper:
        assert reaper.stdin is not None
        assert reaper.stdout is not None
        reaper.stdin.write(f"+{2**22} {mark}\n")
        reaper.stdin.close()
        assert reaper.stdout.readline() == "looked once\n"
        with started(SLEEPS, mark) as late:
            go_on.touch()
            assert late.wait(DEADLINE) == -9


def test_the_reaper_looks_for_as_long_as_a_start_may_take() -> None:
    assert descendants._PAUSES[0] == 0
    assert sum(descendants._PAUSES) >= 1
