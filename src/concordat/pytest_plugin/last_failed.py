"""`--last-failed`: the record of red results, one for each project and target, and the selection made from it.

The record stands in the user's cache, outside every report: `concordat run` and plain pytest share it whatever
`--report` says, and a project folder may be read-only. A run changes the entries of the results that it recorded; an
interrupted or narrowed run leaves the others as they are.
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
    """One result of a run: the case with its row, and the client as it was asked for."""

    case: str
    """`things.list` or `things.list[row]`."""
    client: str
    """`NAME@VERSION`."""


class _Content(msgspec.Struct, frozen=True):
    project: str
    red: tuple[ResultKey, ...]


class RedRecord:
    """The file that lists the red results; `read` and `update` are its only users."""

    def __init__(self, path: Path, project: str) -> None:
        self.path = path
        self._project = project

    def read(self) -> frozenset[ResultKey] | None:
        """Return the red results, None when no run is on record. A file that cannot be read is no record."""
        try:
            content = msgspec.json.decode(self.path.read_bytes(), type=_Content)
        except (OSError, msgspec.DecodeError):
            return None
        return frozenset(content.red)

    def update(self, red_by_key: Mapping[ResultKey, bool], catalogue: Collection[str] | None) -> None:
        """Take the results of one run into the record; `red_by_key` says which were red.

        `catalogue` has the keys of all cases, None where only a part of them was loaded: entries of other cases go.
        Raises OSError when the file cannot be written.
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
        """Forget every run, as `pytest --cache-clear` asks."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def record_of(target: str) -> RedRecord:
    """Return the record of the current project's runs against one target."""
    project = str(project_folder())
    digest = hashlib.sha256(f"{project}\0{target}".encode("utf-8", "surrogateescape")).hexdigest()
    # The name holds no URL: a target may carry a secret.
    return RedRecord(cache_home() / "last-failed" / f"{digest[:24]}.json", project)


def nothing_to_replay(
    red: frozenset[ResultKey] | None, unavailable: Iterable[str], selected: Sequence[ResultKey]
) -> NothingRan | None:
    """Return why `--last-failed` selects nothing, None when a red result is among those selected.

    `unavailable` has the labels of the clients that could not be installed.
    """
    if red is None:
        message = "--last-failed: no earlier run of this project against this target is on record"
        return NothingRan(message, hint="run once without --last-failed")
    if not red:
        return NothingRan("--last-failed: nothing was red in the last run", hint="run without --last-failed")
    if red & set(selected):
        return None
    gone = sorted({key.client for key in red} & set(unavailable))
    which = "the red result" if len(red) == 1 else f"none of the {len(red)} red results"
    verb = "is not" if len(red) == 1 else "is"
    why = f"{', '.join(gone)} unavailable" if gone else None
    message = f"--last-failed: {which} of the last run {verb} in the catalogue and the selection"
    return NothingRan(message, cause=why, hint="run without --last-failed, or select other cases and clients")
