"""The loader of case files. It collects every finding of every file before it raises one error for all of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from concordat.catalogue.catalogue import Catalogue
from concordat.catalogue.expansion import build
from concordat.contract import apis_at
from concordat.documents import parse_document
from concordat.errors import CatalogueError, Finding, Location, sort_findings
from concordat.resources import decode_text, read_file, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from concordat.catalogue.model import Case
    from concordat.documents import Document, Places

__all__ = ["REQUIREMENTS", "load_catalogue", "read_catalogue"]

REQUIREMENTS = "requirements"
"""The folder of `cases` with the requirement sets; it contains no cases."""


class _Source(NamedTuple):
    """One case file: `name` is its path in a report (`cases/errors/not-found.yaml`), `area` the first folder in it."""

    path: Path
    name: str
    area: str


def load_catalogue(paths: Sequence[Path] | None = None) -> Catalogue:
    """Return the cases of `paths` (files or folders), by default of the user's and the package's `cases`.

    In the default search a file of the user's project hides the built-in one of the same name.
    Raises CatalogueError with every finding.
    """
    catalogue, findings = read_catalogue(paths)
    if findings:
        raise CatalogueError.of(findings)
    return catalogue


def read_catalogue(paths: Sequence[Path] | None = None) -> tuple[Catalogue, tuple[Finding, ...]]:
    """Return the valid cases, and the findings of the others, by place."""
    cases: list[Case] = []
    findings: list[Finding] = []
    files: dict[str, Places] = {}
    first: dict[str, Case] = {}
    digest = hashlib.sha256()
    for source in _sources(search("cases") if paths is None else paths, findings):
        try:
            data = read_file(source.path)
            document = parse_document(decode_text(source.path, data, CatalogueError), source.path, CatalogueError)
        except OSError as error:
            findings.append(_unreadable(source.path, error))
            continue
        except CatalogueError as error:
            findings.extend(error.findings)
            continue
        digest.update(f"{source.name}\0{len(data)}\0".encode() + data)
        places = files[source.name] = document.places
        for case in _cases(source, document, findings):
            known = first.setdefault(case.id, case)
            if (known.path, known.line) == (case.path, case.line):
                cases.append(case)
                continue
            where = places.locate(f"/{places.item(case.line)}/id")
            other = Location(files[known.path].path, known.line)
            message = f"the id `{case.id}` occurs twice, first at {other}"
            findings.append(Finding(where, message, "give each case of the catalogue an id of its own"))
    return Catalogue(tuple(cases), digest.hexdigest(), files), sort_findings(findings)


def _unreadable(path: Path, error: OSError) -> Finding:
    cause = error.strerror or str(error)
    hint = "check its permissions, and that the path is a file and not a folder"
    return Finding(Location(path), "the file cannot be read", hint, cause)


def _cases(source: _Source, document: Document[CatalogueError], findings: list[Finding]) -> list[Case]:
    """Return the valid cases of one file, and add the flaws of the others to the findings."""
    if not isinstance(document.value, list) or not document.value:
        message = "a case file is a non-empty list of cases"
        findings.append(Finding(Location(source.path, 1), message, "begin each case with `- id:`"))
        return []
    cases: list[Case] = []
    home = apis_at(source.path)
    for index, (raw, line) in enumerate(zip(document.value, document.lines, strict=True)):
        built, flaws = build(raw, area=source.area, path=source.name, line=line, home=home)
        cases.extend(built)
        findings.extend(Finding(document.locate(f"/{index}{flaw.pointer}"), flaw.message, flaw.hint) for flaw in flaws)
    return cases


def _sources(roots: Iterable[Path], findings: list[Finding]) -> Iterator[_Source]:
    """Yield the files below the roots, sorted by name. A file hides the files of its name in later roots."""
    seen: set[str] = set()
    for root in roots:
        if root.is_dir():
            files = sorted(path for suffix in ("yaml", "yml") for path in root.rglob(f"*.{suffix}"))
        elif root.is_file():
            files = [root]
        else:
            findings.append(Finding(Location(root), "there is no such file or folder"))
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
    """Return the folder that contains the areas: the nearest parent `cases`, or the root itself."""
    folder = root if root.is_dir() else root.parent
    return next((place for place in (folder, *folder.parents) if place.name == "cases"), folder)
