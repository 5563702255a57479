"""The heartbeat prints after 30 seconds without output, by a clock that the test moves."""

from __future__ import annotations

import pytest

from concordat.checks.model import Verdict
from concordat.report.heartbeat import Heartbeat
from concordat.runner.event import CaseFinished, RunStarted
from concordat.runner.result import Header, Result

HEADER = Header(
    concordat="0", run_id="r", started="now", target="sandbox", settings={}, catalogue_sha256="", contracts={}
)


class Clock:
    """A clock that stands still."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def finished(verdict: Verdict = Verdict.PASS) -> CaseFinished:
    return CaseFinished(Result(case="a.b", client="c@1", level="must", verdict=verdict))


# Each word is a second that passes (a number), a result (`pass`, `fail`), or a tick of the waiting process.
@pytest.mark.parametrize(
    ("printed", "events", "expected"),
    [
        (False, "29 tick", []),
        (False, "30 tick", ["... 0 of 1,678 results, 0 failed, 30 s"]),
        (False, "10 pass 10 fail 10 pass", ["... 3 of 1,678 results, 1 failed, 30 s"]),
        (False, "30 tick tick 29 tick", ["... 0 of 1,678 results, 0 failed, 30 s"]),
        (
            False,
            "30 tick 60 fail",
            ["... 0 of 1,678 results, 0 failed, 30 s", "... 1 of 1,678 results, 1 failed, 1 min 30 s"],
        ),
        (True, "10 pass 10 fail 10 pass 29 tick", []),
        (True, "20 pass 20 tick 10 tick", ["... 1 of 1,678 results, 0 failed, 50 s"]),
    ],
)
def test_a_line_after_thirty_seconds_without_output(
    printed: bool,  # noqa: FBT001 - a table
    events: str,
    expected: list[str],
) -> None:
    clock = Clock()
    lines: list[str] = []
    heartbeat = Heartbeat(lines.append, results_are_printed=printed, clock=clock)
    clock.now += 100  # installations come before the run
    heartbeat(RunStarted(HEADER, 1678))
    for word in events.split():
        if word == "tick":
            heartbeat.tick()
        elif word.isdigit():
            clock.now += int(word)
        else:
            heartbeat(finished(Verdict(word)))
    assert lines == expected
