"""The page's own files: small, all of them used, and without a way to turn a string into markup or code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from concordat.report.html import page

FOLDER = Path(page.__file__).parent
SCRIPTS = sorted((FOLDER / "script").iterdir())
FILES = [*SCRIPTS, *sorted((FOLDER / "style").iterdir()), *sorted((FOLDER / "templates").iterdir())]
INTO_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|DOMParser|createContextual|srcdoc"
)
OUTWARD = re.compile(r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\b|importScripts|https?:")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_small_and_its_lines_are_short(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) < 300
    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_makes_no_markup_and_asks_nobody(file: Path) -> None:
    code = "\n".join(line for line in file.read_text("utf-8").splitlines() if not line.lstrip().startswith("//"))
    assert INTO_MARKUP.findall(code) == []
    assert OUTWARD.findall(code) == []


def test_every_script_and_style_is_in_the_page() -> None:
    assert sorted(page.SCRIPTS) == [file.stem for file in SCRIPTS]
    assert sorted(page.STYLES) == sorted(file.stem for file in (FOLDER / "style").iterdir())


@pytest.mark.parametrize("file", sorted((FOLDER / "templates").iterdir()), ids=lambda file: file.name)
def test_a_template_lets_nothing_through_unescaped(file: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape", file.read_text("utf-8"))
