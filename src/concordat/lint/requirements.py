"""Lint of requirement sets: cases and rows that the catalogue removed, and levels that it lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.loader import REQUIREMENTS
from concordat.catalogue.model import Level
from concordat.catalogue.requirements import by_id, read_requirements, set_files
from concordat.documents import Places
from concordat.errors import CatalogueError, Finding, Flaw, did_you_mean, sort_findings
from concordat.resources import read_text, search
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue.catalogue import Catalogue
    from concordat.catalogue.model import Case
    from concordat.catalogue.requirements import RequirementSet

__all__ = ["lint_requirements"]

_LEVELS = (Level.MUST, Level.SHOULD, Level.MAY)


def lint_requirements(catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return a finding for each requirement that the catalogue breaks, for the sets beside its files."""
    findings: list[Finding] = []
    files = [places.path.resolve() for places in catalogue.files.values()]
    known = by_id(catalogue.cases)
    for folder in search("cases", REQUIREMENTS):
        if not any(folder.parent in file.parents for file in files):
            continue
        for path in set_files(folder):
            try:
                found = read_requirements(path)
            except CatalogueError as error:
                findings.extend(error.findings)
                continue
            if broken := list(_broken(found, known)):
                places = Places(path, read_text(path, CatalogueError, "the requirement set"))
                findings += [Finding(places.locate(flaw.pointer), flaw.message, flaw.hint) for flaw in broken]
    return sort_findings(findings)


def _broken(found: RequirementSet, known: dict[str, list[Case]]) -> Iterator[Flaw]:
    for name, requirement in found.cases.items():
        here = join_pointer("cases", name)
        cases = known.get(name)
        if cases is None:
            yield Flaw(here, f"`{name}` was frozen in {found.name} and no longer exists", did_you_mean(name, known))
            continue
        level = min((case.level for case in cases), key=_LEVELS.index)
        if _LEVELS.index(level) > _LEVELS.index(requirement.level):
            message = f"`{name}` was frozen as `{requirement.level}` in {found.name} and has the level `{level}` now"
            yield Flaw(here, message, "a frozen level never falls; write a new case for the weaker requirement")
        rows = {case.row for case in cases}
        for row in requirement.rows or (None,):
            if row not in rows:
                subject = f"row `{row}` of `{name}`" if row is not None else f"`{name}` without rows"
                hint = did_you_mean(row, {one for one in rows if one}) if row is not None else "it is a table now"
                yield Flaw(here, f"{subject} was frozen in {found.name} and no longer exists", hint)
