"""`--last-failed` replays the red results of the last run, no more and no fewer, or says why it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.errors import NothingRan
from concordat.pytest_plugin.last_failed import RedRecord, ResultKey, nothing_to_replay, record_of
from concordat.resources import project_folder
from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DEADLINE = 90
ROWS = 7
GOOD = {("mine.plain", None), ("mine.table", "0"), ("mine.table", "2"), ("mine.table", "4"), ("mine.table", "6")}
RED = {("mine.plain-red", None), ("mine.table", "1"), ("mine.table", "3"), ("mine.table", "5"), ("mine.second", "x::y")}
HEAD = "title: T, why: W, source: 'rfc:9110#9', world: {customers: 1}"
CALL = "call: customers.list, with: {companyId: $company, page: $page}"
EXPECT = "expect: {outcome: {reported: ok}}"
MANIFEST = """
name: broken
language: python
registry: builtin
package: double
class: Double
default: "1"
apis: [accounting]
styles: [{versions: "*", style: broken}]
operations: {customers.list: customers.list}
"""
# It tells its caller of an error for every odd page, while the file `mended` is not there.
ADAPTER = """
import http.client, json, pathlib
from urllib.parse import urlsplit

from concordat_adapter import Adapter, config, inside, serve

MENDED = pathlib.Path(__file__).resolve().parent / "mended"


class Double(Adapter):
    style = "broken"

    def package(self):
        return "double", "1"

    def open(self, order):
        self.order = order

    def call(self, call):
        page = call.arguments["page"]
        with inside("call"):
            url = urlsplit(self.order["serverUrl"])
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
            path = f"/companies/{call.arguments['companyId']}/data/customers?page={page}"
            connection.request("GET", path, headers={"Authorization": self.order["auth"]})
            answer = connection.getresponse()
            payload = json.loads(answer.read())
            if page % 2 and not MENDED.exists():
                raise ValueError("an odd page")
            return {"status": answer.status, "payload": payload}


