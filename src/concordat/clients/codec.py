"""Tagged JSON for values of outcomes and arguments that JSON cannot represent.

`{"$bytes": base64}`, `{"$number": text}`, `{"$utf16": [code units]}`, `{"$object": type name}` and
`{"$undefined": true}`; a real key that starts with `$` has one more `$`.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

__all__ = ["UNDEFINED", "Number", "SdkObject", "Undefined", "decode", "encode"]

_SAFE_INTEGER = 2**53 - 1
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_UNIT_MAX = 0xFFFF


class Number(NamedTuple):
    """The text of a number that a double cannot represent (`0.1000000000000000055`, `NaN`)."""

    text: str


class SdkObject(NamedTuple):
    """The type name of a value without a JSON form, such as an SDK's unset object."""

    name: str


class Undefined(NamedTuple):
    """An explicit undefined."""


UNDEFINED: Final = Undefined()


def encode(value: Any) -> Any:
    """Return `value` as plain JSON with tags.

    Accepts None, bool, int, float, str, bytes, `Decimal`, `Number`, `SdkObject`, `UNDEFINED`, sequences, and mappings
    with string keys; strings may hold unpaired surrogates. Raises TypeError for anything else.
    """
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    if isinstance(value, Mapping):
        return {_encode_key(key): encode(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(item) for item in value]
    message = f"a {type(value).__name__} cannot cross the adapter protocol"
    raise TypeError(message)


def decode(value: Any) -> Any:
    """Return the value of tagged JSON; the inverse of `encode`.

    Raises ValueError for an unknown tag, a tag beside other keys, and a tag with the wrong type of value.
    """
    if isinstance(value, Mapping):
        tags = [key for key in value if key.startswith("$") and not key.startswith("$$")]
        if not tags:
            return {key.removeprefix("$"): decode(item) for key, item in value.items()}
        if len(value) > 1:
            message = f"the tag `{tags[0]}` stands beside other keys"
            raise ValueError(message)
        return _decode_tag(tags[0], value[tags[0]])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [decode(item) for item in value]
    return value


def _decode_tag(tag: str, content: Any) -> Any:
    match tag, content:
        case "$bytes", str():
            try:
                return base64.b64decode(content, validate=True)
            except binascii.Error as error:
                message = f"`$bytes` does not hold base64: {error}"
                raise ValueError(message) from error
        case "$number", str():
            _check_number(content)
            return Number(content)
        case "$utf16", list() if all(type(unit) is int and 0 <= unit <= _UNIT_MAX for unit in content):
            return b"".join(unit.to_bytes(2, "little") for unit in content).decode("utf-16-le", "surrogatepass")
        case "$object", str():
            return SdkObject(content)
        case "$undefined", True:
            return UNDEFINED
    message = f"`{tag}` is not a tag, or has the wrong type of value"
    raise ValueError(message)


def _check_number(text: str) -> None:
    if text in _NOT_FINITE:
        return
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        message = f"`$number` holds `{text}`, which is not a number"
        raise ValueError(message)


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _encode_text(value: str) -> Any:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        units = value.encode("utf-16-le", "surrogatepass")
        return {"$utf16": [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]}
    return value


def _encode_key(key: object) -> str:
    if not isinstance(key, str):
        message = f"the key {key!r} is not a string"
        raise TypeError(message)
    return "$" + key if key.startswith("$") else key


def _encode_bytes(value: bytes) -> Any:
    return {"$bytes": base64.b64encode(value).decode("ascii")}


_SCALARS: Final[dict[type, Callable[[Any], Any]]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: lambda value: value if abs(value) <= _SAFE_INTEGER else {"$number": str(value)},
    float: lambda value: value if math.isfinite(value) else {"$number": _not_finite(value)},
    Decimal: lambda value: {"$number": str(value)},
    str: _encode_text,
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    Number: lambda value: {"$number": value.text},
    SdkObject: lambda value: {"$object": value.name},
    Undefined: lambda _: {"$undefined": True},
}
