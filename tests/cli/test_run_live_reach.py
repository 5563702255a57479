"""Live runs of a published SDK against `serve --stocked`: how many results each permission brings, and what they say.

The runs are the real thing: an SDK from its registry, an endpoint in another process, credentials, no control request.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import Project
from tests.timeouts import scaled

from concordat.checks import Verdict
from concordat.report import load_report
from concordat.resources import cache_home

if TYPE_CHECKING:
    from concordat.runner.result import Report, Result

KEY = "concordat-sandbox-key"
CLIENT = "python-expenses"
WAIT = scaled(60)
LEAST = {"": 300, "--allow-writes": 380, "--disposable": 1000}
"""The least number of results of the default profile that each permission brings."""
ENDS = {
    "Success": "push.live.made-and-read-back",
    "Failed": "push.live.failed-with-validation",
    "TimedOut": "push.live.timed-out",
    "Pending": "push.live.still-pending",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An empty folder, with the clients that this machine has installed."""
    return Project(tmp_path_factory.mktemp("live"), cache_home())


@pytest.fixture(scope="module")
def reports(project: Project) -> dict[str, Report]:
    """The report of a run with each permission, each against a new endpoint."""
    found = {}
    for option in LEAST:
        running = project.start("serve", "--api", "sync-for-expenses", "--stocked", "--clock-rate", "120")
        try:
            url = project.served(running)["url"]
            folder = project.root / f"report{option}"
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "concordat", "run", "--client", CLIENT, "--target", url),
                    *("--report", str(folder), *filter(None, [option])),
                ],
                cwd=project.root,
                env=project.env(CONCORDAT_API_KEY=KEY),
                capture_output=True,
                text=True,
                timeout=scaled(400),
                check=False,
                stdin=subprocess.DEVNULL,
            )
        finally:
            running.terminate()
            running.communicate(timeout=WAIT)
        report = load_report(folder)
        if any(not client.available for client in report.clients):
            pytest.skip(f"{CLIENT} cannot be installed here")
        assert done.returncode == 0, done
        found[option] = report
    return found


def executed(report: Report) -> list[Result]:
    return [result for result in report.results if result.verdict is not Verdict.NOT_APPLICABLE]


@pytest.mark.parametrize(("option", "least"), LEAST.items())
def test_each_permission_brings_its_results_and_none_is_red(
    reports: dict[str, Report], option: str, least: int
) -> None:
    ran = executed(reports[option])
    assert len(ran) >= least
    assert {result.verdict for result in ran} <= {Verdict.PASS, Verdict.KNOWN_FAILURE, Verdict.OBSERVATION}


def test_every_run_prints_the_three_numbers(reports: dict[str, Report]) -> None:
    numbers = [len(executed(report)) for report in reports.values()]
    [line] = [note for note in reports[""].notes if note.startswith(CLIENT)]
    more = [numbers[1] - numbers[0], numbers[2] - numbers[1]]
    label = reports[""].clients[0].label
    expected = f"{label}: {numbers[0]} results on this target"
    assert line == f"{expected}; {more[0]} more with --allow-writes; {more[1]} more with --disposable"
    assert f"{label}: {numbers[2]} results on this target" in reports["--disposable"].notes


@pytest.mark.parametrize(("status", "case"), ENDS.items())
def test_writes_are_followed_to_each_end(reports: dict[str, Report], status: str, case: str) -> None:
    followed = [result for result in executed(reports["--allow-writes"]) if result.case == case]
    assert followed
    for result in followed:
        assert result.verdict is Verdict.PASS
        assert any(status in str(outcome.get("payload", {}).get("status")) for outcome in result.outcomes)


def test_a_run_that_reads_writes_nothing(reports: dict[str, Report]) -> None:
    assert not any(result.written for result in reports[""].results)


def test_what_a_run_made_is_listed_and_carries_its_mark(reports: dict[str, Report]) -> None:
    report = reports["--allow-writes"]
    assert report.header.mark.startswith("Concordat ")
    made = [result for result in report.results if any(w.request.startswith("POST") for w in result.written)]
    assert len(made) >= 80
    for result in made:
        bodies = [exchange.request.body or "" for exchange in result.exchanges if exchange.request is not None]
        creates = [body for body in bodies if body]
        assert not creates or any(report.header.mark in body for body in creates), result.key
    assert any("pushOperationKey" in write.ids for result in made for write in result.written)


def test_the_page_lists_what_was_written(reports: dict[str, Report], project: Project) -> None:
    page = (project.root / "report--allow-writes" / "report.md").read_text()
    assert "## Written to the target" in page
    assert reports["--allow-writes"].header.mark in page
