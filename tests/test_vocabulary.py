"""Words that this project no longer uses, in names and in prose, each with the term that replaced it.

A name is read as its words: `CaseSeen`, `case_seen` and `case-seen` are "case seen".
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.timeouts import scaled

ROOT = Path(__file__).parent.parent
OLD_WORDS = {
    "accepted by hand": "reviewed",
    "admission": "comparability",
    "aiming": "generation hook",
    "are held": 'an active verb: "the test checks"',
    "are told": 'an active verb: "the client reports"',
    "asserting": "assertion coverage",
    "atlas": "scenario space",
    "case seen": "case trace",
    "dividing": "attribution",
    "drawing": "value generator",
    "farewell": "shutdown",
    "fate": "field retention",
    "guilty": "failing",
    "hazard": "write-safety",
    "hazards": "write-safety",
    "held to": 'an active verb: "the test checks"',
    "holes": "gaps",
    "is held": 'an active verb: "the test checks"',
    "is said": 'an active verb: "the report names"',
    "is told": 'an active verb: "the client reports"',
    "lane maker": "client pool",
    "lane": "client worker",
    "lanes": "client workers",
    "launched": "adapter handle",
    "manner": "delivery, or generation mode",
    "manners": "deliveries, or generation modes",
    "misbehaves": "applies planned faults",
    "needing": "required paths",
    "retry red": "rerun failures",
    "second look": "rerun",
    "sketch": "operation strategy",
    "spoilt": "broken, or harness error",
    "step seen": "step trace",
    "stood": "harness",
    "stray": "straggler",
    "strays": "stragglers",
    "surface": "mode, or public API",
    "surfaces": "modes, or public APIs",
    "surroundings": "process environment",
    "survival": "field retention",
    "symptom": "deviation",
    "symptoms": "deviations",
    "telling": "text report",
    "told": "reported",
    "trait": "feature",
    "twins": "equivalent mutants",
    "what is said": 'the noun: "the message"',
    "wish": "expected",
}
FOLDERS = ("src/", "tests/", "docs/", "cases/", "clients/", "contracts/", "benchmarks/", ".github/", ".ci/")
FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "action.yml", "pyproject.toml", "tox.ini")
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".ini", ".js", ".mjs", ".ts", ".go", ".java", ".css", ".html", ".txt"}
FOREIGN = re.compile(r"^contracts/[^/]+\.openapi\.\w+$|^clients/locks/|^tests/test_vocabulary\.py$")
"""Texts that this project did not write, and this table."""
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]")
_OLD = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, OLD_WORDS), key=len, reverse=True)) + r")\b", re.IGNORECASE)


class Use(NamedTuple):
    """One old word in a file."""

    where: str
    word: str

    def __str__(self) -> str:
        """The place, the word and its replacement."""
        return f"{self.where}: `{self.word}`; write {OLD_WORDS[self.word]}"


def uses(text: str, where: str) -> list[Use]:
    """Return the old words of a text by line."""
    return [
        Use(f"{where}:{number}", found.lower())
        for number, line in enumerate(text.splitlines(), 1)
        for found in _OLD.findall(_BOUNDARY.sub(" ", line))
    ]


def files() -> list[Path]:
    """Return the texts that git keeps or would add: without builds, caches and installed packages."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=scaled(30)).stdout
    names = sorted(name for name in listed.split("\0") if name)
    texts = [
        name for name in names if Path(name).suffix in TEXT and name.startswith(FOLDERS) and not FOREIGN.search(name)
    ]
    return [ROOT / name for name in (*FILES, *texts) if (ROOT / name).is_file()]


def test_no_old_word_stands_in_a_text_or_a_name() -> None:
    found = [use for path in files() for use in uses(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())]
    assert not found, "\n".join(map(str, found[:50])) + f"\n{len(found)} in all"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("class CaseSeen:", "case seen"),
        ("def is_told(self)", "is told"),
        ("outcome: {told: ok}", "told"),
        ("a Second-Look at it", "second look"),
        ("self._lane = 1", "lane"),
    ],
)
def test_an_old_word_is_found_in_each_form(text: str, word: str) -> None:
    assert uses(text, "a.py") == [Use("a.py:1", word)]


@pytest.mark.parametrize("text", ["the planet's", "a lanely town", "untold", "foretold"])
def test_a_part_of_another_word_is_not_an_old_word(text: str) -> None:
    assert not uses(text, "a.py")
