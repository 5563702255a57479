"""`run --baseline`, `compare`, `report merge` and `--rerun-failures`, from the shell to the exit code."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import pytest

from concordat.checks import Verdict
from concordat.gate import Comparison

if TYPE_CHECKING:
    import subprocess

    from tests.cli.conftest import Project

STANDIN = Path(__file__).parents[1] / "adapters" / "positional_standin"
RUN = ("run", "--client", "reference", "mine.list", "mine.wrong", "mine.world")
CLIENT = """
name: turning
language: python
registry: builtin
package: double
class: Double
default: "1"
apis: [accounting]
styles: [{versions: "*", style: turning}]
operations: {customers.list: customers.list}
"""
# It asks for the page in `sent` in place of its own, and, with `once`, for the right one every other time.
ADAPTER = """
import http.client, json, pathlib
from urllib.parse import urlsplit

from concordat_adapter import Adapter, config, inside, serve

HERE = pathlib.Path(__file__).resolve().parent


class Double(Adapter):
    style = "turning"
    calls = 0

    def package(self):
        return "double", "1"

    def open(self, order):
        self.order = order

    def call(self, call):
        self.calls += 1
        sent = (HERE / "sent").read_text() if (HERE / "sent").exists() else ""
        once = (HERE / "once").exists() and self.calls % 2 == 0
        page = call.arguments.get("page") if once or not sent else sent
        with inside("call"):
            url = urlsplit(self.order["serverUrl"])
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
            path = f"/companies/{call.arguments['companyId']}/data/customers?page={page}"
            connection.request("GET", path, headers={"Authorization": self.order["auth"], "Accept": "application/json"})
            answer = connection.getresponse()
            return {"status": answer.status, "payload": json.loads(answer.read())}


serve(Double(config()))
"""
CASE = """
- id: turning.page
  title: A page is asked for
  why: Or it is another.
  source: rfc:9110#9
  world: {customers: 30}
  steps:
    - call: customers.list
      with: {companyId: $company, page: 2}
      expect: {requests: [{query: {page: 2}}]}
- id: turning.quiet
  title: A page that nobody looks at
  why: Its query is only compared.
  source: rfc:9110#9
  world: {customers: 30}
  steps:
    - call: customers.list
      with: {companyId: $company, page: 3}
      expect: {requests: [{query: {page: {any: true}}}]}
