"""A small YAML or JSON file into one type, with everything that is wrong with it by line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from concordat.catalogue.conversion import convert
from concordat.catalogue.yaml_document import parse, places
from concordat.errors import ConcordatError, Location
from concordat.resources import read_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["locate", "read_strictly"]

_T = TypeVar("_T")


def read_strictly(path: Path, into: type[_T], refuse: type[ConcordatError], what: str) -> _T:
    """Return the content of a file.

    Raises `refuse`, at the first place that is wrong, for a file that cannot be read, is not YAML (JSON is YAML), or is
    not of the type `into`.
    """
    text = read_text(path, refuse, what)
    try:
        found, flaws = convert(parse(text, path).value, into)
    except ConcordatError as error:
        message = f"{what} cannot be read: {error.message}"
        raise refuse(message, where=error.where, hint=error.hint) from error
    if found is None:
        flaw = flaws[0]
        message = f"{what} cannot be read: {flaw.message}"
        raise refuse(message, where=locate(path, text, flaw.pointer), hint=flaw.hint)
    return found


def locate(path: Path, text: str, pointer: str) -> Location:
    """Return the place of a JSON pointer into a file, or of the nearest thing above it."""
    known = places(text, path)
    while pointer not in known and pointer:
        pointer = pointer.rpartition("/")[0]
    place = known.get(pointer)
    return Location(path, place.line, place.column) if place else Location(path, 1)
