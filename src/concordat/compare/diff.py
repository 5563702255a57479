"""Differences of two JSON values, by one walk over both: plain values here, matchers in `compare.matchers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from concordat.compare.decimals import same_number
from concordat.compare.values import clean, kind_of, shown
from concordat.values import join_pointer

__all__ = ["PLAIN", "Comparison", "Difference", "Found", "Kind", "as_json", "compare_values", "diff"]

Kind: TypeAlias = Literal[
    "missing",
    "extra",
    "changed",
    "type",
    "count",
    "invalid",
    "unknown",
    "unparsable",
    "died",
    "silent",
    "unsupported",
    "unrepresentable",
]
"""Of values: `missing`: only the expected side has it; `extra`: only the observed side has it; `changed`: another value
of the same JSON type; `type`: another JSON type; `count`: another number of items, both numbers being the sides.
Of messages: `invalid`: breaks the rule of the contract that `expected` names; `unknown`: no operation of the contract;
`unparsable`: not HTTP. Of calls: `died` and `silent`: how the client was lost; `unsupported` and `unrepresentable`: why
it cannot make the call.
"""

ABSENT = "(absent)"
"""Stands on the side that has no value at a place."""


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One difference at a JSON pointer, of one kind, with both sides; None where a side has no value."""

    pointer: str
    kind: Kind
    expected: Any = None
    observed: Any = None

    def __str__(self) -> str:
        """One line with both sides."""
        place = self.pointer or "the value"
        match self.kind:
            case "missing":
                return f"{place}: missing, expected {as_json(self.expected)}"
            case "extra":
                return f"{place}: not expected, observed {as_json(self.observed)}"
            case "count":
                return f"{place}: expected {self.expected} items, observed {self.observed}"
            case _:
                return f"{place}: expected {as_json(self.expected)}, observed {as_json(self.observed)}"

    @property
    def sides(self) -> tuple[Any, Any]:
        """The expected and the observed value, `(absent)` for a side without one."""
        expected = ABSENT if self.kind == "extra" else self.expected
        return expected, ABSENT if self.kind == "missing" else self.observed

    def shown(self) -> Difference:
        """Return the difference with both sides as JSON that every report can carry."""
        return Difference(clean(self.pointer), self.kind, shown(self.expected), shown(self.observed))


def as_json(value: object) -> str:
    """Return a value as JSON text, or as Python writes it where JSON cannot."""
    try:
        return msgspec.json.encode(value).decode("utf-8")
    except (TypeError, ValueError):
        return repr(value)


Found: TypeAlias = list[Difference]
"""The differences of a walk so far."""
Same: TypeAlias = Callable[[Any, Any], bool]


def same_scalar(expected: Any, observed: Any) -> bool:
    """Return whether two scalars of one JSON type, other than numbers, are equal."""
    return bool(expected == observed)


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one walk.

    `same` compares scalars of one JSON type other than numbers. With `further_members`, an observed object may have
    members that the expected one lacks. `matcher` compares an expected object that stands for a rule, and returns
    whether it was one.
    """

    same: Same = same_scalar
    further_members: bool = False
    matcher: Callable[[Any, Any, str, Found, Comparison], bool] | None = None


PLAIN = Comparison()


def diff(expected: Any, observed: Any, *, same: Same = same_scalar) -> tuple[Difference, ...]:
    """Return every difference of two plain values, in the order of the expected one; empty when they are equal.

    Numbers are equal by value (1 and 1.0), never to text or a boolean; objects by members without order; lists item by
    item. An observed `msgspec.UNSET` is a value that is absent. `same` replaces `==` for scalars other than numbers.
    """
    found: Found = []
    compare_values(expected, observed, "", found, PLAIN if same is same_scalar else Comparison(same=same))
    return tuple(found)


def compare_values(expected: Any, observed: Any, pointer: str, found: Found, rules: Comparison) -> None:
    """Add every difference of two values below `pointer` to `found`."""
    kind = kind_of(expected)
    if kind == "object" and rules.matcher is not None and rules.matcher(expected, observed, pointer, found, rules):
        return
    if observed is msgspec.UNSET:
        found.append(Difference(pointer, "missing", expected))
    elif kind != kind_of(observed):
        found.append(Difference(pointer, "type", expected, observed))
    elif kind == "object":
        _compare_members(expected, observed, pointer, found, rules)
    elif kind == "array":
        _compare_items(expected, observed, pointer, found, rules)
    elif not (same_number if kind == "number" else rules.same)(expected, observed):
        found.append(Difference(pointer, "changed", expected, observed))


def _compare_members(
    expected: Mapping[str, Any], observed: Mapping[str, Any], pointer: str, found: Found, rules: Comparison
) -> None:
    for key, value in expected.items():
        compare_values(value, observed.get(key, msgspec.UNSET), pointer + join_pointer(key), found, rules)
    if not rules.further_members:
        extra = (key for key in observed if key not in expected)
        found.extend(Difference(pointer + join_pointer(key), "extra", None, observed[key]) for key in extra)


def _compare_items(
    expected: Sequence[Any], observed: Sequence[Any], pointer: str, found: Found, rules: Comparison
) -> None:
    if len(expected) != len(observed):
        found.append(Difference(pointer, "count", len(expected), len(observed)))
    for index, (left, right) in enumerate(zip(expected, observed, strict=False)):
        compare_values(left, right, f"{pointer}/{index}", found, rules)
