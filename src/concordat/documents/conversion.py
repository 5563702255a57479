"""Conversion of plain data into typed models. The flaws name the place of every unknown key or wrong value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

from concordat.errors import Flaw, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["convert"]

_T = TypeVar("_T")
_TEXT = re.compile(r"(?P<message>.*?)(?: - at `(?P<way>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_ENUM = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_UNQUOTED = re.compile(r"Expected `str(?: \| null)?`, got `(?:int|float|bool)`")
_NOT_FALSE = "Invalid enum value False"
_MOST = 50


def convert(raw: Any, into: type[_T], pointer: str = "") -> tuple[_T | None, list[Flaw]]:
    """Return the struct, or None and the flaws of `raw`, the value at `pointer` of its file.

    The conversion removes each unknown key and repeats, so that it reports all of them. Other flaws end the search.
    """
    flaws: list[Flaw] = []
    for _ in range(_MOST):
        try:
            value = msgspec.convert(raw, into)
        except msgspec.ValidationError as error:
            keys, flaw, unknown = _explain(str(error), into)
        else:
            return (None if flaws else value), flaws
        # a missing key after an unknown key is most often that key, misspelt
        if not (flaws and flaw.message.startswith("the key ")):
            flaws.append(Flaw(pointer + flaw.pointer, flaw.message, flaw.hint))
        if unknown is None:
            break
        raw = _without(raw, keys, unknown)
    return None, flaws


def _explain(text: str, into: type) -> tuple[list[str | int], Flaw, str | None]:
    """Return the keys of the place, the flaw there, and the unknown key, None for another flaw."""
    found = _TEXT.fullmatch(text)
    message = found["message"] if found else text
    way = (found["way"] if found else None) or ""
    keys = [name or (int(index) if index.isdigit() else index) for name, index in _STEP.findall(way)]
    here = join_pointer(*keys)
    unknown = _UNKNOWN.fullmatch(message)
    if unknown:
        key = unknown[1]
        hint = did_you_mean(key, _words(into, keys))
        return keys, Flaw(here + join_pointer(key), f"unknown key `{key}`", hint), key
    enum = _ENUM.fullmatch(message)
    if enum:
        return (
            keys,
            Flaw(here, f"`{enum[1]}` is not a value of the format", did_you_mean(enum[1], _words(into, keys))),
            None,
        )
    if message == _NOT_FALSE:
        return keys, Flaw(here, "`false` has no meaning here", "write `true`, or remove the key"), None
    missing = _MISSING.fullmatch(message)
    if missing:
        return keys, Flaw(here, f"the key `{missing[1]}` is missing", f"add `{missing[1]}:`"), None
    quotes = "write it in quotes" if _UNQUOTED.match(message) else None
    return keys, Flaw(here, message[:1].lower() + message[1:], quotes), None


def _without(value: Any, keys: list[str | int], unknown: str) -> Any:
    if not keys:
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if key != unknown}
        return value
    head, rest = keys[0], keys[1:]
    if isinstance(value, list) and isinstance(head, int):
        return [_without(item, rest, unknown) if index == head else item for index, item in enumerate(value)]
    if isinstance(value, dict):
        # msgspec writes `...` for any key of a mapping whose values have one type
        return {key: _without(item, rest, unknown) if head in (key, "...") else item for key, item in value.items()}
    return value


def _words(into: type, keys: list[str | int]) -> list[str]:
    """Return the keys or values of the type at the end of `keys`."""
    types: list[inspect.Type] = [inspect.type_info(into)]
    for key in keys:
        types = [below for kind in _flat(types) for below in _below(kind, key)]
    words: list[str] = []
    for kind in _flat(types):
        if isinstance(kind, inspect.StructType):
            words.extend(field.encode_name for field in kind.fields)
        elif isinstance(kind, inspect.EnumType):
            words.extend(str(member.value) for member in kind.cls)
        elif isinstance(kind, inspect.LiteralType):
            words.extend(str(value) for value in kind.values)
    return words


def _flat(types: Iterable[inspect.Type]) -> list[inspect.Type]:
    flat: list[inspect.Type] = []
    for kind in types:
        flat.extend(_flat(kind.types) if isinstance(kind, inspect.UnionType) else [kind])
    return flat


def _below(kind: inspect.Type, key: str | int) -> list[inspect.Type]:
    if isinstance(kind, inspect.StructType):
        return [field.type for field in kind.fields if field.encode_name == key]
    if isinstance(kind, inspect.ListType):
        return [kind.item_type]
    if isinstance(kind, inspect.DictType):
        return [kind.value_type]
    return []
