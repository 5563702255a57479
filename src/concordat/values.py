"""JSON values, JSON pointers and problems: the small vocabulary that every layer shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

__all__ = ["Json", "JsonObject", "Pairs", "Problem", "join_pointer", "resolve_pointer"]

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]
Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Headers or query parameters in wire order, with repeats."""


class Problem(msgspec.Struct, frozen=True):
    """One way in which a message breaks its contract.

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


def resolve_pointer(value: Json, pointer: str) -> Json:
    """Return what `pointer` names inside `value`.

    Raises LookupError when nothing is there.
    """
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value[key]
        elif isinstance(value, Sequence) and not isinstance(value, str):
            value = value[int(key)] if key.isdigit() else _missing(pointer)
        else:
            _missing(pointer)
    return value


def _missing(pointer: str) -> Json:
    raise LookupError(pointer)
