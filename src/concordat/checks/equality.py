"""Equality of plain values: by JSON value, numbers exactly and never as text; nothing is read as a matcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from concordat.checks.values import clean, kind_of, shown
from concordat.compare.decimals import same_number
from concordat.compare.diff import Difference, Kind
from concordat.values import join_pointer

__all__ = ["Found", "Same", "add", "equal", "plain_differences"]

Found: TypeAlias = list[Difference]
"""Differences as they are found."""
Same: TypeAlias = Callable[[Any, Any], bool]
"""Whether two scalars of one JSON type are the same; numbers and null are compared before it."""


def same_scalar(expected: Any, observed: Any) -> bool:
    """Whether two scalars of one type, no numbers, are equal."""
    return bool(expected == observed)


def equal(expected: Any, observed: Any, *, same: Same | None = None) -> tuple[Difference, ...]:
    """Return every difference between two plain values; nothing in `expected` is read as a matcher."""
    found: Found = []
    plain_differences(expected, observed, "", found, same or same_scalar)
    return tuple(found)


def plain_differences(expected: Any, observed: Any, pointer: str, found: Found, same: Same = same_scalar) -> None:
    """Add every difference between two plain values to `found`."""
    if observed is msgspec.UNSET:
        add(found, pointer, "missing", expected, None)
        return
    kind = kind_of(expected)
    if kind != kind_of(observed):
        add(found, pointer, "type", expected, observed)
    elif kind in ("object", "array"):
        _members(expected, observed, pointer, found, same)
    elif kind == "number":
        if not same_number(expected, observed):
            add(found, pointer, "changed", expected, observed)
    elif not same(expected, observed):
        add(found, pointer, "changed", expected, observed)


def _members(expected: Any, observed: Any, pointer: str, found: Found, same: Same) -> None:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            plain_differences(value, observed.get(key, msgspec.UNSET), pointer + join_pointer(key), found, same)
        for key in observed:
            if key not in expected:
                add(found, pointer + join_pointer(key), "extra", None, observed[key])
        return
    if len(expected) != len(observed):
        add(found, pointer, "count", len(expected), len(observed))
    for index, (left, right) in enumerate(zip(expected, observed, strict=False)):
        plain_differences(left, right, f"{pointer}/{index}", found, same)


def add(found: Found, pointer: str, kind: Kind, expected: Any, observed: Any) -> None:
    """Add one difference, both sides made fit for people."""
    found.append(Difference(clean(pointer), kind, shown(expected), shown(observed)))
