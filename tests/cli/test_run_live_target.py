"""Live targets that fail: no client is blamed, the exit code is 3, and one sentence names what the target did."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.endpoints import (
    KEY,
    AlwaysLimits,
    BreaksTheContract,
    CountsSevenMore,
    DiesAfterFourRequests,
    ForgetsTheKey,
    HasAnotherBasePath,
    LimitsRequests,
    MocksWithExamples,
    MocksWithoutExamples,
    RedirectsToALoginPage,
    ShowsALoginPage,
    Sound,
    serving,
)
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import MakeBroken, Project

CASES = ("mine.list", "mine.total", "customers.list", "errors.unknown-customer", "resilience.client-reused")
TOTAL = """
- id: mine.total
  title: Two pages have one total
  why: A relation that holds on every sound endpoint.
  source: rfc:9110#9
  needs: {customers: 2}
  steps:
    - {call: customers.list, id: first, with: {companyId: $company, pageSize: 1}, save: {total: /totalResults}}
    - call: customers.list
      id: second
      with: {companyId: $company, page: 2, pageSize: 1}
      expect: {outcome: {reported: ok, payload: {totalResults: $total}}}
"""


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve the endpoint of the test's parameter, a class, and yield its URL."""
    with serving(request.param) as (url, _):
        yield url


def run(project: Project, url: str, *more: str, client: str = "reference") -> subprocess.CompletedProcess[str]:
    project.write("cases/mine/total.yaml", TOTAL)
    args = ("run", *CASES, "--client", client, "--report", "report", "--target", url, *more)
    return project.run(*args, env={"CONCORDAT_API_KEY": KEY})


def report_of(project: Project) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((project.report / "report.json").read_bytes())
    return read


FAILING = [
    (DiesAfterFourRequests, r"did not answer \d+ requests"),
    (LimitsRequests, r"answered 429 to 4 requests"),
    (ForgetsTheKey, r"answered 401 to \d+ requests"),
    (HasAnotherBasePath, r"answered 404 to \d+ requests"),
    (ShowsALoginPage, r"answered \d+ requests with something else than JSON"),
    (RedirectsToALoginPage, r"answered 302 to \d+ requests"),
    (MocksWithoutExamples, r"answered \d+ requests with other data than the cases expect"),
    (MocksWithExamples, r"answered \d+ requests with other data than the cases expect"),
    (BreaksTheContract, r"broke the contract in its answers to \d+ requests"),
    (CountsSevenMore, r"answered \w+ requests? with other data than the cases expect"),
]


@pytest.mark.parametrize(("endpoint", "deed"), FAILING, indirect=["endpoint"], ids=[one.__name__ for one, _ in FAILING])
def test_a_failing_target_breaks_results_and_blames_no_client(project: Project, endpoint: str, deed: str) -> None:
    done = run(project, endpoint)
    assert done.returncode == 3, done
    report = report_of(project)
    verdicts = {result["verdict"] for result in report["results"]}
    assert "target" in verdicts
    assert not verdicts & {"fail", "unexpected-pass", "harness-error"}, done
    broken = report["totals"]["target"]
    says = f"{broken} results? says? nothing about a client"
    account = re.compile(rf"[Tt]he target .*{deed}.*, first at \d\d:\d\d:\d\d UTC in [\w.\[\]-]+.*; {says}", re.DOTALL)
    assert account.search(" ".join(done.stdout.split())), done.stdout
    assert any(account.search(note) for note in report["notes"])
    for name in ("report.md", "summary.md"):
        assert account.search((project.report / name).read_text().replace("\\", "")), name
    files = [path for path in project.report.rglob("*") if path.is_file()]
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize("endpoint", [Sound], indirect=True)
def test_a_sound_target_breaks_nothing(project: Project, endpoint: str) -> None:
    done = run(project, endpoint)
    assert done.returncode == 0, done
    assert report_of(project)["totals"]["target"] == 0
    assert "the target" not in done.stdout


ADAPTER = """
import http.client, json
from urllib.parse import urlsplit

from concordat_adapter import Adapter, config, inside, serve


class Double(Adapter):
    style = "broken"

    def package(self):
        return "double", "1"

    def open(self, order):
        self.order = order

    def send(self, call):
        url = urlsplit(self.order["serverUrl"])
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        path = f"/companies/{call.arguments['companyId']}/data/customers"
        connection.request("GET", path, headers={"Authorization": self.order["auth"], "User-Agent": "double/1"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def call(self, call):
        with inside("call"):
            status, body = self.send(call)
            BEHAVIOUR


serve(Double(config()))
"""
HONEST = "return {'status': status, 'payload': json.loads(body)}"
MAKES_A_PAGE_UP = "return {'status': 200, 'payload': {'results': [], 'totalResults': 0}}"
HIDES_THE_STATUS = "return {'payload': json.loads(body)}"
RETRIES = """for _ in range(3):
                if status == 429:
                    status, body = self.send(call)
            return {'status': status, 'payload': json.loads(body)}"""


@pytest.mark.parametrize("endpoint", [AlwaysLimits], indirect=True)
@pytest.mark.parametrize(
    ("behaviour", "verdict", "check"),
    [
        (HONEST, "target", "outcome.reported"),
        (MAKES_A_PAGE_UP, "fail", "outcome.reported"),
        (HIDES_THE_STATUS, "fail", "outcome.reported"),
        (RETRIES, "fail", "request.count"),
    ],
    ids=["honest", "makes a page up", "hides the status", "retries against the case"],
)
def test_a_client_that_lies_about_a_failing_target_or_retries_fails(  # noqa: PLR0917 - a table and its fixtures
    project: Project, endpoint: str, behaviour: str, verdict: str, check: str, broken: MakeBroken
) -> None:
    broken(1)
    project.write("clients/broken/adapter.py", ADAPTER.replace("BEHAVIOUR", behaviour))
    args = ("run", "mine.list", "--client", "broken", "--report", "report", "--target", endpoint)
    done = project.run(*args, env={"CONCORDAT_API_KEY": KEY})
    [result] = report_of(project)["results"]
    assert (result["verdict"], done.returncode) == (verdict, 3 if verdict == "target" else 1), done
    assert [one["id"] for one in result["checks"] if one["verdict"] == verdict] == [check]


@pytest.mark.parametrize("endpoint", [AlwaysLimits], indirect=True)
def test_plain_pytest_shows_such_a_result_as_skipped_with_the_reason_and_does_not_end_well(
    project: Project, endpoint: str
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-rs", "-p", "concordat.pytest_plugin.plugin", "-p", "no:cacheprovider"),
            *("--pyargs", "concordat.suite", "--case", "mine.list", "--client", "reference"),
            *("--target", endpoint, "--report", "report", "--rate-limit", "50/s"),
        ],
        cwd=project.root,
        env=project.env(CONCORDAT_API_KEY=KEY, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=scaled(60),
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "1 skipped" in done.stdout
    assert "the target failed: the target answered 429 to GET http://127.0.0.1" in " ".join(done.stdout.split())
    assert done.returncode == 1, done
    report = report_of(project)
    assert (report["footer"]["exit_code"], report["totals"]["target"]) == (3, 1)
    assert report["header"]["settings"]["rate_limit"] == "50/s"
