"""The public fixtures, in tests of a user's own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pytest_plugin.conftest import Folder


MINE = """
import pytest

THREE = {"customers": 3, "push": {"outcome": "success", "takes": "30s"}}


def test_the_default_world(concordat_client, sandbox, exchanges):
    assert exchanges() == ()
    outcome = concordat_client.call("companies.list", page=1)
    assert (outcome.ended, outcome.payload["totalResults"]) == ("returned", 1)
    (exchange,) = exchanges()
    assert (exchange.operation, exchange.request.method, exchange.response.status) == ("companies.list", "GET", 200)
    assert exchange.request_problems == ()


@pytest.mark.concordat_world(THREE)
def test_a_world_of_ones_own(concordat_client, sandbox):
    found = concordat_client.call("customers.list", companyId=sandbox.bindings["company"])
    assert found.payload["totalResults"] == 3
    assert len(sandbox.state()["customers"]) == 3
    sandbox.change({"refuse": 503})
    refused = concordat_client.call("customers.list", companyId=sandbox.bindings["company"])
    assert (refused.ended, refused.error.status) == ("raised", 503)


@pytest.mark.concordat_world(THREE)
def test_time_passes_on_demand(concordat_client, sandbox):
    where = {name + "Id": sandbox.bindings[name] for name in ("company", "connection")}
    concordat_client.call("customers.create", **where, body={"customerName": "Ada", "status": "Active"})
    assert [push["status"] for push in sandbox.state()["pushes"]] == ["Pending"]
    sandbox.advance("1m")
    assert [push["status"] for push in sandbox.state()["pushes"]] == ["Success"]


def test_the_sandbox_alone_is_enough(sandbox):
    assert sandbox.bindings["company"]


@pytest.mark.parametrize(
    ("fault", "reported"),
    [
        ({"on": "customers.list", "respond": {"status": 503}}, "failed"),
        ({"on": "customers.list", "reset": True}, "unknown"),
        ({"on": "customers.get", "reset": True}, "ok"),
    ],
)
def test_a_planned_fault_reaches_the_client(concordat_client, sandbox, fault, reported):
    sandbox.plan(fault)
    outcome = concordat_client.call("customers.list", companyId=concordat_client.bindings["company"])
    assert outcome.reported == reported
    assert sandbox.unfired() == (("fault-1",) if reported == "ok" else ())
"""

WRONG = """
import pytest


def test_a(concordat_client, sandbox):
    LINE
"""
LIVE = """
import pytest


def test_read(concordat_client, exchanges):
    outcome = concordat_client.call("customers.list", companyId=concordat_client.bindings["company"])
    assert outcome.reported == "ok"
    assert outcome.payload["totalResults"] == 4


def test_write(concordat_client):
    where = {name + "Id": concordat_client.bindings[name] for name in ("company", "connection")}
    outcome = concordat_client.call("customers.create", **where, body={"customerName": "Ada", "status": "Active"})
    assert outcome.reported == "ok"


@pytest.mark.concordat_world({"customers": 1})
def test_world(concordat_client):
    assert concordat_client


def test_sandbox(sandbox):
    assert sandbox


def test_wrong(concordat_client):
    concordat_client.bindings["compny"]


def test_echo(concordat_client, exchanges):
    outcome = concordat_client.call("customers.list", companyId="concordat-sandbox-key")
    print("printed: concordat-sandbox-key", outcome, exchanges())
    with open("seen.txt", "w") as file:
        file.write(f"{outcome} {exchanges()}")
    assert outcome == "concordat-sandbox-key"
