"""`concordat history` over releases that a manifest lists, and the past beside a failure."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from tests.cli.conftest import Project


MANIFEST = """
name: moving
language: python
registry: pypi
package: moving
module: moving
class: Moving
versions: ["3.0", "2.0", "1.0"]
apis: [accounting]
styles: [{versions: "*", style: moving}]
operations: {customers.list: customers.list}
"""
CASE = """
- id: moving.page
  title: A page is asked for
  why: Or it is another.
  source: rfc:9110#9
  world: {customers: 30}
  steps:
    - call: customers.list
      with: {companyId: $company, page: 2}
      expect: {requests: [{query: {page: 2}}]}
"""


@pytest.fixture
def moving(project: Project) -> Project:
    """A project with a client whose three releases cannot be had here."""
    project.write("clients/moving.yaml", MANIFEST)
    project.write("clients/moving/adapter.py", "")
    project.write("cases/moving/cases.yaml", CASE)
    return project


def test_releases_that_cannot_be_had_say_nothing_and_why(moving: Project) -> None:
    done = moving.run("history", "--client", "moving", "--case", "moving.page", "--offline")
    assert done.returncode == 0, done
    assert done.stdout.splitlines() == [
        "moving: no release has a verdict on it",
        "3 of 3 releases run",
    ]
    assert [f"{version} is unavailable" in done.stderr for version in ("1.0", "2.0", "3.0")] == [True] * 3
    assert "Traceback" not in done.stderr


def test_a_case_that_is_none_is_2_with_the_nearest(moving: Project) -> None:
    done = moving.run("history", "--client", "moving", "--case", "moving.pge", "--offline")
    assert done.returncode == 2
    assert "did you mean `moving.page`" in done.stderr


def test_the_past_stands_beside_a_failure_in_every_report(project: Project) -> None:
    shown = project.run("run", "--client", "reference", "mine.wrong", "--report", "report")
    assert "history:" not in shown.stdout
    digest = _digest(project, "mine.wrong")
    past = {"format": 1, "client": "reference", "cases": {"mine.wrong": {"digest": digest, "results": {"0.9": "ok"}}}}
    project.write("clients/reference.history.json", json.dumps(past))
    done = project.run("run", "--client", "reference", "mine.wrong", "--report", "report")
    assert "  history: 0.9 ok\n" in done.stdout
    assert project.read_report().results[0].history == "0.9 ok"
    for name in ("report.md", "summary.md", "junit.xml"):
        assert "0.9 ok" in (project.report / name).read_text(), name


def _digest(project: Project, key: str) -> str:
    script = (
        "from concordat.catalogue import load_catalogue; from concordat.catalogue.catalogue import case_digest\n"
        f"print(next(case_digest(case) for case in load_catalogue().cases if case.key == {key!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project.root,
        env=project.env(),
        capture_output=True,
        text=True,
        timeout=scaled(180),
        check=True,
    )
    return done.stdout.strip()
