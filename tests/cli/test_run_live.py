"""A live run: what it may touch, and what it must never write down."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from tests.timeouts import scaled

from concordat.checks import Verdict
from concordat.report import load_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Project

KEY = "k3y/with+signs=in&it"
WAIT = scaled(60)
MARK = re.compile(r"Concordat \w{6}-\d{4}")
CASES = ("mine.list", "mine.world", "mine.write", "customers.list.first-page")
RUN = ("run", *CASES, "--client", "reference", "--report", "report")


@pytest.fixture
def served(project: Project) -> Iterator[dict[str, str]]:
    """An endpoint in a process of its own that takes only `KEY`."""
    world = project.root / "world.yaml"
    world.write_text(json.dumps({"customers": 12, "auth": {"key": KEY}}))
    running = project.start("serve", "--world", str(world))
    try:
        yield project.served(running)
    finally:
        running.terminate()
        running.communicate(timeout=WAIT)


def commits(served: dict[str, str]) -> int:
    request = Request(f"{served['control']}/state", headers={"X-Concordat-Token": served["token"]})
    with urlopen(request, timeout=WAIT) as answer:
        return len(json.load(answer)["pushes"])


def spellings(key: str) -> set[bytes]:
    """What a message may hold of a key: itself, quoted, in JSON, and inside base64 at any alignment."""
    found = {key, quote(key), quote(key, safe=""), json.dumps(key)[1:-1]}
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + key.encode()).decode()
        found.add(encoded[(0, 2, 3)[before] : -4])
    return {text.encode() for text in found}


def files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    return ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file() and path.name != "world.yaml")


def test_a_live_run_reads_passes_and_writes_no_secret(project: Project, served: dict[str, str]) -> None:
    done = project.run(*RUN, "--target", served["url"], env={"CONCORDAT_API_KEY": KEY})
    assert done.returncode == 0, done
    report = load_report(project.report)
    assert report.header.target == served["url"]
    results = {result.key: result for result in report.results}
    assert {key: result.verdict for key, result in results.items()} == {
        "mine.list": Verdict.PASS,
        "mine.world": Verdict.NOT_APPLICABLE,
        "mine.write": Verdict.NOT_APPLICABLE,
        "customers.list.first-page": Verdict.PASS,
    }
    assert "a live target has its own" in (results["mine.world"].reason or "")
    assert "--allow-writes" in (results["mine.write"].reason or "")
    assert results["mine.list"].command.endswith(f"--target {served['url']}")
    assert results["mine.list"].exchanges[0].request is not None, "the exchanges are there, without their secrets"
    assert commits(served) == 0
    secrets = spellings(KEY)
    leaks = [str(path) for path, data in files(project.root) for secret in secrets if secret in data]
    assert leaks == []
    assert not any(secret.decode() in done.stdout + done.stderr for secret in secrets)


def test_a_write_is_made_when_it_is_allowed(project: Project, served: dict[str, str]) -> None:
    args = ("run", "mine.write", "--client", "reference", "--report", "report", "--target", served["url"])
    assert project.run(*args, "--allow-writes", env={"CONCORDAT_API_KEY": KEY}).returncode == 0
    assert commits(served) == 1


def test_the_processes_of_a_run_share_the_mark_that_the_report_names(project: Project, served: dict[str, str]) -> None:
    args = ("run", "auth.elsewhere.netrc", "push.live.in-the-history", "push.accepted.same-body-twice", "mine.write")
    more = (
        "--client",
        "reference",
        "--report",
        "report",
        "--target",
        served["url"],
        "--allow-writes",
        "--workers",
        "2",
    )
    done = project.run(*args, *more, env={"CONCORDAT_API_KEY": KEY})
    assert done.returncode == 0, done
    report = load_report(project.report)
    marks = [
        {mark for one in result.exchanges if one.request for mark in MARK.findall(one.request.body or "")}
        for result in report.results
    ]
    assert all(len(found) == 1 for found in marks)
    assert len(set().union(*marks)) == len(marks) >= 4, "each case has its own"
    assert {mark[: len(report.header.mark)] for mark in set().union(*marks)} == {report.header.mark}


def test_a_refused_key_is_one_clear_message(project: Project, served: dict[str, str]) -> None:
    done = project.run(*RUN, "--target", served["url"], env={"CONCORDAT_API_KEY": "another-key"})
    assert done.returncode == 3
    assert done.stderr.startswith("error: the target answered 401 to GET ")
    assert "CONCORDAT_API_KEY" in done.stderr
    assert "another-key" not in done.stdout + done.stderr


def test_an_endpoint_of_something_else_is_named_as_that(project: Project, served: dict[str, str]) -> None:
    done = project.run(*RUN, "--target", served["control"], env={"CONCORDAT_API_KEY": KEY})
    assert done.returncode == 3
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
