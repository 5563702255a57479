"""Mutants of the reference client that lie about a failing target stay failures, beside the honest client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.endpoints import KEY, AlwaysLimits, MocksWithExamples, Sound, serving

if TYPE_CHECKING:
    from tests.cli.conftest import Project

REFERENCE = Path(__file__).parents[2] / "clients"
CASES = """
- id: mine.second
  title: The second page is the second
  why: A static mock answers every page with the first.
  source: rfc:9110#9
  needs: {customers: 1}
  steps:
    - call: customers.list
      with: {companyId: $company, page: 2, pageSize: 10}
      expect: {outcome: {reported: ok, payload: {pageNumber: 2}}}
"""
BREAK = """
import sys

sys.path.insert(0, "PLACE")
from concordat_reference.errors import ApiError
from concordat_reference.transport import Answer, Transport

once, whole = Transport._once, Transport.request


def refused_read_as_empty(self, *given):
    try:
        return once(self, *given)
    except ApiError:
        return Answer(200, "application/json", b'{"results": [], "pageNumber": 2, "pageSize": 10, "totalResults": 0}')


def another_status(self, *given):
    try:
        return once(self, *given)
    except ApiError as error:
        raise ApiError(404, error.body, error.message, error.headers) from None


def tried_again(self, *given):
    for _ in range(2):
        try:
            return once(self, *given)
        except ApiError:
            pass
    return once(self, *given)


def another_page(self, *given, **named):
    answer = whole(self, *given, **named)
    return answer._replace(body=answer.body.replace(b'"pageNumber":1', b'"pageNumber":7'))


def no_page(self, *given, **named):
    answer = whole(self, *given, **named)
    return answer._replace(body=answer.body.replace(b'"pageNumber":1,', b''))


if "NAME" in ("another_page", "no_page"):
    Transport.request = globals()["NAME"]
elif "NAME" != "honest":
    Transport._once = globals()["NAME"]
"""


def liar(project: Project, name: str) -> None:
    """Write the reference client, broken in one way, as a client of the project."""
    manifest = (REFERENCE / "reference.yaml").read_text("utf-8")
    project.write(
        "clients/liar.yaml",
        manifest.replace("name: reference", "name: liar").replace("style: reference", "style: liar"),
    )
    adapter = (REFERENCE / "reference/adapter.py").read_text("utf-8")
    broken = BREAK.replace("PLACE", str(REFERENCE / "reference")).replace("NAME", name)
    adapter = adapter.replace(
        "from __future__ import annotations\n", f"from __future__ import annotations\n{broken}", 1
    )
    project.write("clients/liar/adapter.py", adapter.replace('style = "reference"', 'style = "liar"'))
    project.write("cases/mine/second.yaml", CASES)


@pytest.mark.parametrize(
    ("endpoint", "name", "verdict", "check"),
    [
        (Sound, "honest", "pass", None),
        (AlwaysLimits, "honest", "target", "outcome.reported"),
        (AlwaysLimits, "refused_read_as_empty", "fail", "outcome.reported"),
        (AlwaysLimits, "another_status", "fail", "outcome.reported"),
        (AlwaysLimits, "tried_again", "fail", "request.count"),
        (MocksWithExamples, "honest", "target", "outcome.payload"),
        (MocksWithExamples, "another_page", "fail", "outcome.payload"),
        (MocksWithExamples, "no_page", "fail", "outcome.payload"),
    ],
)
def test_a_lie_about_the_target_is_the_clients(
    endpoint: type[Sound], name: str, verdict: str, check: str | None, project: Project
) -> None:
    liar(project, name)
    with serving(endpoint) as (url, _):
        args = ("run", "mine.second", "--client", "liar", "--report", "report", "--target", url)
        done = project.run(*args, env={"CONCORDAT_API_KEY": KEY})
    [result] = json.loads((project.report / "report.json").read_bytes())["results"]
    assert result["verdict"] == verdict, done
    assert done.returncode == {"pass": 0, "fail": 1, "target": 3}[verdict]
    assert [one["id"] for one in result["checks"] if one["verdict"] == verdict and check] == ([check] if check else [])