serve(Double(config()))
"""


def _case(case: str, pages: dict[str, int] | int) -> str:
    rows, call = "", CALL
    if isinstance(pages, dict):
        listed = ", ".join(f"{{id: {json_text(row)}, page: {page}}}" for row, page in pages.items())
        rows = f"rows: [{listed}], "
    else:
        call = CALL.replace("$page", str(pages))
    return f"- {{id: {case}, {HEAD}, {rows}steps: [{{{call}, {EXPECT}}}]}}\n"


def json_text(value: str) -> str:
    return msgspec.json.encode(value).decode()


@dataclass
class Project:
    """A user's project with the client `broken`; `run` is `concordat run`, `suite` plain pytest with its cache."""

    root: Path
    cache: Path

    def process(self, *args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        own = {"HOME": str(self.root), "CONCORDAT_CACHE": str(self.cache), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return subprocess.run(
            [sys.executable, "-m", *args],
            cwd=cwd or self.root,
            env=kept | own | {"COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=scaled(DEADLINE),
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def run(self, *args: str, report: str = "report") -> subprocess.CompletedProcess[str]:
        return self.process("concordat", "run", "--client", "broken", "--report", report, *args)

    def suite(self, *args: str, report: str = "report") -> subprocess.CompletedProcess[str]:
        plugins = ("-p", "concordat", "-p", "xdist.plugin")
        return self.process(
            "pytest", *plugins, "--pyargs", "concordat.suite", "--client", "broken", "--report", report, *args
        )

    def played(self, report: str = "report") -> set[tuple[str, str | None]]:
        whole = msgspec.json.decode((self.root / report / "report.json").read_bytes(), type=Report)
        return {(result.case, result.row) for result in whole.results}

    def mend(self) -> None:
        (self.root / "concordat/clients/broken/mended").touch()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose client fails rows of two tables and one plain case."""
    made = Project(tmp_path / "one", tmp_path / "cache")
    files = {
        "clients/broken.yaml": MANIFEST,
        "clients/broken/adapter.py": ADAPTER,
        "cases/mine/cases.yaml": _case("mine.plain", 2)
        + _case("mine.plain-red", 1)
        + _case("mine.table", {str(page): page for page in range(ROWS)} | {"0": 8})
        + _case("mine.second", {"x::y": 1}),
    }
    for name, text in files.items():
        file = made.root / "concordat" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return made


def test_red_rows_and_plain_cases_are_replayed_and_nothing_else_wherever_the_report_stands(project: Project) -> None:
    first = project.run("mine", report="first")
    assert first.returncode == 1, first
    assert project.played("first") == GOOD | RED
    again = project.run("mine", "--last-failed", report="second")
    assert again.returncode == 1, again
    assert project.played("second") == RED
    assert f"--last-failed: replaying {len(RED)} of {len(RED)} red results\n" in again.stdout
    assert not (project.root / "first/.cache").exists()
    assert project.played("first") == GOOD | RED, "the older report is as it was"


def test_pytest_replays_the_same_in_turn_and_with_workers(project: Project) -> None:
    first = project.suite("--case", "mine", report="first")
    assert first.returncode == 1, first
    assert project.played("first") == GOOD | RED
    again = project.suite("--case", "mine", "--lf", report="second")
    assert f"{len(RED)} failed" in again.stdout, again
    assert project.played("second") == RED
    spread = project.suite("--case", "mine", "--lf", "-n", "2", "--dist", "loadgroup", report="third")
    assert f"{len(RED)} failed" in spread.stdout, spread
    assert project.played("third") == RED


def test_the_two_commands_share_the_record_also_where_pytest_knows_of_nothing(project: Project) -> None:
    assert project.run("mine").returncode == 1
    again = project.suite("--case", "mine", "--lf", report="second")
    assert again.returncode == 1, again
    assert project.played("second") == RED
    spread = project.run("mine", "--last-failed", "--workers", "2", report="third")
    assert spread.returncode == 1, spread
    assert project.played("third") == RED


def test_a_failing_test_of_the_users_own_does_not_drop_the_catalogue(project: Project) -> None:
    (project.root / "test_own.py").write_text("def test_bad(): assert 0\ndef test_good(): pass\n")
    assert project.suite("test_own.py", "--case", "mine").returncode == 1
    again = project.suite("test_own.py", "--case", "mine", "--lf", report="second")
    assert f"{len(RED) + 1} failed" in again.stdout, again
    assert "passed" not in again.stdout
    assert project.played("second") == RED


def test_a_narrowed_or_ended_run_changes_only_what_it_recorded(project: Project) -> None:
    assert project.run("mine").returncode == 1
    project.mend()
    assert project.run("mine.table[1]", "mine.plain-red").returncode == 0
    (project.root / "concordat/clients/broken/mended").unlink()
    assert project.run("mine", "-x").returncode == 1, "it ends at the first red result"
    assert project.run("mine", "--last-failed").returncode == 1
    left = RED - {("mine.table", "1")}
    assert project.played() == left
    assert project.run("mine", "--last-failed", "-k", "table").returncode == 1
    assert project.played() == {key for key in left if key[0] == "mine.table"}


def test_a_red_result_that_passes_in_the_replay_is_off_the_record(project: Project) -> None:
    assert project.run("mine").returncode == 1
    project.mend()
    assert project.run("mine", "--last-failed").returncode == 0
    assert project.played() == RED
    done = project.run("mine", "--last-failed")
    assert done.returncode == 3
    assert done.stderr.startswith("error: --last-failed: nothing was red in the last run\n")
    assert project.played() == RED, "the last report is spared"


@pytest.mark.parametrize("more", [(), ("--workers", "2")], ids=["alone", "with workers"])
def test_without_an_earlier_run_it_says_so(more: tuple[str, ...], project: Project) -> None:
    done = project.run("mine", "--last-failed", *more)
    assert done.returncode == 3
    assert "error: --last-failed: no earlier run of this project against this target is on record" in done.stderr
    assert done.stderr.count("--last-failed: no earlier run") == 1
    assert not (project.root / "report").exists()


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_pytest_says_so_too_and_runs_nothing(more: tuple[str, ...], project: Project) -> None:
    done = project.suite("--case", "mine", "--lf", *more)
    assert done.returncode == 3, done
    assert "--last-failed: no earlier run of this project against this target is on record" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (project.root / "report").exists()


def test_red_results_that_are_not_selected_are_said_to_be_so(project: Project) -> None:
    assert project.run("mine").returncode == 1
    done = project.run("mine.plain", "--last-failed")
    assert done.returncode == 3
    assert f"none of the {len(RED)} red results of the last run is in the catalogue and the selection" in done.stderr


def test_a_project_beside_it_has_a_record_of_its_own_and_a_folder_below_it_has_not(project: Project) -> None:
    assert project.run("mine").returncode == 1
    below = project.root / "below"
    below.mkdir()
    done = project.process("concordat", "run", "--client", "broken", "mine", "--last-failed", cwd=below)
    assert f"replaying {len(RED)} of {len(RED)} red results" in done.stdout, done
    other = Project(project.root.parent / "other", project.cache)
    other.root.mkdir()
    (other.root / "concordat").symlink_to(project.root / "concordat")
    assert "no earlier run of this project" in other.run("mine", "--last-failed").stderr


def test_cache_clear_forgets_it(project: Project) -> None:
    assert project.suite("--case", "mine.plain-red").returncode == 1
    assert "no earlier run" in project.suite("--case", "mine", "--lf", "--cache-clear").stdout


def test_a_record_that_cannot_be_written_is_a_warning_and_changes_no_verdict(project: Project) -> None:
    (project.cache).mkdir()
    (project.cache / "last-failed").write_text("a file where a folder is needed")
    done = project.run("mine.plain")
    assert done.returncode == 0, done
    assert "the red results are not recorded for --last-failed: " in done.stdout


def keys(*cases: str) -> dict[ResultKey, bool]:
    return {ResultKey(case, "a@1"): True for case in cases}


def red_cases(record: RedRecord) -> Iterable[str]:
    return sorted(key.case for key in record.read() or ())


def test_a_whole_run_forgets_cases_that_are_gone_and_a_narrowed_one_does_not(tmp_path: Path) -> None:
    record = RedRecord(tmp_path / "deep" / "record.json", "p")
    record.update(keys("a", "gone"), None)
    record.update(keys("b"), None)
    assert red_cases(record) == ["a", "b", "gone"]
    record.update({ResultKey("b", "a@1"): False}, {"a", "b"})
    assert red_cases(record) == ["a"]
    assert list(record.path.parent.iterdir()) == [record.path]


def test_the_same_case_of_another_client_is_another_result(tmp_path: Path) -> None:
    record = RedRecord(tmp_path / "record.json", "p")
    record.update({ResultKey("a", "x@1"): True, ResultKey("a", "x@2"): True}, None)
    record.update({ResultKey("a", "x@1"): False}, None)
    assert record.read() == frozenset({ResultKey("a", "x@2")})


def test_a_record_that_cannot_be_read_is_no_record(tmp_path: Path) -> None:
    record = RedRecord(tmp_path / "record.json", "p")
    record.path.write_text("{")
    assert record.read() is None


def test_projects_and_targets_have_records_apart_and_no_name_shows_a_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORDAT_CACHE", str(tmp_path / "cache"))
    paths = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        paths += [record_of("sandbox").path, record_of("http://secret@127.0.0.1").path]
    assert len(set(paths)) == len(paths)
    assert not any("secret" in str(path) for path in paths)
    (tmp_path / "one/below").mkdir()
    (tmp_path / "one/concordat.toml").touch()
    monkeypatch.chdir(tmp_path / "one/below")
    assert project_folder() == tmp_path / "one"
    assert record_of("sandbox").path == paths[0]


@pytest.mark.parametrize(
    ("red", "said"),
    [
        (None, "no earlier run"),
        (frozenset(), "nothing was red"),
        (
            frozenset({ResultKey("a", "gone@1")}),
            "the red result of the last run is not in the catalogue and the selection",
        ),
        (
            frozenset({ResultKey("a", "gone@1"), ResultKey("b", "x@1")}),
            "none of the 2 red results of the last run is in",
        ),
    ],
)
def test_the_reason_has_one_line(red: frozenset[ResultKey] | None, said: str) -> None:
    error = nothing_to_replay(red, ["gone@1"], [ResultKey("a", "x@1")])
    assert isinstance(error, NothingRan)
    assert said in str(error)
    assert "\n" not in str(error)
    assert ("gone@1 unavailable" in str(error)) is ("gone" in str(red))


def test_there_is_no_reason_where_a_red_result_is_selected() -> None:
    red = frozenset({ResultKey("a", "x@1"), ResultKey("b", "x@1")})
    assert nothing_to_replay(red, [], [ResultKey("a", "x@1")]) is None
