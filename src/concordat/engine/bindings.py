"""Run-time references: `$company` becomes the world's company, `$key` what an earlier step saved.

A string that is exactly `$name` becomes the bound value with its type; `${name}` inside text becomes its text; `$$` is
a dollar. Keys are never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from concordat.errors import CatalogueError, did_you_mean

__all__ = ["fill"]

_T = TypeVar("_T")
_WHOLE = re.compile(r"\$([A-Za-z_][\w.-]*)")
_INSIDE = re.compile(r"\$\$|\$\{([A-Za-z_][\w.-]*)\}")


def fill(value: _T, bindings: Mapping[str, Any]) -> _T:
    """Return `value` (JSON or a frozen struct) with every reference replaced.

    Raises CatalogueError for a name that nothing has bound.
    """
    filled: _T = _fill(value, bindings)
    return filled


def _fill(value: Any, bindings: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return _fill_text(value, bindings) if "$" in value else value
    if isinstance(value, Mapping):
        return {key: _fill(item, bindings) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_fill(item, bindings) for item in value]
    if isinstance(value, msgspec.Struct):
        changed = {}
        for name in value.__struct_fields__:
            old = getattr(value, name)
            new = _fill(old, bindings)
            if new is not old and new != old:
                changed[name] = new
        return msgspec.structs.replace(value, **changed) if changed else value
    return value


def _fill_text(text: str, bindings: Mapping[str, Any]) -> Any:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return _bound(whole[1], bindings)
    return _INSIDE.sub(lambda found: str(_bound(found[1], bindings)) if found[1] else "$", text)


def _bound(name: str, bindings: Mapping[str, Any]) -> Any:
    if name not in bindings:
        message = f"nothing is bound to `${name}`"
        raise CatalogueError(message, hint=did_you_mean(name, bindings))
    return bindings[name]
