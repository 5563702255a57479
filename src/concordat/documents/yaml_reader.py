"""The YAML reader of every file: libyaml's events, the JSON-like scalars of YAML 1.2, no tags, no duplicate keys.

This module handles the events itself. PyYAML's constructor reads `on:` as a boolean key and `2022-10-23` as a date
(YAML 1.1), accepts duplicate keys, and takes more than twice as long.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from concordat.errors import Location
from concordat.resources import place_of
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from concordat.errors import ConcordatError

__all__ = ["Parsed", "Place", "parse", "places"]


class Place(NamedTuple):
    """A 1-based line and column."""

    line: int
    column: int


class Parsed(NamedTuple):
    """One YAML document: its value, and the first line of each item of a top-level list."""

    value: Any
    lines: tuple[int, ...]


_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MOST_DIGITS = 1000
_SHOWN = 40
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _ScalarError(Exception):
    """An ambiguous or invalid plain scalar, with the problem and a hint."""

    def __init__(self, text: str, problem: str, hint: str) -> None:
        super().__init__(text)
        self.message = f"`{text[:_SHOWN]}` {problem}"
        self.hint = hint


def _too_large(text: str) -> _ScalarError:
    return _ScalarError(text, "is too large for a YAML number", "write it as text: `{$number: '1e999'}`")


@lru_cache(maxsize=65536)
def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > _MOST_DIGITS:
            raise _too_large(text)
        return int(text)
    if _LEADING_ZERO.fullmatch(text):
        problem = "is a number for some YAML readers and text for others"
        raise _ScalarError(text, problem, "write it in quotes, or without the leading zero")
    if _FLOAT.fullmatch(text) is None:
        if _DATE.fullmatch(text):
            _check_date(text)
        return text
    number = float(text)
    if math.isinf(number):
        raise _too_large(text)
    return number


def _check_date(text: str) -> None:
    """Raise _ScalarError for a date that does not exist: other YAML readers reject the file."""
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        raise _ScalarError(text, f"is not a date: {error}", "correct the date, or write text in quotes") from None


class _Reader:
    """Reads the events of one text."""

    def __init__(
        self, text: str, path: Path, refuse: type[ConcordatError], note: Callable[[str, Place], None] | None = None
    ) -> None:
        self._next: Callable[[], Any] = CParser(text).get_event
        self._path = path
        self._refuse = refuse
        self._note = note
        self._anchors: dict[str, Any] = {}

    def read(self) -> Parsed:
        """Return the only document of the text."""
        self._next()
        event = self._next()
        if type(event) is StreamEndEvent:
            return Parsed(None, ())
        first = self._next()
        lines: list[int] = []
        value = self._list(first, "", lines) if type(first) is SequenceStartEvent else self._value(first, "")
        self._next()
        event = self._next()
        if type(event) is DocumentStartEvent:
            raise self._error(event, "a second YAML document begins here", "write one document per file")
        return Parsed(value, tuple(lines))

    def _value(self, event: Any, pointer: str) -> Any:
        kind = type(event)
        if self._note is not None:
            self._note(pointer, _place(event))
        if kind is ScalarEvent:
            value = self._scalar(event)
        elif kind is MappingStartEvent:
            value = self._mapping(event, pointer)
        elif kind is SequenceStartEvent:
            return self._list(event, pointer, None)
        elif kind is AliasEvent:
            if event.anchor not in self._anchors:
                raise self._error(
                    event,
                    f"the anchor `{event.anchor}` is not defined before its use",
                    f"define `&{event.anchor}` above",
                )
            return self._anchors[event.anchor]
        else:  # pragma: no cover - libyaml emits nothing else here
            raise self._error(event, "unexpected YAML", None)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _scalar(self, event: Any) -> Any:
        if event.tag is not None:
            raise self._error(event, f"the YAML tag `{event.tag}` is not part of the format", "remove it")
        if not event.implicit[0]:
            return event.value
        try:
            return _plain(event.value)
        except _ScalarError as error:
            raise self._error(event, error.message, error.hint) from None

    def _list(self, event: Any, pointer: str, lines: list[int] | None) -> list[Any]:
        if event.tag is not None:
            raise self._error(event, f"the YAML tag `{event.tag}` is not part of the format", "remove it")
        items: list[Any] = []
        while type(item := self._next()) is not SequenceEndEvent:
            if lines is not None:
                lines.append(item.start_mark.line + 1)
            items.append(self._value(item, f"{pointer}/{len(items)}" if self._note else ""))
        if event.anchor is not None:
            self._anchors[event.anchor] = items
        return items

    def _mapping(self, event: Any, pointer: str) -> dict[str, Any]:
        if event.tag is not None:
            raise self._error(event, f"the YAML tag `{event.tag}` is not part of the format", "remove it")
        mapping: dict[str, Any] = {}
        while type(key := self._next()) is not MappingEndEvent:
            if type(key) is not ScalarEvent:
                raise self._error(key, "a key must be plain text", "write one name before the colon")
            name = key.value
            if name in mapping:
                raise self._error(key, f"the key `{name}` occurs twice in one mapping", "keep one of them")
            below = pointer + join_pointer(name) if self._note else ""
            mapping[name] = self._value(self._next(), below)
            if self._note is not None:
                self._note(below, _place(key))
        return mapping

    def _error(self, event: Any, message: str, hint: str | None) -> ConcordatError:
        line, column = _place(event)
        return self._refuse(message, where=Location(self._path, line, column), hint=hint)


def _place(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _read(reader: Callable[[], Parsed], text: str, path: Path, refuse: type[ConcordatError]) -> Parsed:
    try:
        return reader()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
        message = f"this is not YAML: {error.problem or error.context}"
        raise refuse(message, where=where, hint="check indentation and quotes") from error
    except yaml.reader.ReaderError as error:
        message = f"this is not YAML: {error.reason}"
        where = place_of(path, text.encode(), error.position)
        raise refuse(message, where=where, hint="remove the character") from error
    except RecursionError as error:
        message = "the YAML is nested too deeply"
        raise refuse(message, where=Location(path, 1), hint="reduce the nesting") from error


def parse(text: str, path: Path, refuse: type[ConcordatError]) -> Parsed:
    """Return the document in `text`; `path` is for messages only.

    Raises `refuse`, with line and column, for text that is not YAML, a duplicate key, a tag, an ambiguous number, a
    date that does not exist, or a second document.
    """
    return _read(lambda: _Reader(text, path, refuse).read(), text, path, refuse)


def places(text: str, path: Path, refuse: type[ConcordatError]) -> dict[str, Place]:
    """Return the place of each value of the document by JSON pointer; the place of a mapping's value is its key.

    Raises like `parse`.
    """
    found: dict[str, Place] = {}
    _read(lambda: _Reader(text, path, refuse, found.__setitem__).read(), text, path, refuse)
    return found
