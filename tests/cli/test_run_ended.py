"""A run that is ended from outside leaves no process behind, and nothing that could be taken for a report."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.timeouts import scaled, until

from concordat.errors import ReportError
from concordat.report import load_report

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.cli.conftest import MakeBroken, Project

DEADLINE = scaled(60)
STALLS, WAITS = 904, 905


def processes_of(project: Project) -> list[int]:
    """Every process with the project in its command line or its environment, however it came to be."""
    marker = str(project.root).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                held = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if marker in held:
                found.append(int(entry.name))
    return found


@pytest.fixture
def stalled(broken: MakeBroken) -> Iterator[tuple[Any, subprocess.Popen[str]]]:
    """A run in the middle of a call that does not come back, its first result recorded."""
    project = broken(1, STALLS, 2)
    running = project.start("run", "broken", "--client", "broken", "--report", "report")
    events = project.report / "events.jsonl"
    try:
        until((project.root / "concordat/clients/broken/stalled").exists, "the stalled call")
        until(lambda: events.exists() and b'"case-finished"' in events.read_bytes(), "the first result")
        assert len(processes_of(project)) >= 4, "the run, its reaper, the adapter and what the adapter started"
        yield project, running
    finally:
        for number in processes_of(project):
            os.kill(number, signal.SIGKILL)
        running.communicate(timeout=DEADLINE)


def test_a_killed_run_leaves_no_process_and_no_report(stalled: tuple[Any, subprocess.Popen[str]]) -> None:
    project, running = stalled
    running.kill()
    assert running.wait(DEADLINE) == -signal.SIGKILL
    until(lambda: processes_of(project) == [], "the end of every process")
    assert sorted(path.name for path in project.report.iterdir()) == ["events.jsonl"]
    with pytest.raises(ReportError, match="report cannot be read"):
        load_report(project.report)


def test_an_interrupted_run_says_that_it_is_not_complete(stalled: tuple[Any, subprocess.Popen[str]]) -> None:
    project, running = stalled
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=DEADLINE)
    assert running.returncode == 3
    assert "NOT COMPLETE: interrupted, 2 of 3 results are missing" in said[0]
    assert "Traceback" not in said[0] + said[1]
    until(lambda: processes_of(project) == [], "the end of every process")
    report = project.read_report()
    assert (report.footer.complete, [result.key for result in report.results]) == (False, ["broken.c0"])
    with pytest.raises(ReportError, match="not complete"):
        load_report(project.report)
    assert (project.report / "events.jsonl").read_bytes().count(b"\n") == 4


def test_a_run_that_was_started_with_the_interrupt_ignored_goes_on_to_its_end(broken: MakeBroken) -> None:
    project = broken(1, WAITS, 2)
    client = project.root / "concordat/clients/broken"
    running = project.start("run", "broken", "--client", "broken", "--report", "report", ignoring=True)
    try:
        until((client / "stalled").exists, "the call that waits")
        running.send_signal(signal.SIGINT)
        (client / "go-on").touch()
        said = running.communicate(timeout=DEADLINE)
    finally:
        running.kill()
        running.communicate(timeout=DEADLINE)
    assert "NOT COMPLETE" not in said[0]
    assert [result.key for result in load_report(project.report).results] == ["broken.c0", "broken.c1", "broken.c2"]


def test_servers_end_at_an_interrupt_though_they_were_started_with_it_ignored(project: Project) -> None:
    with contextlib.ExitStack() as stack:
        serving = stack.enter_context(project.start("serve", ignoring=True))
        stack.callback(serving.kill)
        url = project.served(serving)["url"]
        forwarding = stack.enter_context(project.start("proxy", "--upstream", url, ignoring=True))
        stack.callback(forwarding.kill)
        assert "url" in project.served(forwarding)
        for running in (forwarding, serving):
            running.send_signal(signal.SIGINT)
            said = running.communicate(timeout=DEADLINE)
            assert running.returncode == 0, said
