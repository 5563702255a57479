"""Case files into a catalogue. Every problem of every file is collected before one error tells them all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from concordat.catalogue.catalogue import Catalogue, Marks
from concordat.catalogue.expansion import build
from concordat.catalogue.problems import CatalogueProblems
from concordat.catalogue.yaml_document import parse
from concordat.contract import apis_at
from concordat.errors import CatalogueError, Location
from concordat.resources import decode_text, read_file, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from concordat.catalogue.model import Case

__all__ = ["REQUIREMENTS", "load_catalogue", "read_catalogue"]

REQUIREMENTS = "requirements"
"""The folder of `cases` that holds requirement sets, and no cases."""


class _Source(NamedTuple):
    """One case file: `name` is what cases are called by (`cases/errors/not-found.yaml`), `area` its first folder."""

    path: Path
    name: str
    area: str


def load_catalogue(paths: Sequence[Path] | None = None) -> Catalogue:
    """Return the cases of `paths` (files or folders), by default of the user's and the package's `cases`.

    In the default search a file of the user's project hides the built-in one of the same name.
    Raises CatalogueError (`CatalogueProblems`) with everything that is wrong.
    """
    catalogue, problems = read_catalogue(paths)
    if problems:
        raise CatalogueProblems(problems)
    return catalogue


def read_catalogue(paths: Sequence[Path] | None = None) -> tuple[Catalogue, tuple[CatalogueError, ...]]:
    """Return the cases that can be read, and everything that is wrong with the others."""
    cases: list[Case] = []
    problems: list[CatalogueError] = []
    marks: dict[str, Marks] = {}
    first: dict[str, Case] = {}
    digest = hashlib.sha256()
    sources = _sources(search("cases") if paths is None else paths, problems)
    for source in sources:
        try:
            data = read_file(source.path)
            text = decode_text(source.path, data, CatalogueError)
        except OSError as error:
            problems.append(_unreadable(source.path, error))
            continue
        except CatalogueError as error:
            problems.append(error)
            continue
        digest.update(f"{source.name}\0{len(data)}\0".encode() + data)
        mark = marks[source.name] = Marks(source.path, text)
        found, wrong = _read(source, text, mark)
        problems.extend(wrong)
        for case in found:
            known = first.setdefault(case.id, case)
            if (known.path, known.line) == (case.path, case.line):
                cases.append(case)
                continue
            where = mark.locate(f"/{mark.item(case.line)}/id")
            other = Location(marks[known.path].path, known.line)
            message = f"the id `{case.id}` stands twice, first at {other}"
            problems.append(CatalogueError(message, where=where, hint="ids are unique in the whole catalogue"))
    return Catalogue(tuple(cases), digest.hexdigest(), marks), tuple(problems)


def _unreadable(path: Path, error: OSError) -> CatalogueError:
    cause = error.strerror or str(error)
    hint = "a case file is UTF-8 text; check its permissions, and that no folder is called like one"
    return CatalogueError("the file cannot be read", where=Location(path), cause=cause, hint=hint)


def _read(source: _Source, text: str, marks: Marks) -> tuple[list[Case], list[CatalogueError]]:
    try:
        parsed = parse(text, source.path)
    except CatalogueError as error:
        return [], [error]
    if not isinstance(parsed.value, list) or not parsed.value:
        message = "a case file is a list of cases, at least one"
        return [], [CatalogueError(message, where=Location(source.path, 1), hint="begin each case with `- id:`")]
    cases: list[Case] = []
    problems: list[CatalogueError] = []
    home = apis_at(source.path)
    for index, (raw, line) in enumerate(zip(parsed.value, parsed.lines, strict=True)):
        built, flaws = build(raw, area=source.area, path=source.name, line=line, home=home)
        cases.extend(built)
        for flaw in flaws:
            where = marks.locate(f"/{index}{flaw.pointer}")
            problems.append(CatalogueError(flaw.message, where=where, hint=flaw.hint))
    return cases, problems


def _sources(roots: Iterable[Path], problems: list[CatalogueError]) -> Iterator[_Source]:
    """Yield the files below the roots in order of their names; a name found in an earlier root hides later ones."""
    seen: set[str] = set()
    for root in roots:
        if root.is_dir():
            files = sorted(path for suffix in ("yaml", "yml") for path in root.rglob(f"*.{suffix}"))
        elif root.is_file():
            files = [root]
        else:
            problems.append(CatalogueError("there is no such file or folder", where=Location(root)))
            continue
        top = _top(root)
        for path in files:
            inside = path.relative_to(top) if top in path.parents else Path(path.name)
            if inside.parts[0] == REQUIREMENTS and len(inside.parts) > 1:
                continue
            name = str(Path("cases") / inside)
            if name not in seen:
                seen.add(name)
                yield _Source(path, name, inside.parts[0] if len(inside.parts) > 1 else path.stem)


def _top(root: Path) -> Path:
    """Return the folder that areas are counted from: the nearest `cases` on the way up, else the root itself."""
    folder = root if root.is_dir() else root.parent
    return next((place for place in (folder, *folder.parents) if place.name == "cases"), folder)
