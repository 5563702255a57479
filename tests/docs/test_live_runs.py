"""The page about live runs: its stand-in and its runs work as shown, and it quotes messages that the code contains."""

from __future__ import annotations

import ast
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

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "live-runs.md").read_text("utf-8")
[SERVE] = re.findall(r"^\$ concordat (serve --api \S+ --stocked .*) &$", PAGE, re.MULTILINE)
RUNS = re.findall(r"^\$ concordat (run --target http://127\.0\.0\.1.*)$", PAGE, re.MULTILINE)
[KEY] = re.findall(r"^\$ export CONCORDAT_API_KEY=(concordat-\S+)$", PAGE, re.MULTILINE)
FENCES = [text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if not kind]
[REACH] = [fence.splitlines() for fence in FENCES if all("results on this target" in one for one in fence.splitlines())]
CASES = ("customers.list.first-page", "push.live.company-made-and-removed", "write-safety.company.created-once")
"""Cases of which each permission adds some: the whole catalogue takes minutes."""
MESSAGES = sorted(
    {
        message.strip()
        for table in re.findall(r"^\| message \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
        for row in table.splitlines()
        for _, message in re.findall(r"(`+)(.*?)\1(?!`)", row.split(" | ")[0])
    }
)
LEAST_SPELLED = 4
"""Characters that a text of the code spells out at least: others would fit any message."""
NAME = re.compile(r"\"[^\"]*\"|\([^()]*\)|`[^`]*`|\$\w+|\S*[./_]\S*")
"""A quotation, or a name, path or URL."""
WORD = re.compile(r"\b[a-z]{2,}\b")


def env(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "CONCORDAT_CACHE") if name in os.environ}
    return kept | more


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The URL of the page's stand-in, on a free port."""
    words = shlex.split(SERVE)
    at = words.index("--port")
    command = [sys.executable, "-m", "concordat", *words[:at], *words[at + 2 :]]
    with subprocess.Popen(command, cwd=tmp_path, env=env(HOME=str(tmp_path)), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def shape(text: str) -> str:
    """Return a text with every number as `N`, and with the client of these tests for that of the page."""
    return re.sub(r"\d[\d,]*", "N", text.replace("python-expenses@8.0.1", "reference@1.0.0"))


def test_the_runs_of_the_page_work_and_end_with_the_lines_that_it_shows(tmp_path: Path, url: str) -> None:
    assert len(RUNS) == len(REACH) == 3
    section = ""
    for line, reach in zip(RUNS, REACH, strict=True):
        words = shlex.split(re.sub(r"http://\S+", url, line).replace("python-expenses", "reference"))
        done = subprocess.run(
            [sys.executable, "-m", "concordat", *words, *CASES],
            cwd=tmp_path,
            env=env(HOME=str(tmp_path), CONCORDAT_API_KEY=KEY),
            capture_output=True,
            text=True,
            timeout=scaled(120),
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done
        assert shape(reach) in map(shape, done.stdout.splitlines()), done.stdout
        section = (tmp_path / "reports" / "latest" / "report.md").read_text("utf-8").partition("## Written")[2]
        assert bool(section) == ("--allow-writes" in line or "--disposable" in line)
    [shown] = [fence for fence in FENCES if fence.startswith("## Written")]
    mark = re.compile(r"`Concordat \w{6}-`")
    assert mark.sub("MARK", shown.splitlines()[2]) in mark.sub("MARK", section)
    assert "| push.live.company-made-and-removed | reference@1.0.0 | `POST /companies` | id " in section


def texts(file: Path) -> Iterator[ast.Constant | ast.JoinedStr]:
    tree = ast.parse(file.read_text("utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        joined = isinstance(node, ast.JoinedStr)
        alone = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        if joined or alone:
            yield node  # type: ignore[misc]  # narrowed by the two names


def spelled(node: ast.Constant | ast.JoinedStr) -> str:
    """Return a text of the code, with a NUL for each value in it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)  # type: ignore[misc]


CLAUSES = {
    clause
    for file in sorted((ROOT / "src").rglob("*.py"))
    for node in texts(file)
    for clause in spelled(node).split("; ")
}


def pattern(clause: str) -> re.Pattern[str]:
    """Return a pattern that captures the values of a clause, except those in quotation marks."""
    fixed = map(re.escape, re.split("\0+", clause))
    return re.compile("(.*?)".join(fixed).replace('"(.*?)"', '".*?"') + r"(?: \(.*\))?", re.DOTALL)


PATTERNS = [pattern(clause) for clause in CLAUSES if len(clause.replace("\0", "")) >= LEAST_SPELLED]


def in_code(message: str) -> bool:
    """Return whether the code has each clause of a message. A value in a clause has no word, or is text of the code."""
    return all(
        any(
            found is not None and all(map(is_value, found.groups()))
            for found in (one.fullmatch(clause) for one in PATTERNS)
        )
        for clause in message.split("; ")
    )


def is_value(text: str) -> bool:
    return not WORD.search(NAME.sub("", text)) or text in CLAUSES or in_code(text)


def test_the_page_quotes_many_messages() -> None:
    assert len(MESSAGES) > 35


@pytest.mark.parametrize("message", MESSAGES)
def test_a_quoted_message_is_one_of_the_code(message: str) -> None:
    assert in_code(message)


@pytest.mark.parametrize(
    "message",
    [
        "the case wants 11 customers; the target offers 3",
        "the case needs 11 customers; the target has 3",
        "the target said 401 to companies.list",
        "the case plans faults; pass --throwaway if the target is for tests",
    ],
)
def test_a_message_with_another_word_is_none_of_the_code(message: str) -> None:
    assert not in_code(message)
