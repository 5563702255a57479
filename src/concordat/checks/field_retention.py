"""Which JSON paths of an answer reached the caller, whatever a language calls nothing and however it writes dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from concordat.checks.expected_request import same_instant
from concordat.checks.values import clean, kind_of, shown
from concordat.compare.decimals import same_number
from concordat.compare.diff import Difference, Kind
from concordat.values import array_index, join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NOTHING", "difference", "leaves", "lost", "value_at"]

_UNZONED = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?)?")
NOTHING: Any = object()
"""What is not there."""


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every path of the answer that ends: a scalar, null, or an object or list with nothing in it."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, pointer + join_pointer(key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{pointer}/{index}")
    else:
        yield pointer, value


def lost(payload: Any, pointer: str, leaf: Any) -> Difference | None:
    """Return how a path of the answer differs in what the caller read, None where it is the same value."""
    observed = value_at(payload, pointer)
    if leaf is None:
        # a language may have one word for null and absent
        return None if observed in (NOTHING, None) else difference(pointer, "changed", None, observed)
    if observed is NOTHING or observed is None:
        return difference(pointer, "missing", leaf, None)
    if kind_of(leaf) != kind_of(observed):
        return difference(pointer, "type", leaf, observed)
    # an object with nothing in it may be shown with nulls for what it lacks
    bare = isinstance(leaf, dict) and all(item is None for item in observed.values())
    return None if bare or _same(leaf, observed) else difference(pointer, "changed", leaf, observed)


def difference(pointer: str, kind: Kind, leaf: Any, observed: Any) -> Difference:
    """Return a difference with both sides made fit for people."""
    return Difference(clean(pointer), kind, shown(leaf), shown(observed))


def _same(leaf: Any, observed: Any) -> bool:
    if kind_of(leaf) == "number":
        return same_number(leaf, observed)
    return bool(leaf == observed) or same_instant(leaf, observed) or _same_unzoned(leaf, observed)


def _same_unzoned(leaf: Any, observed: Any) -> bool:
    """Whether two texts are one date without a zone; a date alone may be read as its midnight."""
    left, right = (_UNZONED.fullmatch(text) if isinstance(text, str) else None for text in (leaf, observed))
    if left is None or right is None or left[1] != right[1]:
        return False
    times = [(found[2] or "00:00:00", (found[3] or "").rstrip("0")) for found in (left, right)]
    return times[0] == times[1]


def value_at(value: Any, pointer: str) -> Any:
    """Return what a JSON pointer names, or NOTHING."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key, NOTHING)
        elif isinstance(value, list):
            index = array_index(key)
            value = value[index] if index is not None and index < len(value) else NOTHING
        else:
            return NOTHING
    return value
