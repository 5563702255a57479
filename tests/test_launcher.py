"""Tests of an interrupt hold however the suite was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.launcher import interruptible, uninterruptible
from tests.timeouts import scaled

TESTS = Path(__file__).parent
ASKS = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
OF_INTERRUPTS = (
    "cli/test_run_ended.py::test_an_interrupted_run_says_that_it_is_not_complete",
    "tap/test_proxy.py::test_an_interrupt_leaves_a_whole_archive",
)


def ignores(command: tuple[str, ...]) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, timeout=scaled(60), check=True)
    return done.stdout == "True\n"


def test_a_program_starts_with_the_action_that_is_asked_for_whatever_its_parent_has() -> None:
    asking = (sys.executable, "-c", ASKS)
    assert ignores(uninterruptible(*asking))
    assert not ignores(interruptible(*asking))
    assert ignores(interruptible(*uninterruptible(*asking)))
    assert not ignores(uninterruptible(*interruptible(*asking)))


@pytest.mark.parametrize("test", OF_INTERRUPTS)
def test_a_test_of_an_interrupt_passes_in_a_suite_that_was_started_with_it_ignored(test: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest_of = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(TESTS / test))
    done = subprocess.run(
        uninterruptible(*pytest_of),
        cwd=TESTS.parent,
        env=env,
        capture_output=True,
        text=True,
        timeout=scaled(300),
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "1 passed" in done.stdout


def test_every_test_that_sends_an_interrupt_is_among_them() -> None:
    sends = f"send_signal(signal.{signal.SIGINT.name})"
    senders = {str(path.relative_to(TESTS)) for path in TESTS.rglob("test_*.py") if sends in path.read_text("utf-8")}
    assert senders == {test.partition("::")[0] for test in OF_INTERRUPTS}
