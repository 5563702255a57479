"""Values as checks compare them (`compare.tagged.read_tags` reads them): their JSON types, and values for people."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from concordat.compare.canonical import WrittenNumber
from concordat.compare.decimals import number_text
from concordat.compare.tagged import Tag

__all__ = ["clean", "kind_of", "shown"]

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
_SIXTY_FOUR_BITS = 64


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
