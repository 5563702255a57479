"""The catalogue: every case, rows expanded, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.model import Case
from concordat.catalogue.yaml_document import Parsed, parse, places
from concordat.errors import Location

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.catalogue.yaml_document import Place

__all__ = ["Catalogue", "Marks"]


class Marks:
    """Where things stand in one case file; the text is read again only when something is asked."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._text = text

    @cached_property
    def file(self) -> Path:
        """The absolute path of the file."""
        return self.path.resolve()

    @cached_property
    def _places(self) -> dict[str, Place]:
        return places(self._text, self.path)

    @cached_property
    def _parsed(self) -> Parsed:
        return parse(self._text, self.path)

    def locate(self, pointer: str) -> Location:
        """Return the place of a JSON pointer into the file, or of the nearest thing above it that exists."""
        while pointer not in self._places and pointer:
            pointer = pointer.rpartition("/")[0]
        place = self._places.get(pointer)
        return Location(self.path, place.line, place.column) if place else Location(self.path)

    def item(self, line: int) -> int:
        """Return the index of the case that begins on `line`."""
        return self._parsed.lines.index(line)


class Catalogue(msgspec.Struct, frozen=True):
    """Cases in the order of their files.

    `sha256` is of every file's name and bytes; `marks` finds places by `Case.path`.
    """

    cases: tuple[Case, ...]
    sha256: str
    marks: Mapping[str, Marks] = {}

    def file_of(self, case: Case) -> Path | None:
        """Return the absolute path of the file that a case stands in, None for a case that no file holds."""
        marks = self.marks.get(case.path)
        return None if marks is None else marks.file

    def locate(self, case: Case, pointer: str = "") -> Location:
        """Return the place of a JSON pointer into a case as it is written."""
        marks = self.marks.get(case.path)
        if marks is None:
            return Location(_as_path(case.path), case.line or None)
        return marks.locate(f"/{marks.item(case.line)}{pointer}")


def _as_path(text: str) -> Path:
    from pathlib import Path  # noqa: PLC0415 - needed for cases that were built in memory only

    return Path(text)
