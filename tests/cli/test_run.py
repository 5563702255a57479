"""`concordat run`, from the shell to the verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from concordat.checks import Verdict
from concordat.report import load_report

if TYPE_CHECKING:
    from tests.cli.conftest import MakeBroken, Project

RUN = ("run", "--client", "reference", "--report", "report")


def verdicts(project: Project) -> dict[str, Verdict]:
    return {result.key: result.verdict for result in project.read_report().results}


def test_a_run_of_good_cases_is_0_and_leaves_every_form_of_its_report(project: Project) -> None:
    done = project.run(*RUN, "mine.list", "mine.world", "mine.write")
    assert done.returncode == 0, done
    assert done.stderr == ""
    assert done.stdout.startswith("concordat ")
    assert ": 3 results to come, target sandbox\n" in done.stdout
    assert done.stdout.endswith(", exit 0; report in report\n")
    report = load_report(project.report)
    assert set(verdicts(project).values()) == {Verdict.PASS}
    assert [info.label for info in report.clients] == ["reference@1.0.0"]
    assert (report.footer.complete, report.totals["executed"]) == (True, 3)
    assert len(ET.parse(project.report / "junit.xml").findall(".//testcase")) == 3
    assert (project.report / "report.md").read_text().startswith("# Conformance report\n")
    events = [json.loads(line)["type"] for line in (project.report / "events.jsonl").read_text().splitlines()]
    assert events == ["run-started", "client-ready", *["case-finished"] * 3, "run-finished"]


def test_a_red_case_is_1_and_is_explained_with_the_command_that_runs_just_it(project: Project) -> None:
    done = project.run(*RUN, "mine")
    assert done.returncode == 1
    assert verdicts(project)["mine.wrong"] is Verdict.FAIL
    assert "mine.wrong with reference@1.0.0: fail\n" in done.stdout
    assert "request.query: fail" in done.stdout
    assert "  run it alone: concordat run 'mine.wrong' --client reference@1.0.0\n" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    again = project.run("report", "render", "report", "--format", "junit")
    assert again.returncode == 0
    assert again.stdout.encode().strip() == (project.report / "junit.xml").read_bytes().strip()


def test_minus_x_leaves_a_report_that_says_it_is_not_complete(project: Project) -> None:
    done = project.run(*RUN, "-x", "mine.wrong", "mine.world", "mine.write")
    assert done.returncode == 1
    footer = project.read_report().footer
    assert (footer.complete, footer.exit_code) == (False, 1)
    assert footer.note == "stopped at the first red result, 2 of 3 results are missing"
    assert "NOT COMPLETE: stopped at the first red result" in done.stdout


@pytest.mark.parametrize(
    "selection",
    [("mine", "-k", "nothing-like-it"), ("mine.list", "--level", "may", "--shard", "2/2")],
    ids=["an expression that matches nothing", "an empty shard"],
)
def test_a_run_that_executes_nothing_fails(selection: tuple[str, ...], project: Project) -> None:
    done = project.run(*RUN, *selection)
    assert done.returncode == 3
    assert "no case was executed" in done.stdout + done.stderr


def test_the_users_own_pytest_settings_change_no_verdict(project: Project) -> None:
    env = {"PYTEST_ADDOPTS": "--no-such-option", "PYTEST_PLUGINS": "no_such_plugin"}
    (project.root / "conftest.py").write_text("raise RuntimeError('not for this run')\n")
    (project.root / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    assert project.run(*RUN, "mine.list", env=env).returncode == 0


def test_an_adapter_that_dies_garbles_or_fails_costs_only_its_case(broken: MakeBroken) -> None:
    project = broken(1, 901, 2, 902, 3, 903, 4)
    done = project.run("run", "broken", "--client", "broken", "--report", "report")
    assert done.returncode == 3, done
    report = load_report(project.report)
    assert verdicts(project) == {
        "broken.c0": Verdict.PASS,
        "broken.c1": Verdict.FAIL,
        "broken.c2": Verdict.PASS,
        "broken.c3": Verdict.HARNESS_ERROR,
        "broken.c4": Verdict.PASS,
        "broken.c5": Verdict.HARNESS_ERROR,
        "broken.c6": Verdict.PASS,
    }
    by_key = {result.key: result for result in report.results}
    (died,) = (check for check in by_key["broken.c1"].checks if check.verdict is Verdict.FAIL)
    assert (died.id, died.observed) == ("client.alive", "died")
    assert "garbage" in by_key["broken.c3"].checks[0].message
    assert "its own code failed" in by_key["broken.c5"].checks[0].message


def test_a_death_alone_is_the_clients_failure(broken: MakeBroken) -> None:
    project = broken(901, 1)
    assert project.run("run", "broken", "--client", "broken", "--report", "report").returncode == 1
    assert load_report(project.report).footer.exit_code == 1


def test_an_adapter_that_does_more_than_call_its_sdk_is_named(broken: MakeBroken) -> None:
    project = broken(1)
    done = project.run("run", "broken", "--client", "broken", "--report", "report")
    (note,) = load_report(project.report).notes
    assert note.startswith("broken@1: its results may not be the SDK's: it imports http.client (adapter.py:")
    assert note in done.stdout.replace("\n", "")


def test_a_named_client_whose_adapter_cannot_start_is_unavailable_and_3(broken: MakeBroken) -> None:
    project = broken(1)
    project.write("clients/broken/adapter.py", "raise SystemExit('no such SDK here')\n")
    done = project.run(
        "run", "broken", "mine.list", "--client", "broken", "--client", "reference", "--report", "report"
    )
    assert done.returncode == 3
    report = load_report(project.report)
    (gone,) = (info for info in report.clients if not info.available)
    assert (gone.label, "no such SDK here" in (gone.reason or "")) == ("broken@1", True)
    assert {result.client for result in report.results} == {"reference@1.0.0"}
    assert "unavailable" in done.stdout


def test_workers_play_the_catalogue_from_outside_of_a_checkout(project: Project) -> None:
    done = project.run(
        "run", "mine.list", "mine.world", "--client", "reference", "--report", "report", "--workers", "2"
    )
    assert done.returncode == 0, done
    report = project.read_report()
    assert report.footer.complete
    assert sorted(result.case for result in report.results) == ["mine.list", "mine.world"]
