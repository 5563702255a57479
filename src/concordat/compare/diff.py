"""How two JSON values differ, as typed differences that a person can read and a ledger can sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from concordat.values import Json, join_pointer

__all__ = ["Difference", "Kind", "diff", "json_type"]

Kind: TypeAlias = Literal["missing", "extra", "changed", "type", "count"]

ABSENT = "(absent)"
"""Stands on the side that has nothing at a place."""

# In this order: a boolean is an int to Python, and text is a sequence.
_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    ((int, float), "number"),
    (str, "string"),
    ((bytes, bytearray), "bytes"),
    (Mapping, "object"),
    (Sequence, "array"),
)


class Difference(msgspec.Struct, frozen=True):
    """One difference at a JSON pointer.

    `missing`: only the expected side has it; `extra`: only the observed side; `changed`: another value of the same
    JSON type; `type`: another JSON type; `count`: a list of another length, the lengths being `expected` and
    `observed`.
    """

    pointer: str
    kind: Kind
    expected: Any = None
    observed: Any = None

    def __str__(self) -> str:
        """One line with both sides."""
        place = self.pointer or "the value"
        match self.kind:
            case "missing":
                return f"{place}: missing, expected {_written(self.expected)}"
            case "extra":
                return f"{place}: not expected, observed {_written(self.observed)}"
            case "count":
                return f"{place}: expected {self.expected} items, observed {self.observed}"
            case _:
                return f"{place}: expected {_written(self.expected)}, observed {_written(self.observed)}"

    @property
    def sides(self) -> tuple[Any, Any]:
        """What is expected and what was observed, told apart from null where one side has nothing at all."""
        expected = ABSENT if self.kind == "extra" else self.expected
        return expected, ABSENT if self.kind == "missing" else self.observed


def _written(value: object) -> str:
    """JSON where it can be: the reader need not know Python."""
    try:
        return msgspec.json.encode(value).decode("utf-8")
    except (TypeError, ValueError):
        return repr(value)


def diff(expected: Json, observed: Json, *, subset: bool = False) -> tuple[Difference, ...]:
    """Return every difference, in the order of the expected value; nothing when they are equal.

    Numbers are equal by value (1 and 1.0), never to a boolean; objects by members without order; lists item by item.
    With `subset`, objects on the observed side may hold further members.
    """
    found: list[Difference] = []
    _compare((), expected, observed, found, subset=subset)
    return tuple(found)


def json_type(value: object) -> str:
    """Return the JSON type's name; `bytes` for binary content, which has none."""
    if value is None:
        return "null"
    return next((name for kinds, name in _TYPES if isinstance(value, kinds)), type(value).__name__)


_Path: TypeAlias = tuple[str | int, ...]


def _compare(path: _Path, expected: Json, observed: Json, found: list[Difference], *, subset: bool) -> None:
    kind = json_type(expected)
    if kind != json_type(observed):
        found.append(Difference(join_pointer(*path), "type", expected, observed))
    elif isinstance(expected, Mapping) and isinstance(observed, Mapping):
        for key, value in expected.items():
            if key in observed:
                _compare((*path, key), value, observed[key], found, subset=subset)
            else:
                found.append(Difference(join_pointer(*path, key), "missing", value, None))
        if not subset:
            extra = (key for key in observed if key not in expected)
            found.extend(Difference(join_pointer(*path, key), "extra", None, observed[key]) for key in extra)
    elif kind == "array" and isinstance(expected, Sequence) and isinstance(observed, Sequence):
        if len(expected) != len(observed):
            found.append(Difference(join_pointer(*path), "count", len(expected), len(observed)))
        for index, (left, right) in enumerate(zip(expected, observed, strict=False)):
            _compare((*path, index), left, right, found, subset=subset)
    elif expected != observed:
        found.append(Difference(join_pointer(*path), "changed", expected, observed))
