"""The commands of CONTRIBUTING.md exist, and those of the loop run."""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
LINES = [line.strip()[2:] for line in PAGE.splitlines() if line.strip().startswith("$ ")]
TOOLS = Path(sys.executable).parent
ASSIGNMENT = re.compile(r"[A-Z_]+=")


def statements() -> Iterator[list[str]]:
    """Return the words of each command, without assignments of variables and without the environment's folder."""
    for line in LINES:
        for statement in line.split("&&"):
            words = [word for word in shlex.split(statement, comments=True) if not ASSIGNMENT.match(word)]
            yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


def tox_environments() -> set[str]:
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    return {section.removeprefix("testenv:") for section in tox.sections()}


def extras() -> set[str]:
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])


def missing(words: list[str]) -> set[str]:
    """Return what a command names that does not exist. Raises AssertionError for a command of an unknown form."""
    match words:
        case ["concordat", *_]:
            return set()  # the command lines of every page are parsed in test_docs
        case ["pytest", *paths] | ["bash", *paths]:
            return {path for path in paths if not (ROOT / path).exists()}
        case ["python" | "python3", "-m", module, *_]:
            return set() if importlib.util.find_spec(module) else {module}
        case ["tox", "run", "-e", names]:
            return set(names.split(",")) - tox_environments()
        case ["pip", "install", "-q", "-c", constraints, "-e", project, "tox"]:
            wanted = set(project.removeprefix(".[").removesuffix("]").split(","))
            return (wanted - extras()) | ({constraints} - {"constraints.txt"})
        case ["pre-commit", "install"] | ["pre-commit", "run", "--all-files"]:
            return set() if (TOOLS / "pre-commit").exists() else {"pre-commit"}
    raise AssertionError(words)


@pytest.mark.parametrize("words", [pytest.param(words, id=" ".join(words)) for words in statements()])
def test_a_command_names_only_what_exists(words: list[str]) -> None:
    assert missing(words) == set()


@pytest.mark.parametrize(
    ("begins", "more", "shows"),
    [
        (".venv/bin/concordat run customers.list.first-page --client reference", ["--report", "{}"], "1 executed"),
        (".venv/bin/pytest tests/compare/test_diff.py", ["-q", "-p", "no:cacheprovider"], " passed"),
        (".venv/bin/python -m tests.mutants.matrix", [], "\trequest.query"),
    ],
    ids=["case", "test", "mutant"],
)
def test_a_command_of_the_loop_runs(begins: str, more: list[str], shows: str, tmp_path: Path) -> None:
    line = next(line for line in LINES if line.startswith(begins))
    words = shlex.split(line.replace(".venv/bin/", f"{TOOLS}/"))
    given = dict(word.split("=", 1) for word in words if ASSIGNMENT.match(word))
    command = [word for word in words if not ASSIGNMENT.match(word)] + [part.format(tmp_path) for part in more]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | given, capture_output=True, text=True, check=False, timeout=scaled(60)
    )
    assert (done.returncode, shows in done.stdout) == (0, True), done.stdout + done.stderr