"""


class WriteFiles(Protocol):
    """Writes files beside the adapter of the client, and returns the project."""

    def __call__(self, **files: str) -> Project: ...


@pytest.fixture
def turning(project: Project) -> WriteFiles:
    """The project with a client that asks for other pages from the second run on."""
    project.write("clients/turning.yaml", CLIENT)
    project.write("clients/turning/adapter.py", ADAPTER)
    project.write("cases/turning/cases.yaml", CASE)

    def make(**files: str) -> Project:
        for name, text in files.items():
            project.write(f"clients/turning/{name}", text)
        return project

    return make


def comparison(project: Project) -> Comparison:
    return msgspec.json.decode((project.report / "comparison.json").read_bytes(), type=Comparison)


def gate(project: Project, *more: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return project.run("run", "--client", "turning", "turning", "--report", "report", *more, env=env)


def test_what_did_not_change_passes_though_it_is_red(project: Project) -> None:
    assert project.run(*RUN, "--report", "old").returncode == 1
    done = project.run(*RUN, "--report", "report", "--baseline", "old")
    assert done.returncode == 0, done
    assert "gate: reference@1.0.0 against reference@1.0.0 (old, 20" in done.stdout
    assert "still failing" in done.stdout
    assert done.stdout.endswith("passed (fail on regression); 1 still failing\n")
    assert comparison(project).failing is False
    again = project.run("compare", "old/report.json", "report", "--fail-on", "any")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (1, "STOPPED: 1 still failing (fail on any)")


def test_a_regression_is_1_names_the_change_and_leads_the_summary(turning: WriteFiles) -> None:
    project = turning()
    assert gate(project, "--report", "old").returncode == 0
    done = gate(turning(sent="9"), "--baseline", "old")
    assert done.returncode == 1, done
    assert "red: regression with turning@1: request.query at /page (changed)\n" in done.stdout
    assert '/page: expected "2", observed "9"' in done.stdout
    assert "warning: wire shape changed with turning@1: /query/page changed\n" in done.stdout
    assert 'request 1: /query/page: was "3", now "9"' in done.stdout
    assert done.stdout.endswith("STOPPED: 1 regression (fail on regression)\n")
    summary = (project.report / "summary.md").read_text()
    assert summary.startswith("## SDK conformance\n\n### Gate: **STOPPED** 1 regression (fail on regression)\n")
    assert summary.index("Stops the release") < summary.index("Also changed") < summary.index("| client |")
    shown = project.run("compare", "old", "report", "--format", "json")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["changes"][0]["case"] == "turning.page"
    into = project.run("compare", "old", "report", "--format", "markdown", "--into", "new")
    assert into.stdout.startswith("### Gate: **STOPPED**")
    assert (project.root / "new" / "comparison.json").is_file()


def test_a_next_run_in_the_same_folder_takes_the_old_comparison_away(project: Project) -> None:
    project.run(*RUN, "--report", "old")
    project.run(*RUN, "--report", "report", "--baseline", "old")
    assert (project.report / "comparison.json").is_file()
    project.run(*RUN, "--report", "report")
    assert not (project.report / "comparison.json").exists()


def test_the_policy_of_the_project_decides_and_the_option_overrules_it(turning: WriteFiles) -> None:
    project = turning()
    gate(project, "--report", "old")
    turning(sent="9")
    project.write("../concordat.toml", 'fail-on = "any"\n')
    stopped = gate(project, "--baseline", "old")
    assert "STOPPED: 1 regression, 1 wire shape changed (fail on any)" in stopped.stdout
    overruled = project.run("compare", "old", "report", "--fail-on", "must")
    assert "STOPPED: 1 regression (fail on must)" in overruled.stdout


def test_a_run_that_could_not_be_compared_is_refused_before_it_plays(project: Project) -> None:
    project.run(*RUN, "--report", "old")
    project.write("cases/mine/more.yaml", CASE)
    done = project.run(*RUN, "--report", "report", "--baseline", "old")
    assert done.returncode == 2
    assert "error: old: the baseline is of another catalogue of cases" in done.stderr
    assert "results to come" not in done.stdout
    assert not (project.report / "report.json").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("run", "--baseline", "nowhere"), "nowhere: the report cannot be read"),
        (("run", "--fail-on", "any"), "--fail-on needs a baseline"),
        (("report", "merge", "nowhere", "--into", "x"), "the report cannot be read"),
        (("history", "--client", "python-expences", "--case", "x"), "did you mean `python-expenses`"),
        (("history", "--client", "reference", "--case", "x"), "`reference` has no published releases"),
        (("history", "--client", "python-expenses"), "no case is named"),
    ],
)
def test_bad_input_is_2_with_one_clear_error(project: Project, args: tuple[str, ...], message: str) -> None:
    done = project.run(*args)
    assert done.returncode == 2
    assert message in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_day_that_is_none_is_refused(project: Project) -> None:
    project.run(*RUN, "--report", "old")
    done = project.run("compare", "old", "old", env={"CONCORDAT_TODAY": "tomorrow"})
    assert done.returncode == 2
    assert "CONCORDAT_TODAY is not a date: tomorrow" in done.stderr


LEDGER = """
client: turning
causes:
  - id: another-page
    reason: It asks for the page that a file names, whatever the caller wants.
    source: rfc:9110#9
    smallest: list(page=2)
    versions: '*'
    review-by: '2027-05-20'
    entries: [{case: turning.page, check: request.query, signature: {kind: changed, pointer: /page}}]
