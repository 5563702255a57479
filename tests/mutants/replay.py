"""The lines of the table that a change touches, and their replay within a time limit.

A change touches a line when its case has another digest than at the base revision, when the source of its mutant
differs, or when the line is new. A change of the engine touches no line: `test_mutants.py` runs a part of the table
with every change, and `tox -e nightly` runs all of it.
"""

from __future__ import annotations

import ast
import io
import subprocess
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.harness import UNBROKEN, MutantHarness, NotRun, cases_by_key
from tests.mutants.kills import KILLS
from tests.mutants.page import case_of, counts
from tests.mutants.red_checks import broke_down
from tests.timeouts import scaled

from concordat.catalogue.catalogue import case_digest
from concordat.catalogue.loader import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.mutants.kill import Kill

    from concordat.runner.result import Result

__all__ = ["ROOT", "Changed", "Replayed", "base_revision", "changed_lines", "replay", "revision"]

ROOT = Path(__file__).parents[2]
MAIN = ("origin/main", "main", "origin/master", "master")
"""Branches that the default base is taken from; the first that exists counts."""
_FOLDERS = ("cases", "tests/mutants")
_MARKS = ("mutant", "broken")
"""Names of the decorators of mutants."""
_AT_ONCE = 12
"""Lines run between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The differences from the base revision; `lines` are to be replayed, first one line of each changed case."""

    cases: frozenset[str]
    mutants: frozenset[str]
    new: frozenset[Kill]
    lines: tuple[Kill, ...]

    def __str__(self) -> str:
        counted = (len(self.cases), len(self.mutants), len(self.new), len(self.lines))
        return "{} cases, {} mutants and {} lines of the table changed: {} lines to replay".format(*counted)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result of a replay: a text for each problem, and the number of lines that the time limit left out."""

    problems: tuple[str, ...]
    left: int


def revision(root: Path, name: str) -> str | None:
    """Return the commit of a name, or None if git knows none."""
    return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")


def base_revision(root: Path) -> str | None:
    """Return the commit at which this branch left main; on main itself, the one before. None where git knows none."""
    head = revision(root, "HEAD")
    main = next((found for name in MAIN if (found := revision(root, name))), None)
    base = _git(root, "merge-base", "HEAD", main) if main else None
    return base if base and base != head else revision(root, "HEAD~1")


def changed_lines(base: str, root: Path = ROOT) -> Changed:
    """Return the differences of this tree from a revision, uncommitted changes included."""
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder)
        _extract(root, base, old)
        digests = {case.key: case_digest(case) for case in read_catalogue([old / "cases"])[0].cases}
        kept = set(_kills(old / "tests" / "mutants"))
        before, after = _mutants(old / "tests" / "mutants"), _mutants(root / "tests" / "mutants")
    cases = frozenset(case.id for key, case in cases_by_key().items() if digests.get(key) != case_digest(case))
    mutants = frozenset(name for name, text in after.items() if before.get(name) != text)
    new = frozenset(kill for kill in KILLS if (*kill[:3], kill.verdict.name) not in kept)
    touched = [kill for kill in KILLS if case_of(kill) in cases or kill.mutant in mutants or kill in new]
    first = {case_of(kill): kill for kill in reversed(touched) if case_of(kill) in cases and counts(kill)}
    return Changed(cases, mutants, new, tuple(dict.fromkeys([*first.values(), *touched])))


def replay(lines: Sequence[Kill], seconds: float) -> Replayed:
    """Run lines of the table, and the unbroken client with their cases, until the time limit."""
    end = time.monotonic() + seconds
    problems: list[str] = []
    passing: set[str] = set()
    left = len(lines)
    for some in (lines[at : at + _AT_ONCE] for at in range(0, len(lines), _AT_ONCE)):
        if time.monotonic() >= end:
            break
        wanted: dict[str, list[str]] = {UNBROKEN: sorted({kill.case for kill in some} - passing)}
        for kill in some:
            wanted.setdefault(kill.mutant, []).append(kill.case)
        with tempfile.TemporaryDirectory() as folder:
            results = MutantHarness(Path(folder), deadline=scaled(180)).run(wanted)
        problems += [f"red without a mutant: {key}" for key in wanted[UNBROKEN] if _is_red(results[UNBROKEN, key])]
        problems += filter(None, (_problem(kill, results[kill.mutant, kill.case]) for kill in some))
        passing.update(wanted[UNBROKEN])
        left -= len(some)
    return Replayed(tuple(problems), left)


def _is_red(result: Result | NotRun) -> bool:
    return isinstance(result, NotRun) or result.verdict.red


def _problem(kill: Kill, result: Result | NotRun) -> str | None:
    if isinstance(result, NotRun):
        return f"broken: {kill}: {result}"
    if broke_down(result):
        return f"broken: {kill}: the patch itself failed"
    verdicts = {check.id: check.verdict for check in result.checks}
    return None if verdicts.get(kill.check) is kill.verdict else f"survived: {kill} {kill.check}"


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", root, *words], capture_output=True, check=False, text=True, timeout=scaled(60)
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _extract(root: Path, base: str, into: Path) -> None:
    """Write the catalogue and the mutants of a revision; a folder that it did not have is left out."""
    there = [name for name in _FOLDERS if _git(root, "rev-parse", "--verify", "--quiet", f"{base}:{name}")]
    if not there:
        return
    packed = subprocess.run(
        ["git", "-C", root, "archive", "--format=tar", base, *there],
        capture_output=True,
        check=True,
        timeout=scaled(60),
    )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(into, filter="data")


def _kills(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield the lines of a table as they are written, without running its modules."""
    for path in sorted(folder.glob("kills_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Kill":
                mutant, case, check = (ast.literal_eval(word) for word in node.args[:3])
                verdicts = [word.attr for word in node.args[3:] if isinstance(word, ast.Attribute)]
                yield mutant, case, check, verdicts[0] if verdicts else "FAIL"


def _mutants(folder: Path) -> dict[str, str]:
    """Return each mutant's function as it is written, with all of its module that is no mutant."""
    found: dict[str, str] = {}
    for path in sorted((*folder.glob("client_*.py"), *folder.glob("sandbox_*.py"))):
        parts = ast.parse(path.read_text("utf-8")).body
        functions = [part for part in parts if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        own = [part for part in functions if any(ast.unparse(word) in _MARKS for word in part.decorator_list)]
        shared = "\n".join(ast.dump(part) for part in parts if part not in own)
        prefix = "sandbox:" if path.name.startswith("sandbox_") else ""
        found |= {prefix + part.name.replace("_", "-"): f"{shared}\n{ast.dump(part)}" for part in own}
    return found
