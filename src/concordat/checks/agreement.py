"""Agreement of what a client shows with the answer that it received, at single places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from concordat.compare.field_retention import lost, value_at
from concordat.compare.tagged import Tag
from concordat.compare.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["agrees", "agrees_at"]


def agrees_at(pointers: Sequence[str], shown: object, answered: object, *, invalid: Sequence[str] = ()) -> bool:
    """Return whether the client shows the answer's value at each pointer.

    At one of the places `invalid`, where the answer breaks the contract, and below it every value agrees.
    """
    judged = (one for one in pointers if not any(place and _within(one, place) for place in invalid))
    return all(agrees(_at(shown, pointer), _at(answered, pointer)) for pointer in judged)


def agrees(shown: object, answered: object, *, defaults: bool = False) -> bool:
    """Return whether the client's value is the answer's.

    With `defaults`, the client may show an empty object or list where the answer has nothing.

    Null stands for absent. An object of the client may lack members, because a typed client drops what its contract
    does not name, but it adds none. Dates may be respelled.
    """
    if _absent(shown) or _absent(answered):
        return _absent(answered) and (_absent(shown) or (defaults and shown in ({}, [])))
    if kind_of(answered) != kind_of(shown):
        return False
    if isinstance(shown, Mapping) and isinstance(answered, Mapping):
        members = ((item, answered.get(key, msgspec.UNSET)) for key, item in shown.items() if not _absent(item))
        return all(agrees(item, found, defaults=defaults) for item, found in members)
    if isinstance(shown, (list, tuple)) and isinstance(answered, (list, tuple)):
        return len(shown) == len(answered) and all(map(agrees, shown, answered))
    return lost(shown, "", answered) is None


def _absent(value: object) -> bool:
    return value is msgspec.UNSET or value is None or (isinstance(value, Tag) and value.name in ("undefined", "object"))


def _at(value: object, pointer: str) -> object:
    return value_at(value, pointer) if pointer else value


def _within(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(place + "/")
