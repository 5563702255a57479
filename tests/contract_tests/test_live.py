"""The contract tests against a URL: only reads, at a limited rate, and no output has the key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.contract_tests import liars
from tests.contract_tests.targets import Counting, sandbox_factory
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.contract_tests.fuzz import WriteScope, operations_of
from concordat.contract_tests.server import serve

if TYPE_CHECKING:
    from pathlib import Path

KEY = "concordat-sandbox-key"
DEADLINE = scaled(300)


def run(folder: Path, *args: str, key: str | None = KEY) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--pyargs", "concordat.suite.contract", *args],
        cwd=folder,
        env=env if key is None else env | {"CONCORDAT_API_KEY": key},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def test_only_reads_reach_an_endpoint_and_no_output_has_its_key(tmp_path: Path) -> None:
    counting = Counting(load_contract("sync-for-expenses"))
    with serve(sandbox_factory("sync-for-expenses", counting.answer)) as served:
        done = run(
            tmp_path,
            *("--target", served.url, "--api", "sync-for-expenses", "--examples", "3", "--rate-limit", "500/s"),
            *("-k", "companies or customers.get"),
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(counting.methods) <= {"GET", "HEAD", "OPTIONS"}
    assert counting.succeeded["customers.get"] >= 1
    assert KEY not in done.stdout + done.stderr


def test_a_lie_of_a_live_endpoint_fails_with_requests_to_repeat(tmp_path: Path) -> None:
    world = {"customers": 12, "rate-limit": {"limit": 100_000_000}}
    with serve(sandbox_factory("accounting", liars.total_seven_too_many, world=world)) as served:
        done = run(
            tmp_path,
            *("--target", served.url, "--api", "accounting", "--examples", "3", "--rate-limit", "500/s"),
            *("-k", "customers.list and (keeps or pages)"),
        )
    text = done.stdout + done.stderr
    assert done.returncode == 1, text
    assert "1 failed, 2 passed" in text, "the answers have a valid form"
    assert "list.total: all 1 pages of 19: expected 19 records, the total, observed 12 records" in text
    assert re.search(r"Repeat with these requests:\n    GET /companies/\S+/data/customers\?page=1&pageSize=19\n", text)
    assert KEY not in text


@pytest.mark.parametrize(
    ("scope", "methods"),
    [
        (WriteScope.READS, {"GET"}),
        (WriteScope.CREATES, {"GET", "POST"}),
        (WriteScope.ALL, {"GET", "POST", "PUT", "PATCH", "DELETE"}),
    ],
)
def test_a_scope_of_writes_permits_methods(scope: WriteScope, methods: set[str]) -> None:
    names = operations_of("accounting", writes=scope)
    assert {load_contract("accounting").operation(name).method for name in names} == methods


def test_a_live_target_needs_a_key(tmp_path: Path) -> None:
    done = run(tmp_path, "--target", "http://127.0.0.1:9", key=None)
    assert done.returncode == 4
    assert "CONCORDAT_API_KEY is not set" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        (["--operation", "customers.get", "--collect-only"], "[accounting-customers.get]"),
        (["--operation", "links", "--collect-only"], "[accounting-links]"),
        (["--operation", "customers.gett"], "did you mean `customers.get`"),
        (["--operation", "customers.create", "--target", "http://127.0.0.1:9"], "pass --allow-writes"),
    ],
)
def test_an_operation_selects_its_test_alone(tmp_path: Path, args: list[str], shown: str) -> None:
    done = run(tmp_path, "--api", "accounting", *args)
    ids = [line.partition("[")[2].rstrip("]") for line in done.stdout.splitlines() if "::" in line]
    assert done.returncode == (0 if ids else 4), done.stdout + done.stderr
    assert ids == ([f"accounting-{args[1]}"] if "--collect-only" in args else [])
    assert shown in done.stdout + done.stderr


def test_an_unknown_contract_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    done = run(tmp_path, "--api", "acounting")
    assert done.returncode == 4
    assert "did you mean" in (done.stdout + done.stderr).lower()


def test_the_whole_suite_collects_the_catalogue_only(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--collect-only"),
            *("--pyargs", "concordat.suite", "--client", "reference", "--case", "customers.list"),
        ],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT")}
        | {"CONCORDAT_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "customers.list" in done.stdout
    assert "test_contracts" not in done.stdout
    assert "test_model" not in done.stdout
