"""Field retention: which JSON paths of an answer its reader kept. Null stands for absent; dates may be respelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.compare.diff import Comparison, Difference, Found, compare_values
from concordat.compare.instants import same_date
from concordat.compare.values import kind_of
from concordat.values import array_index, join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["leaves", "lost", "value_at"]

_DATES = Comparison(same=same_date)


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each path that ends, with its value: a scalar, null, or an object or a list without content."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, pointer + join_pointer(key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{pointer}/{index}")
    else:
        yield pointer, value


def lost(payload: Any, pointer: str, leaf: Any) -> Difference | None:
    """Return how the reader's value at the path of a leaf differs from it, None where the leaf was kept."""
    observed = value_at(payload, pointer)
    absent = observed is msgspec.UNSET or observed is None
    if leaf is None:
        # a language may have one word for null and absent
        return None if absent else Difference(pointer, "changed", None, observed)
    if absent:
        return Difference(pointer, "missing", leaf)
    if isinstance(leaf, (dict, list)) and kind_of(leaf) == kind_of(observed):
        # an object without members may be shown with nulls for the members that it lacks
        kept = all(item is None for item in observed.values()) if isinstance(leaf, dict) else leaf == observed
        return None if kept else Difference(pointer, "changed", leaf, observed)
    found: Found = []
    compare_values(leaf, observed, pointer, found, _DATES)
    return found[0] if found else None


def value_at(value: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer, `msgspec.UNSET` where nothing is."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key, msgspec.UNSET)
        elif isinstance(value, list):
            index = array_index(key)
            value = value[index] if index is not None and index < len(value) else msgspec.UNSET
        else:
            return msgspec.UNSET
    return value
