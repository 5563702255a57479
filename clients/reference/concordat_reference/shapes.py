"""Checks that decoded JSON has the types of the models."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

__all__ = ["ShapeError", "shaped", "whole"]

JSON_TYPES = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "an integer"}
LONGEST = 308
"""Most digits of an integer from `1E+n`, as in the largest double, so that a short text cannot fill the memory."""


class ShapeError(ValueError):
    """A value with a type that differs from its model's; `pointer` is the JSON pointer of the value."""

    def __init__(self, reason: str, pointer: str) -> None:
        super().__init__(reason, pointer)
        self.reason = reason
        self.pointer = pointer

    def __str__(self) -> str:
        return self.reason


class _Plan(NamedTuple):
    json_type: type[Any]
    items: Any = None
    members: dict[str, Any] | None = None


def shaped(value: Any, kind: Any, pointer: str = "") -> Any:
    """Return `value` with the type `kind`: a TypedDict, list, dict, text, bool, int, or any value for Any.

    Members may be missing or null, unknown members and enum values are kept, and `3.0` becomes the integer 3. Raises
    ShapeError for a null in a list and for every other type.
    """
    plan = _plan(kind)
    if value is None or plan.json_type is object:
        return value
    if plan.json_type is int and isinstance(value, Decimal):
        value = whole(value)
    if type(value) is not plan.json_type:  # exact type, because bool is a subclass of int
        reason = f"{pointer or 'it'} is not {JSON_TYPES[plan.json_type]}"
        raise ShapeError(reason, pointer)
    if plan.items is not None:
        places = enumerate(value) if isinstance(value, list) else value.items()
        for place, item in list(places):
            value[place] = shaped(item, plan.items, f"{pointer}/{_escaped(place)}")
            if item is None and isinstance(value, list):
                reason = f"{pointer}/{place} is null in a list"
                raise ShapeError(reason, f"{pointer}/{place}")
    for name, member in (plan.members or {}).items():
        if name in value:
            value[name] = shaped(value[name], member, f"{pointer}/{name}")
    return value


def whole(number: Decimal) -> int | Decimal:
    """Return a Decimal as an integer, or unchanged if it has a fraction or too many digits."""
    if number.adjusted() > LONGEST or number != number.to_integral_value():
        return number
    return int(number)


@cache
def _plan(kind: Any) -> _Plan:
    """Return the plan of a type; `T | None` has the plan of `T`, because every member may be null."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _plan(next(arm for arm in inner if arm is not type(None)))
    if origin is list:
        return _Plan(list, inner[0])
    if origin is dict:
        return _Plan(dict, inner[1])
    if is_typeddict(origin or kind):
        hints = get_type_hints(origin or kind)
        return _Plan(dict, members={name: _bound(hint, inner) for name, hint in hints.items()})
    return _Plan(object if kind is Any else kind)


def _bound(hint: Any, inner: tuple[Any, ...]) -> Any:
    """Return a member's type with the parameter of its generic model filled in."""
    if inner and any(isinstance(parameter, TypeVar) for parameter in getattr(hint, "__parameters__", ())):
        return hint[inner[0]]
    return hint


def _escaped(place: int | str) -> str:
    return str(place).replace("~", "~0").replace("/", "~1")
