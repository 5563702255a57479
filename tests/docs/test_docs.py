"""The documents say what is true: their commands parse, their links lead somewhere."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from tests.timeouts import scaled

from concordat.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
    ROOT / "reports" / "README.md",
]
PUBLISHED = ROOT / "reports" / "published" / "2026-11" / "report.md"
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]+)?(?:#([^)\s]+))?\)")
CONSOLE = re.compile(r"^ *```console\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for block in CONSOLE.findall(page.read_text("utf-8")):
            for line in map(str.strip, block.splitlines()):
                if not line.startswith("$ "):
                    continue
                words = shlex.split(line[2:], comments=True)
                for index, word in enumerate(words):
                    if word.rpartition("/")[2] == "concordat" and words[index - 1] != "-p":  # pytest's plugin
                        ends = [i for i, w in enumerate(words) if i > index and w in {"&&", "&", "|", ">"}]
                        yield page.name, words[index + 1 : min(ends, default=len(words))]


def parsed(words: list[str]) -> click.Context:
    """Take a command line apart as the program would, without doing anything."""
    with click.Context(cli, **cli.context_settings) as context:
        command = cli.get_command(context, words[0])
    assert command is not None
    rest = words[1:]
    while isinstance(command, click.Group):
        with click.Context(command, **cli.context_settings) as context:
            command = command.get_command(context, rest[0])
        assert command is not None, f"no such command: {rest[0]}"
        rest = rest[1:]
    return command.make_context(words[0], rest, **cli.context_settings)


@pytest.mark.parametrize(("page", "words"), [pytest.param(p, w, id=f"{p}: {' '.join(w)}") for p, w in commands()])
def test_every_documented_command_line_is_one(page: str, words: list[str]) -> None:
    assert parsed(words).command is not None, page


def test_the_readme_shows_the_run_command_and_the_test_command() -> None:
    blocks = CONSOLE.findall((ROOT / "README.md").read_text("utf-8"))
    assert any("concordat run" in block for block in blocks)
    assert any("tox run -e tests" in block for block in blocks)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_every_anchor_to_a_place(page: Path) -> None:
    wrong = []
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        file = (page.parent / target).resolve() if target else page
        if not file.exists():
            wrong.append(target)
        elif anchor and anchor not in anchors(file):
            wrong.append(f"{target}#{anchor}")
    assert wrong == []


def test_the_readme_has_the_numbers_of_the_published_page() -> None:
    page = PUBLISHED.read_text("utf-8")
    counts = {row["client"]: row for row in table(page, "client", "package")}
    causes = Counter(row["client"] for row in table(page, "client", "cause"))
    levels = table(page, "client", "must")
    assert levels
    expected = [
        {
            "client": row["client"],
            "must": share(row["must"]),
            "should": share(row["should"]),
            "known failures": counts[row["client"]]["known-failure"],
            "causes": str(causes[row["client"]]),
        }
        for row in levels
    ]
    assert table((ROOT / "README.md").read_text("utf-8"), "client", "must") == expected


def test_of_a_published_report_git_has_the_page_alone(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    names = ["README.md", "latest/report.md", *(f"published/1/{name}" for name in ("report.md", "report.json"))]
    for name in names:
        (tmp_path / "reports" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "reports" / name).touch()
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True, timeout=scaled(30))
    kept = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "--others", "--exclude-standard", "reports"],
        capture_output=True,
        check=True,
        text=True,
        timeout=scaled(30),
    )
    assert kept.stdout.splitlines() == ["reports/README.md", "reports/published/1/report.md"]


def table(text: str, *heads: str) -> list[dict[str, str]]:
    """Return the rows of the first table whose first columns are these, by column."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if cells(line)[: len(heads)] == list(heads))
    columns = cells(lines[start])
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [dict(zip(columns, cells(row), strict=True)) for row in rows]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def share(score: str) -> str:
    """Return `9/12` as the README writes it: `75 % of 12`."""
    passed, executed = map(int, score.split("/"))
    return f"{round(100 * passed / executed, 1):g} % of {executed}"


def anchors(file: Path) -> set[str]:
    text = file.read_text("utf-8")
    found = set(re.findall(r'<a id="([^"]+)"', text))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-"))
    return found
