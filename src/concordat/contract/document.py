"""YAML files as plain data, with the line of each value.

The fast C loader reads the data. Only an error composes the text again to find the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import yaml

from concordat.errors import ContractError, Location, did_you_mean
from concordat.resources import decode_text, place_of, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Document", "read_document", "to_struct"]

_T = TypeVar("_T")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


@dataclass(frozen=True)
class Document:
    """One YAML file: its path, its mapping, and the bytes that it was read from."""

    path: Path
    data: dict[str, Any]
    raw: bytes = field(repr=False)

    def location(self, *keys: str | int) -> Location:
        """Return the place of the value at `keys`, or of its deepest existing parent."""
        node = yaml.compose(self.raw, Loader=yaml.CSafeLoader)
        mark = node.start_mark if node is not None else None
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            mark, node = found
        return Location(self.path) if mark is None else Location(self.path, mark.line + 1, mark.column + 1)


def read_document(path: Path) -> Document:
    """Read one YAML mapping.

    Raises ContractError when the file cannot be read, is not YAML, or is not a mapping.
    """
    try:
        raw = read_file(path)
    except OSError as error:
        message = "cannot read the file"
        raise ContractError(message, where=Location(path), cause=error.strerror, hint="check the path") from error
    decode_text(path, raw, ContractError)
    try:
        data = yaml.load(raw, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # Python rejects some dates and numbers
        mark = getattr(error, "problem_mark", None)
        where = Location(path) if mark is None else Location(path, mark.line + 1, mark.column + 1)
        if isinstance(error, yaml.reader.ReaderError):
            where = place_of(path, raw, error.position)
        cause = getattr(error, "problem", None) or str(error)
        message = "the file is not YAML"
        raise ContractError(message, where=where, cause=cause, hint="correct this line or the one above") from error
    if not isinstance(data, dict):
        message = "the file must hold one mapping at its top"
        raise ContractError(message, where=Location(path, 1), hint="begin with `key: value` lines")
    return Document(path, data, raw)


def to_struct(document: Document, into: type[_T]) -> _T:
    """Return a document as a struct of type `into`.

    Raises ContractError with the line, and with the nearest known key for an unknown one.
    """
    try:
        return msgspec.convert(document.data, into)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `")
        keys = list(_steps(path.rstrip("`")))
        unknown = _UNKNOWN.search(text)
        hint = "compare it with a built-in file of the same kind; a date must stand in quotes"
        if unknown is not None:
            hint = did_you_mean(unknown.group(1), _fields(into, keys))
            keys.append(unknown.group(1))
        message = text[:1].lower() + text[1:]
        raise ContractError(message, where=document.location(*keys), hint=hint) from error


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k.start_mark, v) for k, v in node.value if k.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark, node.value[key]
    return None


def _steps(path: str) -> Iterator[str | int]:
    for name, index in _STEP.findall(path):
        if name:
            yield name
        else:
            yield int(index) if index.isdigit() else index


def _fields(into: type[Any], keys: list[str | int]) -> list[str]:
    """Return the field names of the struct at `keys`."""
    known: Any = msgspec.inspect.type_info(into)
    for key in keys:
        if isinstance(key, int) and isinstance(known, msgspec.inspect.ListType):
            known = known.item_type
        elif isinstance(known, msgspec.inspect.StructType):
            known = next((item.type for item in known.fields if item.encode_name == key), None)
    return [item.encode_name for item in known.fields] if isinstance(known, msgspec.inspect.StructType) else []
