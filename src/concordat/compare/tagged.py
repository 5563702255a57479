"""The tags of values that JSON cannot hold: in outcomes and arguments of the adapter protocol, and in cases.

`{"$bytes": base64}`, `{"$number": text}`, `{"$utf16": [code units]}`, `{"$object": type name}` and
`{"$undefined": true}`; a real key that starts with `$` has one more `$`.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from concordat.compare.canonical import WrittenNumber

__all__ = ["UNDEFINED", "Tag", "is_tagged", "read_tags", "write_tags"]

_TAGS = frozenset({"$bytes", "$number", "$utf16", "$object", "$undefined"})
_SCALARS = frozenset({str, int, float, bool, type(None)})
"""The scalars of decoded JSON. A check against the abstract types costs ten times as much."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|NaN|-?Infinity")
_SAFE_INTEGER = 2**53 - 1
_UNIT_MAX = 0xFFFF


class Tag(msgspec.Struct, frozen=True):
    """A value without a JSON shape: `undefined`, or `object`, an SDK's own object by the name of its type."""

    name: str
    value: Any


UNDEFINED: Final = Tag("undefined", True)  # noqa: FBT003 - the value of the tag


def is_tagged(value: object) -> bool:
    """Whether a value is a mapping whose only key is a tag."""
    return isinstance(value, Mapping) and len(value) == 1 and not _TAGS.isdisjoint(value)


def read_tags(value: Any) -> Any:
    """Return the value that tagged JSON stands for.

    `$bytes` becomes bytes, `$number` a `WrittenNumber`, `$utf16` text with unpaired surrogates, the others a `Tag`. A
    member that is undefined is left out. Raises ValueError for an unknown tag, or one that holds something else.
    """
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Mapping):
        return _read_mapping(value)
    if isinstance(value, (list, tuple)):
        return [read_tags(item) for item in value]
    return value


def _read_mapping(value: Mapping[str, Any]) -> Any:
    if len(value) == 1:
        tag, held = next(iter(value.items()))
        if tag in _TAGS:
            return _read_tag(tag, held)
    read: dict[str, Any] = {}
    for key, item in value.items():
        found = read_tags(item)
        if found is not UNDEFINED:
            read[_real_key(key) if key[:1] == "$" else key] = found
    return read


def _real_key(key: str) -> str:
    if key[:2] == "$$":
        return key[1:]
    message = f"`{key}` is not a tag, or does not stand alone; a real key that starts with `$` has one more"
    raise ValueError(message)


def _read_tag(tag: str, held: Any) -> Any:
    match tag, held:
        case "$number", str() if _NUMBER.fullmatch(held):
            return WrittenNumber(held)
        case "$bytes", str():
            try:
                return base64.b64decode(held, validate=True)
            except (binascii.Error, ValueError) as error:
                message = f"`$bytes` does not hold base64: {error}"
                raise ValueError(message) from error
        case "$utf16", list() if all(type(unit) is int and 0 <= unit <= _UNIT_MAX for unit in held):
            return b"".join(unit.to_bytes(2, "little") for unit in held).decode("utf-16-le", "surrogatepass")
        case "$object", str():
            return Tag("object", held)
        case "$undefined", True:
            return UNDEFINED
    message = f"`{tag}` holds the wrong kind of value"
    raise ValueError(message)


def write_tags(value: Any) -> Any:
    """Return `value` as plain JSON with tags; `read_tags` reads it back.

    Takes None, bool, int, float, str, bytes, `Decimal`, `WrittenNumber`, `Tag`, sequences and mappings with string
    keys; strings may hold unpaired surrogates. Raises TypeError for anything else.
    """
    scalar = _WRITERS.get(type(value))
    if scalar is not None:
        return scalar(value)
    if isinstance(value, Mapping):
        return {_written_key(key): write_tags(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [write_tags(item) for item in value]
    message = f"a {type(value).__name__} cannot cross the adapter protocol"
    raise TypeError(message)


def _written_key(key: object) -> str:
    if not isinstance(key, str):
        message = f"the key {key!r} is not a string"
        raise TypeError(message)
    return "$" + key if key.startswith("$") else key


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _write_text(value: str) -> Any:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        units = value.encode("utf-16-le", "surrogatepass")
        return {"$utf16": [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]}
    return value


def _write_bytes(value: bytes) -> Any:
    return {"$bytes": base64.b64encode(value).decode("ascii")}


_WRITERS: Final[dict[type, Callable[[Any], Any]]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: lambda value: value if abs(value) <= _SAFE_INTEGER else {"$number": str(value)},
    float: lambda value: value if math.isfinite(value) else {"$number": _not_finite(value)},
    Decimal: lambda value: {"$number": str(value)},
    str: _write_text,
    bytes: _write_bytes,
    bytearray: _write_bytes,
    WrittenNumber: lambda value: {"$number": str(value)},
    Tag: lambda value: {f"${value.name}": value.value},
}
