"""Values as checks compare them: the protocol's tags read into Python values, and values for people.

Tags (see `clients.protocol`): `$bytes` becomes bytes, `$number` a `WrittenNumber`, `$utf16` text that may hold unpaired
surrogates, the others a `Tag`; a doubled dollar at the front of a key is one dollar.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from concordat.compare.canonical import WrittenNumber
from concordat.compare.decimals import number_text

__all__ = ["Tag", "clean", "kind_of", "read_tags", "shown"]

_TAGS = frozenset({"$bytes", "$number", "$utf16", "$object", "$undefined"})
# in this order: a boolean is an int to Python, and a written number is text
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    ((int, float, WrittenNumber), "number"),
    (str, "string"),
    (type(None), "null"),
    (Mapping, "object"),
    ((list, tuple), "array"),
    ((bytes, bytearray), "bytes"),
)
# What decoded JSON is made of; asking for the abstract types costs ten times as much.
_SCALARS = frozenset({str, int, float, bool, type(None)})
_EXACTLY = {
    dict: "object",
    list: "array",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
_MOST_TEXT = 2000
_MOST_ITEMS = 50
_UNIT_MAX = 0xFFFF
_SIXTY_FOUR_BITS = 64


class Tag(msgspec.Struct, frozen=True):
    """A tagged value that JSON has no word for: `undefined`, `object` (unset, with its name)."""

    name: str
    value: Any


def read_tags(value: Any) -> Any:
    """Return `value` with tags read and doubled dollars undone; a member that is `$undefined` is left out."""
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Mapping):
        if len(value) == 1:
            key, inner = next(iter(value.items()))
            if key in _TAGS:
                return _tagged(key, inner)
        read = {_key(key): read_tags(item) for key, item in value.items()}
        return {key: item for key, item in read.items() if not (isinstance(item, Tag) and item.name == "undefined")}
    if isinstance(value, (list, tuple)):
        return [read_tags(item) for item in value]
    return value


def _key(key: str) -> str:
    return key[1:] if key.startswith("$$") else key


def _tagged(key: str, inner: Any) -> Any:
    if key == "$number" and isinstance(inner, str):
        return WrittenNumber(inner)
    if key == "$bytes" and isinstance(inner, str):
        try:
            return base64.b64decode(inner, validate=True)
        except (binascii.Error, ValueError):
            return Tag("bytes", inner)
    if key == "$utf16" and isinstance(inner, list) and all(type(u) is int and 0 <= u <= _UNIT_MAX for u in inner):
        return b"".join(unit.to_bytes(2, "little") for unit in inner).decode("utf-16-le", "surrogatepass")
    return Tag(key[1:], inner)


def kind_of(value: Any) -> str:
    """Return the JSON type's name of a value; `bytes` and `tag` where JSON has none."""
    exact = _EXACTLY.get(type(value))
    if exact is not None:
        return exact
    return next((kind for types, kind in _KINDS if isinstance(value, types)), "tag")


def clean(text: str) -> str:
    """Return text that UTF-8 can carry: each unpaired surrogate as its JSON escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(value: Any) -> Any:
    """Return a JSON value for people, which every report can carry: tags written out again, long parts cut."""
    if isinstance(value, Mapping):
        return {clean(str(key)): shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [shown(item) for item in value[:_MOST_ITEMS]]
        return items if len(value) <= _MOST_ITEMS else [*items, f"... ({len(value)} items)"]
    return _shown_scalar(value)


def _shown_scalar(value: Any) -> Any:
    if value is msgspec.UNSET:
        return {"absent": True}
    if isinstance(value, WrittenNumber):
        return {"$number": _cut(value, "characters")}
    if isinstance(value, str):
        return _cut(clean(value), "characters")
    if isinstance(value, (bytes, bytearray)):
        text = base64.b64encode(value).decode()
        return {"$bytes": text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}... ({len(value)} bytes)"}
    return {f"${value.name}": shown(value.value)} if isinstance(value, Tag) else _shown_number(value)


def _shown_number(value: Any) -> Any:
    wide = isinstance(value, int) and value.bit_length() > _SIXTY_FOUR_BITS
    if wide or (isinstance(value, float) and not math.isfinite(value)):
        return {"$number": _cut(number_text(value), "characters")}
    return value


def _cut(text: str, unit: str) -> str:
    return str(text) if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}... ({len(text)} {unit})"
