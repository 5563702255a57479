"""The programs beside the tests run as documented, without an environment variable set by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.timeouts import scaled

ROOT = Path(__file__).parents[1]
PROGRAMS = ("tests.mutants.publish", "tests.mutants.matrix", "tests.explore.mutant_search")


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("folder", ["the root of the checkout", "another folder"])
def test_a_program_that_patches_the_reference_client_starts_in_any_folder_without_a_path_set_by_hand(
    program: str, folder: str, tmp_path: Path
) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", program, "--help"],
        cwd=tmp_path if folder == "another folder" else ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=scaled(60),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage:")


def test_no_environment_of_tox_sets_the_path_of_the_reference_client() -> None:
    assert "PYTHONPATH" not in (ROOT / "tox.ini").read_text("utf-8")


def test_a_stand_in_that_the_environment_names_comes_before_the_reference_client(tmp_path: Path) -> None:
    (tmp_path / "concordat_reference.py").write_text("NAME = 'stand-in'\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import tests, concordat_reference; print(concordat_reference.NAME)"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=scaled(60),
        check=False,
    )
    assert done.stdout == "stand-in\n", done.stderr
