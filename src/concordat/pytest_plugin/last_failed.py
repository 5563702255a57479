"""`--last-failed`: the record of red results, one for each project and target, and the selection from it.

The record is in the user's cache, outside every report: `concordat run` and plain pytest share it whatever `--report`
is, and a project folder may be read-only. A run changes the entries of its own results only, so that an interrupted run
and a run of selected cases keep the others.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from concordat.errors import NothingRan
from concordat.resources import cache_home, project_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["RedRecord", "ResultKey", "nothing_to_replay", "record_of"]


class ResultKey(NamedTuple):
    """The key of one result: the case with its row, and the requested client."""

    case: str
    """`things.list` or `things.list[row]`."""
    client: str
    """`NAME@VERSION`."""


class _Content(msgspec.Struct, frozen=True):
    project: str
    red: tuple[ResultKey, ...]


class RedRecord:
    """The file that lists the red results."""

    def __init__(self, path: Path, project: str) -> None:
        self.path = path
        self._project = project

    def read(self) -> frozenset[ResultKey] | None:
        """Return the red results, None without a recorded run. A file that cannot be read counts as none."""
        try:
            content = msgspec.json.decode(self.path.read_bytes(), type=_Content)
        except (OSError, msgspec.DecodeError):
            return None
        return frozenset(content.red)

    def update(self, red_by_key: Mapping[ResultKey, bool], catalogue: Collection[str] | None) -> None:
        """Update the record with the results of one run; `red_by_key` states which are red.

        `catalogue` has the keys of all cases, None if the run loads a part of them; entries of other cases are removed.
        Raises OSError for a file that it cannot write.
        """
        kept = {
            key for key in self.read() or () if key not in red_by_key and (catalogue is None or key.case in catalogue)
        }
        red = sorted(kept | {key for key, red in red_by_key.items() if red})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(f".{os.getpid()}.partial")
        try:
            partial.write_bytes(msgspec.json.encode(_Content(self._project, tuple(red))))
            partial.replace(self.path)
        finally:
            partial.unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete the record, as `pytest --cache-clear` requires."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def record_of(target: str) -> RedRecord:
    """Return the record of the current project's runs against one target."""
    project = str(project_folder())
    digest = hashlib.sha256(f"{project}\0{target}".encode("utf-8", "surrogateescape")).hexdigest()
    # A digest names the file: the URL of a target may contain a secret.
    return RedRecord(cache_home() / "last-failed" / f"{digest[:24]}.json", project)


def nothing_to_replay(
    red: frozenset[ResultKey] | None, unavailable: Iterable[str], selected: Sequence[ResultKey]
) -> NothingRan | None:
    """Return the reason why `--last-failed` selects nothing, None when a red result is selected.

    `unavailable` has the labels of the clients that cannot be installed.
    """
    if red is None:
        message = "--last-failed: no earlier run of this project against this target is on record"
        return NothingRan(message, hint="run once without --last-failed")
    if not red:
        return NothingRan("--last-failed: nothing was red in the last run", hint="run without --last-failed")
    if red & set(selected):
        return None
    missing = sorted({key.client for key in red} & set(unavailable))
    which = "the red result" if len(red) == 1 else f"none of the {len(red)} red results"
    verb = "is not" if len(red) == 1 else "is"
    cause = f"{', '.join(missing)} unavailable" if missing else None
    message = f"--last-failed: {which} of the last run {verb} in the catalogue and the selection"
    return NothingRan(message, cause=cause, hint="run without --last-failed, or select other cases and clients")
