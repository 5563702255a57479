"""The contract tests against a URL: only reads, at a limited rate, and no output has the key."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.contract_tests.targets import Counting, sandbox_factory
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.contract_tests.fuzz import operations_of
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


def test_without_writes_only_operations_that_read_remain() -> None:
    reads = operations_of("accounting", writes=False)
    assert set(reads) < set(operations_of("accounting", writes=True))
    assert {load_contract("accounting").operation(name).method for name in reads} == {"GET"}


def test_a_live_target_needs_a_key(tmp_path: Path) -> None:
    done = run(tmp_path, "--target", "http://127.0.0.1:9", key=None)
    assert done.returncode == 4
    assert "CONCORDAT_API_KEY is not set" in done.stdout + done.stderr


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
