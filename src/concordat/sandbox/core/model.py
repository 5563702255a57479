"""Models of a closed vocabulary: their common base, and their reader, which suggests a word for an unknown one."""

from __future__ import annotations

import re
import typing
from typing import Any, TypeVar

import msgspec

from concordat.errors import CatalogueError, did_you_mean

__all__ = ["Model", "read_model"]

_T = TypeVar("_T")
_UNKNOWN = re.compile(r"unknown field `(?P<word>[^`]*)`(?: - at `(?P<path>\$[^`]*)`)?")


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The base of the models: frozen, no unknown keys, kebab-case; fields of a record have the API's own names."""


def read_model(raw: Any, model: type[_T], what: str) -> _T:
    """Return `raw` as `model`; `what` names it in messages, such as `world`.

    Raises CatalogueError, without a location, for anything outside of the vocabulary.
    """
    try:
        return msgspec.convert(raw, model)
    except msgspec.ValidationError as error:
        found = _UNKNOWN.search(str(error))
        if found is None:
            message = f"{what}: {error}"
            raise CatalogueError(message) from None
        path = found["path"] or "$"
        place = what + path[1:]
        message = f"`{found['word']}` is not a word of `{place}`"
        raise CatalogueError(message, hint=did_you_mean(found["word"], _words_at(model, path))) from None


def _words_at(model: type, path: str) -> list[str]:
    """Return the words of the models at a msgspec path such as `$.companies[...].name`."""
    models = _structs_in(model)
    for name in re.findall(r"\.(\w+)", path):
        hints = [
            typing.get_type_hints(one)[field.name]
            for one in models
            for field in msgspec.structs.fields(one)
            if field.encode_name == name
        ]
        models = [struct for hint in hints for struct in _structs_in(hint)]
    return [field.encode_name for one in models for field in msgspec.structs.fields(one)]


def _structs_in(hint: Any) -> list[type]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint]
    return [struct for part in typing.get_args(hint) for struct in _structs_in(part)]
