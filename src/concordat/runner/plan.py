"""The plan of a run: the selected cases times the selected clients."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat import resources
from concordat.catalogue import load_catalogue
from concordat.catalogue.model import Case, Level, Profile
from concordat.catalogue.requirements import load_requirement_set, load_requirements
from concordat.contract import check_operation_names
from concordat.errors import CatalogueError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.catalogue import Catalogue
    from concordat.catalogue.requirements import RequirementSet
    from concordat.runner.settings import RunSettings

__all__ = ["Job", "RunPlan", "case_roots", "plan", "select_cases"]

_LEVELS = (Level.MUST, Level.SHOULD, Level.MAY)
QUARANTINE = "quarantine"
"""The area of cases that an exploration wrote and that await review: they run only when selected."""


class Job(msgspec.Struct, frozen=True):
    """One case (or row) for one client, by the client's name and requested version: `python-expenses@8.0.1`."""

    case: Case
    client: str

    @property
    def id(self) -> str:
        """A stable id."""
        return f"{self.case.key}-{self.client}"


def case_roots(selectors: Iterable[str]) -> list[Path]:
    """Return the roots of a run's cases: the catalogues, and each selected case file outside them."""
    roots = resources.search("cases")
    known = [root.resolve() for root in roots]
    for selector in selectors:
        path = Path(selector)
        if path.suffix in {".yaml", ".yml"} and path.is_file():
            file = path.resolve()
            if not any(root in file.parents for root in known):
                roots.append(file)
    return roots


def select_cases(catalogue: Catalogue, settings: RunSettings) -> list[Case]:
    """Return the cases that the options select, in catalogue order.

    A selector is a case's id, an id with its row, an id's beginning followed by `.`, an area, or the path of a case
    file or folder. Without any, the quarantine is excluded. Raises CatalogueError for a selector that selects nothing,
    and UsageError for an operation that no case calls.
    """
    cases = catalogue.cases
    selected = [
        case
        for case in cases
        if (case.profile is Profile.DEFAULT or settings.profile is Profile.FULL)
        and _LEVELS.index(case.level) <= _LEVELS.index(settings.level)
        and (settings.cases or case.area != QUARANTINE)
    ]
    if settings.cases:
        chosen: set[str] = set()
        for selector in settings.cases:
            path = Path(selector)
            found = {case.key for case in cases if _selected(catalogue, case, selector, path)}
            if not found:
                message = f"no case is called `{selector}`, and no case file or folder has that path"
                raise CatalogueError(message, hint=did_you_mean(selector, {case.id for case in cases}))
            chosen |= found
        # A selector that is a case's id selects it whatever its profile and level are.
        usual = {case.key for case in selected}
        named = set(settings.cases)
        selected = [case for case in cases if case.key in chosen and (case.key in usual or named & {case.id, case.key})]
    if settings.operations:
        check_operation_names(settings.operations, {name for case in cases for name in _called(case)}, "case calls")
        wanted = set(settings.operations)
        selected = [case for case in selected if not wanted.isdisjoint(_called(case))]
    if settings.shard is not None:
        index, count = settings.shard
        selected = [case for number, case in enumerate(selected) if number % count == index - 1]
    return selected


def _called(case: Case) -> set[str]:
    """Return the operations that the client calls in a case."""
    return {call.call for call in case.calls() if call.via == "client"}


def _selected(catalogue: Catalogue, case: Case, selector: str, path: Path) -> bool:
    if selector in (case.id, case.key, case.area) or case.id.startswith(selector.rstrip(".") + "."):
        return True
    if case.path == selector or case.path.startswith(selector.rstrip("/") + "/"):
        return True
    file = catalogue.file_of(case) if path.suffix in {".yaml", ".yml"} or path.is_dir() else None
    if file is None:
        return False
    resolved = path.resolve()
    return file == resolved or resolved in file.parents


def plan(cases: Iterable[Case], clients: Sequence[str]) -> list[Job]:
    """Return a job for every case and client, grouped by client, so that each client keeps its warm adapter."""
    listed = list(cases)
    return [Job(case, client) for client in clients for case in listed]


class RunPlan:
    """The cases that the settings of a run select from the catalogue, which is loaded on first use."""

    def __init__(self, settings: RunSettings) -> None:
        self._settings = settings

    @cached_property
    def catalogue(self) -> Catalogue:
        """The whole catalogue with the user's overlay, and the selected case files outside both."""
        return load_catalogue(case_roots(self._settings.cases))

    @cached_property
    def requirement_sets(self) -> tuple[RequirementSet, ...]:
        """The requirement sets that score the clients: the selected one, else all; none in a run of selected cases.

        Raises CatalogueError for an unknown or invalid set.
        """
        if self._settings.requirements is not None:
            return (load_requirement_set(self._settings.requirements),)
        return () if self._settings.partial else load_requirements()

    @cached_property
    def cases_by_key(self) -> dict[str, Case]:
        """The whole catalogue by `Case.key`."""
        return {case.key: case for case in self.catalogue.cases}

    def cases(self) -> list[Case]:
        """Return the selected cases. Raises CatalogueError for a selector that selects nothing."""
        sets = self.requirement_sets  # an invalid set is an error before the run
        catalogue = self.catalogue
        if self._settings.requirements is not None:
            required = tuple(case for case in catalogue.cases if sets[0].level_of(case.id, case.row) is not None)
            catalogue = msgspec.structs.replace(catalogue, cases=required)
        return select_cases(catalogue, self._settings)