"""
KEY = "concordat-sandbox-key"


def test_they_work_in_a_users_test_file(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text(MINE)
    done = folder.pytest("-W", "error", "-v", autoload=True)
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout
    assert "test_the_default_world[reference] PASSED" in done.stdout


def test_each_named_client_gets_the_test(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text("def test_a(concordat_client):\n    assert concordat_client\n")
    done = folder.pytest("-q", "--client", "reference", "--client", "reference@1.0.0")
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout


def test_a_world_that_cannot_be_made_is_an_error_of_that_test_only(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text(
        "import pytest\n"
        "@pytest.mark.concordat_world({'custommers': 1})\n"
        "def test_a(sandbox):\n    assert sandbox\n"
        "def test_b(sandbox):\n    assert sandbox\n"
    )
    done = folder.pytest("-q")
    assert (done.returncode, "1 passed, 1 error" in done.stdout) == (1, True), done.stdout
    assert "did you mean `customers`" in done.stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("concordat_client.call('customers.lst')", "has no operation `customers.lst`; did you mean `customers.list`"),
        ("concordat_client.call('customers.list', companyid=1)", "no argument `companyid`; did you mean `companyId`?"),
        ("concordat_client.bindings['compny']", "nothing is bound to `compny`; did you mean `company`?"),
        ("sandbox.plan({'respond_': {}})", "`respond_` is not a word of `fault`; did you mean `respond`?"),
        ("sandbox.plan({'on': 'customers.lst', 'reset': True})", "operation `customers.lst`; did you mean"),
        ("sandbox.change({'refuze': 503})", "did you mean `refuse`?"),
        ("sandbox.advance('5x')", "`5x` is not a duration"),
    ],
    ids=["operation", "argument", "binding", "fault", "fault-operation", "change", "duration"],
)
def test_a_mistake_shows_the_users_line_and_one_message(folder: Folder, line: str, message: str) -> None:
    (folder.root / "test_mine.py").write_text(WRONG.replace("LINE", line))
    done = folder.pytest("-q")
    assert done.returncode == 1, done.stdout
    assert f">       {line}" in done.stdout
    (shown,) = [text for text in done.stdout.splitlines() if text.startswith("E ")]
    assert message in shown
    assert "sdk_fixture" not in done.stdout
    assert len(done.stdout.splitlines()) < 20, done.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--client", "referense"], "did you mean `reference`?"),
        (["--target", "http://127.0.0.1:9"], "CONCORDAT_API_KEY is not set"),
    ],
)
def test_a_client_or_target_that_cannot_be_used_is_one_message(folder: Folder, args: list[str], message: str) -> None:
    (folder.root / "test_mine.py").write_text("def test_a(concordat_client):\n    assert concordat_client\n")
    done = folder.pytest("-q", *args)
    assert (done.returncode, "1 error" in done.stdout) == (1, True), done.stdout
    assert message in done.stdout
    assert len(done.stdout.splitlines()) < 10, done.stdout


def test_every_version_of_a_client_gets_the_test(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text("def test_a(concordat_client):\n    assert concordat_client\n")
    done = folder.pytest("-q", "--collect-only", "--client", "python-expenses@all")
    assert len(re.findall(r"test_a\[python-expenses@[0-9.]+\]", done.stdout)) > 1, done.stdout


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """The URL of a sandbox with four customers, in a process of its own."""
    world = tmp_path / "world.yaml"
    world.write_text("customers: 4\n")
    command = [sys.executable, "-m", "concordat", "serve", "--api", "accounting", "--world", str(world)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("args", "outcome"),
    [((), "2 failed, 1 passed, 3 skipped"), (("--allow-writes",), "2 failed, 2 passed, 2 skipped")],
    ids=["reads", "writes"],
)
def test_they_work_live_and_show_no_key(folder: Folder, endpoint: str, args: tuple[str, ...], outcome: str) -> None:
    (folder.root / "test_mine.py").write_text(LIVE)
    done = folder.pytest("-rs", "--target", endpoint, *args, api_key=KEY)
    assert outcome in done.stdout, done.stdout
    assert "the fixture `sandbox` needs the sandbox" in done.stdout
    assert "`concordat_world` needs the sandbox" in done.stdout
    assert ("customers.create writes; pass --allow-writes" in done.stdout) == (not args)
    assert "did you mean `company`? Or set CONCORDAT_BIND_COMPNY" in done.stdout
    assert "printed: ***" in done.stdout
    assert KEY not in done.stdout + done.stderr
    assert KEY not in (folder.root / "seen.txt").read_text(), "a test may write what it sees"
