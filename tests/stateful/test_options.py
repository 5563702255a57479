"""The stateful model in plain pytest: a wrong option is one error."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--client", "refrence"), "there is no client `refrence`"),
        (("--api", "acounting"), "there is no contract `acounting`"),
    ],
)
def test_a_wrong_option_is_one_error(args: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = pytest_of(tmp_path, *args)
    assert done.returncode == 4, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_options_select_the_contracts_and_the_number_of_examples(tmp_path: Path) -> None:
    done = pytest_of(tmp_path, "--client", "reference", "--api", "accounting", "--examples", "2", "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[reference@1.0.0-accounting] PASSED" in done.stdout
    assert "1 passed" in done.stdout


def pytest_of(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--pyargs", "concordat.suite.stateful", *args],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT")}
        | {"CONCORDAT_CACHE": str(folder)},
        capture_output=True,
        text=True,
        timeout=scaled(300),
        check=False,
    )
