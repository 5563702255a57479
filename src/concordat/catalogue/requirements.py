"""Requirement sets: cases and levels frozen under a name, so that a released score keeps its meaning.

A set is `cases/requirements/NAME.yaml`. It lists cases by id with their level and the rows of tables. Later
cases are scored separately. A listed case must keep its id, its rows and at least its level.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.loader import REQUIREMENTS
from concordat.catalogue.model import Level
from concordat.documents import read_document
from concordat.documents.yaml_writer import write_yaml
from concordat.errors import CatalogueError, Location, did_you_mean
from concordat.resources import project_root, search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case

__all__ = [
    "Requirement",
    "RequirementSet",
    "by_id",
    "freeze",
    "is_requirement",
    "load_requirement_set",
    "load_requirements",
    "read_requirements",
    "requirement_paths",
    "requirements_yaml",
    "set_files",
    "write_requirements",
]

_NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


class Requirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One frozen case. `rows` lists all rows of a table; it is empty for a case without rows."""

    level: Level
    rows: list[str] = []


class RequirementSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen part of the catalogue."""

    name: str
    frozen: dt.date
    cases: dict[str, Requirement]

    def level_of(self, case: str, row: str | None) -> Level | None:
        """Return the frozen level of a case (or row), None for a case that was added later."""
        found = self.cases.get(case)
        if found is None or (row is None) != (not found.rows) or (row is not None and row not in found.rows):
            return None
        return found.level


def is_requirement(source: Iterable[str]) -> bool:
    """Return whether a case with these sources is a requirement; a case with only `undefined:` sources is not.

    A published report contains only the sources of such cases, so that a result without sources is a requirement.
    """
    found = tuple(source)
    return not found or not all(item.startswith("undefined:") for item in found)


def load_requirements() -> tuple[RequirementSet, ...]:
    """Return every set by name, the user's before a built-in one of the same name.

    Raises CatalogueError with file and line.
    """
    sets = requirement_paths()
    return tuple(read_requirements(sets[name]) for name in sorted(sets))


def load_requirement_set(name: str) -> RequirementSet:
    """Return one set. Raises CatalogueError for an unknown name or an invalid file."""
    sets = requirement_paths()
    if name not in sets:
        message = f"there is no requirement set `{name}`"
        none = "the project has no sets; `concordat cases freeze NAME` writes one"
        raise CatalogueError(message, hint=did_you_mean(name, sets) if sets else none)
    return read_requirements(sets[name])


def requirement_paths() -> dict[str, Path]:
    """Return the file of every set by name, the user's before a built-in one of the same name."""
    return {path.stem: path for folder in reversed(search("cases", REQUIREMENTS)) for path in set_files(folder)}


def read_requirements(path: Path) -> RequirementSet:
    """Return one set. Raises CatalogueError with file and line for a file that is not a set or has another name."""
    document = read_document(path, CatalogueError, "the requirement set")
    found = document.convert(RequirementSet)
    if found.name != path.stem:
        message = f"the set in `{path.name}` is called `{found.name}`"
        raise document.error(message, "/name", f"write `name: {path.stem}`")
    return found


def freeze(name: str, cases: Iterable[Case], today: dt.date) -> RequirementSet:
    """Return a set of all cases that are requirements. Raises CatalogueError for an invalid name."""
    if not _NAME.fullmatch(name):
        message = f"`{name}` is not a valid name of a set"
        raise CatalogueError(message, hint="use lower-case letters, digits, dots and dashes: `release-1.0`")
    listed = by_id(case for case in cases if is_requirement(case.source))
    return RequirementSet(
        name=name,
        frozen=today,
        cases={
            case_id: Requirement(level=found[0].level, rows=[case.row for case in found if case.row is not None])
            for case_id, found in sorted(listed.items())
        },
    )


def requirements_yaml(found: RequirementSet) -> str:
    """Return a set as the text of its file: a line for each case."""
    return write_yaml(msgspec.to_builtins(found, builtin_types=(dt.date,)), block=2, one_line=True)


def write_requirements(found: RequirementSet) -> Path:
    """Write a set into the user's project and return its file.

    Raises CatalogueError when a set of that name exists: a frozen set never changes.
    """
    known = search("cases", REQUIREMENTS, f"{found.name}.yaml")
    if known:
        message = f"the set `{found.name}` exists"
        raise CatalogueError(message, where=Location(known[0]), hint="choose another name; a frozen set never changes")
    path = (project_root() or Path.cwd() / "concordat") / "cases" / REQUIREMENTS / f"{found.name}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(requirements_yaml(found), "utf-8")
    except OSError as error:
        message = "the requirement set cannot be written"
        raise CatalogueError(message, where=Location(path), cause=error.strerror) from error
    return path


def by_id(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Return the cases by id: all rows of a table, or a single case."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.id, []).append(case)
    return found


def set_files(folder: Path) -> list[Path]:
    """Return the files of the sets in a folder, sorted by name."""
    return sorted(folder.glob("*.yaml"))
