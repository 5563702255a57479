"""One YAML or JSON file: its text, its value, the place of each part, and its conversion into a typed model.

This module reads every file of a project, so that all files have the same rules and errors.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from concordat.documents.conversion import convert
from concordat.documents.yaml_reader import parse, places
from concordat.errors import ConcordatError, Finding, Location
from concordat.resources import decode_text, read_file, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from concordat.documents.yaml_reader import Place
    from concordat.errors import Flaw

__all__ = ["Document", "Places", "decode_json", "parse_document", "read_document"]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=ConcordatError)
_ALIAS = re.compile(r"(?:: |[-\[{,] )\*([A-Za-z0-9_-]+)")
_MOST_BYTES = 4 * 1024 * 1024
"""Size of the largest JSON file that is parsed again to locate an error."""


class Places:
    """The places of the values of one file. The text is parsed again when the first place is needed."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def file(self) -> Path:
        """The absolute path of the file."""
        return self.path.resolve()

    @cached_property
    def _by_pointer(self) -> dict[str, Place]:
        return places(self.text, self.path, ConcordatError)

    @cached_property
    def _lines(self) -> tuple[int, ...]:
        return parse(self.text, self.path, ConcordatError).lines

    def locate(self, pointer: str) -> Location:
        """Return the place of a JSON pointer in the file, or of the nearest existing value above it."""
        known = self._by_pointer
        while pointer not in known and pointer:
            pointer = pointer.rpartition("/")[0]
        place = known.get(pointer)
        return Location(self.path, place.line, place.column) if place else Location(self.path, 1)

    def item(self, line: int) -> int:
        """Return the index of the item in the top-level list that begins on `line`."""
        return self._lines.index(line)

    def block(self, line: int) -> str:
        """Return the text of the item that begins on `line`, with the comment above it and the lines of its anchors."""
        lines = self.text.splitlines()
        first, last = line, next((other for other in self._lines if other > line), len(lines) + 1) - 1
        while first > 1 and lines[first - 2].lstrip().startswith("#"):
            first -= 1
        while last > line and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
            last -= 1
        text = dedent("\n".join(lines[first - 1 : last]))
        anchors = dict.fromkeys(name for name in _ALIAS.findall(text) if f"&{name}" not in text)
        return "\n".join([text, *self._definitions(anchors)])

    def _definitions(self, anchors: Iterable[str]) -> Iterator[str]:
        """Yield a comment with the place of each anchor."""
        for name in anchors:
            line = next((number for number, one in enumerate(self.text.splitlines(), 1) if f"&{name}" in one), None)
            if line is not None:
                yield f"# *{name}: line {line}"


@dataclass(frozen=True, slots=True)
class Document(Generic[_E]):
    """The content of one file. `lines` lists the first line of each item of a top-level list."""

    places: Places
    value: Any
    lines: tuple[int, ...]
    refuse: type[_E]

    @property
    def path(self) -> Path:
        """The file."""
        return self.places.path

    @property
    def mapping(self) -> dict[str, Any]:
        """The value of a file with one mapping. Raises `refuse` for any other value."""
        if not isinstance(self.value, dict):
            message = "the file must contain one mapping"
            raise self.refuse(message, where=Location(self.path, 1), hint="begin with `key: value` lines")
        return self.value

    def locate(self, pointer: str) -> Location:
        """Return the place of a JSON pointer, or of the nearest value above it."""
        return self.places.locate(pointer)

    def error(self, message: str, pointer: str, hint: str | None = None) -> _E:
        """Return an error at the place of a JSON pointer."""
        return self.refuse(message, where=self.locate(pointer), hint=hint)

    def refusal(self, flaws: Iterable[Flaw]) -> _E:
        """Return one error for all flaws, whose pointers begin at the root of the file."""
        return self.refuse.of([Finding(self.locate(flaw.pointer), flaw.message, flaw.hint) for flaw in flaws])

    def convert(self, into: type[_T]) -> _T:
        """Return the content as a model. Raises `refuse` with every unknown key, or the first wrong value."""
        return self.part(self.value, into, "")

    def part(self, value: Any, into: type[_T], pointer: str) -> _T:
        """Return the value at `pointer` as a model. Raises like `convert`."""
        found, flaws = convert(value, into, pointer)
        if found is None:
            raise self.refusal(flaws)
        return found


def read_document(path: Path, refuse: type[_E], what: str = "the file") -> Document[_E]:
    """Return the content of a YAML or JSON file.

    Raises `refuse` for a file that is unreadable or not UTF-8, or that `yaml_reader.parse` rejects.
    """
    return parse_document(read_text(path, refuse, what), path, refuse)


def parse_document(text: str, path: Path, refuse: type[_E]) -> Document[_E]:
    """Return the content of a text; `path` is for messages, and the suffix `.json` demands JSON. Raises `refuse`."""
    if path.suffix == ".json":
        _check_json(text, path, refuse)
    parsed = parse(text, path, refuse)
    return Document(Places(path, text), parsed.value, parsed.lines, refuse)


def decode_json(path: Path, into: type[_T], refuse: type[ConcordatError], what: str) -> _T:
    """Return a JSON file as a model.

    Raises `refuse` for a file that is unreadable, is not JSON, or does not fit the model. An invalid file of up to
    4 MiB is parsed again to locate the error.
    """
    try:
        raw = read_file(path, most=None)
    except OSError as error:
        message, hint = f"{what} cannot be read", "check the path and its permissions"
        raise refuse(message, where=Location(path), cause=error.strerror, hint=hint) from error
    try:
        return msgspec.json.decode(raw, type=into)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if len(raw) <= _MOST_BYTES:
            parse_document(decode_text(path, raw, refuse, what), path, refuse).convert(into)
        message = f"{what} cannot be read"
        raise refuse(message, where=Location(path, 1), cause=str(error)) from error


def _check_json(text: str, path: Path, refuse: type[ConcordatError]) -> None:
    """Raise `refuse` for text that is not JSON; the YAML reader alone accepts more."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg}"
        where = Location(path, error.lineno, error.colno)
        raise refuse(message, where=where, hint="correct it, or generate the file again") from error
    except (RecursionError, ValueError) as error:
        message = "the JSON cannot be read"
        raise refuse(message, where=Location(path, 1), cause=str(error)) from error
