"""Run-time references inside the format's frozen models: `$company` becomes the world's company.

`catalogue.references` reads the references; this module walks the models around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from concordat.catalogue import fill as fill_json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AUTH", "MARK", "fill"]

AUTH = "auth"
"""The reference to the credential that the caller of the client passes."""
MARK = "mark"
"""The reference to the run's mark, with which a case names what it makes: `customerName: $mark`."""

_T = TypeVar("_T")
_TEXTLESS = frozenset({int, float, bool, type(None), msgspec.UnsetType})
"""Types without text; most members of a case have one of them."""


def fill(value: _T, bindings: Mapping[str, Any]) -> _T:
    """Return `value` (JSON, a frozen struct, or a list of either) with every reference replaced.

    Raises CatalogueError for an unbound name.
    """
    filled: _T = _fill(value, bindings)
    return filled


def _fill(value: Any, bindings: Mapping[str, Any]) -> Any:
    if type(value) in _TEXTLESS:
        return value
    if isinstance(value, msgspec.Struct):
        changed = {}
        for name in value.__struct_fields__:
            old = getattr(value, name)
            new = _fill(old, bindings)
            if new is not old and new != old:
                changed[name] = new
        return msgspec.structs.replace(value, **changed) if changed else value
    if isinstance(value, list) and any(isinstance(item, msgspec.Struct) for item in value):
        return [_fill(item, bindings) for item in value]
    return fill_json(value, bindings)
