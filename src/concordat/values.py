"""JSON values, JSON pointers and contract problems, which every layer uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

__all__ = [
    "MAX_DEPTH",
    "Json",
    "JsonObject",
    "Pairs",
    "Problem",
    "array_index",
    "join_pointer",
    "nested_too_deeply",
    "resolve_pointer",
    "split_pointer",
]

MAX_DEPTH = 200
"""Maximal nesting of lists and objects in a JSON value; deeper values are handled as bytes."""
_MOST_DIGITS = 18
"""Maximal digits of an array index; no list is longer than such a number."""

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]
Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Headers or query parameters in wire order, with repeats."""


class Problem(msgspec.Struct, frozen=True):
    """One violation of the contract by a message.

    `where` is `path`, `query`, `header`, `body`, `status` or `content-type`; `pointer` is a JSON pointer into that
    part (a parameter's name for `path`, `query` and `header`); `rule` is the violated keyword, such as `required`.
    """

    where: str
    pointer: str
    rule: str
    message: str


def join_pointer(*parts: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of the given reference tokens."""
    pointer = ""
    for part in parts:
        token = str(part)
        if "~" in token or "/" in token:
            token = token.replace("~", "~0").replace("/", "~1")
        pointer += "/" + token
    return pointer


def split_pointer(pointer: str) -> list[str]:
    """Return the unescaped reference tokens of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def resolve_pointer(value: Json, pointer: str) -> Json:
    """Return the value at `pointer` inside `value`.

    Raises LookupError without such a value.
    """
    for key in split_pointer(pointer):
        if isinstance(value, Mapping):
            value = value[key]
        elif isinstance(value, Sequence) and not isinstance(value, str):
            index = array_index(key)
            value = _missing(pointer) if index is None else value[index]
        else:
            _missing(pointer)
    return value


def array_index(token: str) -> int | None:
    """Return a reference token as an array index, None for any other token: `isdigit` alone accepts `²`."""
    return int(token) if token.isascii() and token.isdigit() and len(token) <= _MOST_DIGITS else None


def nested_too_deeply(*values: object) -> bool:
    """Return whether any of the values nests more than MAX_DEPTH lists and objects."""
    level = list(values)
    for _ in range(MAX_DEPTH + 1):
        level = [item for value in level if isinstance(value, (dict, list, tuple)) for item in _items(value)]
        if not level:
            return False
    return True


def _items(value: Mapping[str, object] | Sequence[object]) -> Iterable[object]:
    return value.values() if isinstance(value, Mapping) else value


def _missing(pointer: str) -> Json:
    raise LookupError(pointer)