"""


def test_a_known_failure_passes_until_its_review_is_overdue(turning: WriteFiles) -> None:
    project = turning(sent="9")
    project.write("clients/turning.ledger.yaml", LEDGER)
    assert gate(project, "--report", "old").returncode == 0
    for today, code, words in (
        ("2027-05-01", 0, "warning: review due with turning@1: cause `another-page`: its review is due in 19 days"),
        ("2027-05-21", 1, "red: review overdue with turning@1: cause `another-page`: its review was due 1 day ago"),
    ):
        done = project.run("compare", "old", "old", env={"CONCORDAT_TODAY": today})
        assert done.returncode == code, done
        assert words in done.stdout


def test_a_red_case_played_again_shows_both_and_stays_red_when_they_differ(turning: WriteFiles) -> None:
    project = turning()
    assert gate(project, "--report", "old").returncode == 0
    turning(sent="9", once="")
    done = gate(project, "--rerun-failures", "--baseline", "old")
    assert done.returncode == 1, done
    assert "rerun: pass: flaky" in done.stdout
    assert "first fail, then pass" in done.stdout
    assert "STOPPED: 1 flaky" in done.stdout
    (red,) = [result for result in project.read_report().results if result.case == "turning.page"]
    assert (red.verdict, red.flaky) == (Verdict.FAIL, True)
    assert red.rerun is not None
    assert (red.rerun.verdict, len(red.rerun.exchanges)) == (Verdict.PASS, 1)
    project.write("../concordat.toml", 'flaky = "warn"\n')
    warned = project.run("compare", "old", "report")
    assert (warned.returncode, "warning: flaky with turning@1" in warned.stdout) == (0, True)


def test_a_red_case_that_is_red_again_is_a_regression_and_not_flaky(turning: WriteFiles) -> None:
    project = turning()
    gate(project, "--report", "old")
    turning(sent="9")
    done = gate(project, "--rerun-failures", "--baseline", "old")
    assert "rerun: fail (request.query), as before" in done.stdout
    assert "STOPPED: 1 regression" in done.stdout
    (red,) = [result for result in project.read_report().results if result.case == "turning.page"]
    assert (red.flaky, red.rerun is not None) == (False, True)


def test_two_shards_merged_are_the_whole_run_case_by_case(project: Project, tmp_path: Path) -> None:
    areas = ("pagination.list", "decoding.json", "mine")
    common = ("run", "--client", "reference", *areas, "--report")
    codes = [project.run(*common, f"s{index}", "--shard", f"{index}/2").returncode for index in (1, 2)]
    whole = project.run(*common, "whole")
    merged = project.run("report", "merge", "s1", "s2", "--into", "report")
    assert (whole.returncode, merged.returncode) == (1, 1), (codes, merged)
    assert "of 2 shards: " in merged.stdout
    compared = project.run("compare", "whole", "report", "--fail-on", "any", "--format", "json")
    found = json.loads(compared.stdout)
    assert [change["kind"] for change in found["changes"]] == ["still-failing"], "what the whole run fails, and no more"
    one = json.loads((tmp_path / "whole" / "report.json").read_bytes())
    two = json.loads((project.report / "report.json").read_bytes())
    assert [(r["case"], r.get("row"), r["verdict"]) for r in one["results"]] == [
        (r["case"], r.get("row"), r["verdict"]) for r in two["results"]
    ]
    assert one["totals"] == two["totals"]
    assert one["parity"] == two["parity"]
    assert two["header"]["settings"] == one["header"]["settings"]


@pytest.mark.parametrize(
    ("shards", "message"),
    [
        (("s1",), "the shards leave a gap: 2/2 is missing"),
        (("s1", "s1", "s2"), "the shards overlap: 1/2 is there twice"),
        (("s1", "whole"), "the report is not of a shard"),
        (("s1", "other"), "the shards are not of one run: another setting `cases`"),
    ],
)
def test_shards_that_make_no_whole_are_refused(project: Project, shards: tuple[str, ...], message: str) -> None:
    common = ("run", "--client", "reference", "mine.list", "mine.world", "--report")
    project.run(*common, "s1", "--shard", "1/2")
    project.run(*common, "s2", "--shard", "2/2")
    project.run(*common, "whole")
    project.run(*common, "other", "mine.write", "--shard", "2/2")
    done = project.run("report", "merge", *shards, "--into", "report")
    assert done.returncode == 2
    assert message in done.stderr
    assert not project.report.exists()


def test_a_release_and_a_file_of_its_version_are_not_run_together(project: Project) -> None:
    artifact = project.root / "standin.tgz"
    with tarfile.open(artifact, "w:gz") as archive:
        archive.add(STANDIN, "package")
    spec = "typescript-positional@"
    done = project.run("run", "--client", f"{spec}{artifact}", "--client", f"{spec}1.2.3", "mine.list", "--offline")
    assert done.returncode == 2
    assert "two of the clients have the label `typescript-positional@1.2.3`" in done.stderr
    assert "concordat compare OLD NEW" in done.stderr
