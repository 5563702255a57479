"""What a contributor meets first: licence, commit hooks, pinned tools, templates."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.timeouts import scaled

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HOOKS = ROOT / ".pre-commit-config.yaml"
FORMS = [path for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) if path.stem != "config"]


def hooks() -> list[dict[str, Any]]:
    return [hook for repo in yaml.safe_load(HOOKS.read_text("utf-8"))["repos"] for hook in repo["hooks"]]


def without_options(command: str) -> str:
    return " ".join(word for word in command.split() if not word.startswith("-"))


def test_the_licence_is_the_one_that_the_package_names() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert (PROJECT["project"]["license"], PROJECT["project"]["license-files"]) == ("MIT", ["LICENSE"])
    assert text.startswith("MIT License\n")
    assert "the Concordat maintainers\n" in text


def test_the_hooks_are_valid_and_download_nothing() -> None:
    subprocess.run([TOOLS / "pre-commit", "validate-config", HOOKS], check=True, timeout=scaled(30))
    assert {repo["repo"] for repo in yaml.safe_load(HOOKS.read_text("utf-8"))["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks()} == {"system"}


def test_the_hooks_run_the_tools_of_the_lint_and_types_environments() -> None:
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    commands = [*tox["testenv:lint"]["commands"].split("\n"), tox["testenv:types"]["commands"]]
    entries = {without_options(hook["entry"].removeprefix(".venv/bin/")) for hook in hooks()}
    assert entries == {without_options(command) for command in commands if command}
    assert [name for name in entries if not (TOOLS / name.split()[0]).exists()] == []


def test_every_dependency_has_a_pinned_version() -> None:
    project = PROJECT["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    names = {re.split(r"[<>=\[ ]", requirement)[0].lower() for requirement in wanted}
    assert names - pinned == set()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_asks_for_something(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(form)
    questions = [part for part in form["body"] if part["type"] != "markdown"]
    assert {part["type"] for part in questions} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert len({part["id"] for part in questions}) == len(questions)
    assert all(part["attributes"]["label"] for part in questions)
    assert any(part.get("validations", {}).get("required") for part in questions)


def test_the_templates_name_no_host() -> None:
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / ".github").rglob("*")) if path.is_file()}
    assert len(texts) > len(FORMS)
    assert [str(path) for path, text in texts.items() if "://" in text] == []


def test_only_tests_hold_words_that_are_misspelled_on_purpose() -> None:
    right = {"alle", "caf", "incase", "nam", "ofo", "optio", "te", "zar"}
    wrong = set(PROJECT["tool"]["codespell"]["ignore-words-list"]) - right
    word = re.compile(rf"\b({'|'.join(wrong)})\b", re.IGNORECASE)
    places = [*ROOT.glob("*.md"), *(path for top in ("src", "docs", "cases", "clients") for path in files(ROOT / top))]
    assert [str(path) for path in places if word.search(path.read_text("utf-8"))] == []
    seen = {found.lower() for path in files(ROOT / "tests") for found in word.findall(path.read_text("utf-8"))}
    assert seen == wrong, "a word that no test holds any more is not to be ignored"


def files(top: Path) -> list[Path]:
    return [path for path in top.rglob("*") if path.suffix in {".py", ".md", ".yaml"} and "_build" not in path.parts]
