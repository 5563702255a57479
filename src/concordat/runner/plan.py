"""What a run will do: the selected cases times the selected clients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.case_locations import file_of
from concordat.catalogue.model import Case, Level, Profile
from concordat.errors import CatalogueError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.settings import RunSettings

__all__ = ["Job", "plan", "select_cases"]

_LEVELS = (Level.MUST, Level.SHOULD, Level.MAY)
QUARANTINE = "quarantine"
"""The area of cases that an exploration wrote and nobody has judged yet: they run only when they are asked for."""


class Job(msgspec.Struct, frozen=True):
    """One case (or row) for one client, by the client's name and requested version: `python-expenses@8.0.1`."""

    case: Case
    client: str

    @property
    def id(self) -> str:
        """A stable id, good as a pytest node's name."""
        return f"{self.case.key}-{self.client}"


def select_cases(cases: Sequence[Case], settings: RunSettings) -> list[Case]:
    """Return the cases that the options ask for, in catalogue order.

    A selector is a case's id, an id with its row, an id's beginning followed by `.`, an area, or the path of a case
    file or folder. Without any, the quarantine is left out. Raises CatalogueError for one that selects nothing.
    """
    wanted = [
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
            found = {case.key for case in cases if _selected(case, selector, path)}
            if not found:
                message = f"no case is called `{selector}`, and no case file or folder has that path"
                raise CatalogueError(message, hint=did_you_mean(selector, {case.id for case in cases}))
            chosen |= found
        # A case named by its id runs whatever its profile is: naming it is asking for it.
        usual = {case.key for case in wanted}
        named = set(settings.cases)
        wanted = [case for case in cases if case.key in chosen and (case.key in usual or named & {case.id, case.key})]
    if settings.shard is not None:
        index, count = settings.shard
        wanted = [case for number, case in enumerate(wanted) if number % count == index - 1]
    return wanted


def _selected(case: Case, selector: str, path: Path) -> bool:
    if selector in (case.id, case.key, case.area) or case.id.startswith(selector.rstrip(".") + "."):
        return True
    if case.path == selector or case.path.startswith(selector.rstrip("/") + "/"):
        return True
    file = file_of(case) if path.suffix in {".yaml", ".yml"} or path.is_dir() else None
    if file is None:
        return False
    wanted = path.resolve()
    return file == wanted or wanted in file.parents


def plan(cases: Iterable[Case], clients: Sequence[str]) -> list[Job]:
    """Return every case for every client, clients together so that each keeps its warm adapter."""
    listed = list(cases)
    return [Job(case, client) for client in clients for case in listed]
