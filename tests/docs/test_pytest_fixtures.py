"""The tests of docs/pytest-fixtures.md pass, by its own command lines, in a folder that holds nothing else."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pytest-fixtures.md").read_text("utf-8")
FIRST, SECOND = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SANDBOX, LIVE = re.findall(r"^\$ (pytest test_first\.py.*)$", PAGE, re.MULTILINE)
SUITE = re.findall(r"^\$ ((?:\w+=1 )?pytest -p .*)$", PAGE, re.MULTILINE)
KEY = "concordat-sandbox-key"


def run(folder: Path, line: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command line of the page, with the reference client, which needs no installation."""
    words = shlex.split(line.replace("python-expenses", "reference"))
    while re.match(r"[A-Z_]+=", words[0]):
        name, _, env[name] = words.pop(0).partition("=")
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "CONCORDAT_CACHE") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=kept | {"HOME": str(folder)} | env,
        capture_output=True,
        text=True,
        timeout=scaled(120),
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """The URL of a sandbox in a process of its own."""
    command = [sys.executable, "-m", "concordat", "serve", "--api", "accounting"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def test_the_first_test_has_about_ten_lines_and_passes(tmp_path: Path) -> None:
    (tmp_path / "test_first.py").write_text(FIRST)
    assert len([line for line in FIRST.splitlines() if line]) <= 10
    done = run(tmp_path, SANDBOX)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_second_test_passes(tmp_path: Path) -> None:
    (tmp_path / "test_first.py").write_text(SECOND)
    done = run(tmp_path, SANDBOX)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_both_run_live(tmp_path: Path, endpoint: str) -> None:
    (tmp_path / "test_first.py").write_text(FIRST + "\n\n" + SECOND)
    done = run(tmp_path, LIVE.replace("https://api.example.com", endpoint), CONCORDAT_API_KEY=KEY)
    assert (done.returncode, "1 passed, 1 skipped" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("line", SUITE)
def test_the_suite_starts_without_foreign_plugins(tmp_path: Path, line: str) -> None:
    done = run(tmp_path, f"{line} --case customers.list.first-page")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "schemathesis" not in done.stdout
