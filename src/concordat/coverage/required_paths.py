"""What a value cannot do without, if it is to be as a case expects it: paths of a body's fields.

A null that is expected needs nothing, because most languages read a field that is lost as null, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.references import is_reference
from concordat.compare.matchers import LITERAL, matcher_word
from concordat.compare.tagged import Tag, is_tagged, read_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract.fields import Fields

__all__ = ["needed", "needs_something"]


def needed(place: Fields, expected: Any, *, literal: bool = False) -> frozenset[str]:
    """Return the paths, from `place` down, that a value must hold to be as expected.

    With `literal`, nothing in `expected` is a matcher. A reference stands for a value that only the run knows: it needs
    what the contract says is always there.
    """
    word = None if literal else matcher_word(expected)
    if word == "one-of":
        sets = [needed(place, option) for option in expected["one-of"]] if isinstance(expected["one-of"], list) else []
        return frozenset.intersection(*sets) if sets else frozenset()
    if word is None and is_tagged(expected):
        expected = read_tags(expected)
    if not needs_something(expected, literal=literal):
        return frozenset()
    here = frozenset([place.path] if place.path else [])
    if word == LITERAL:
        return here | needed(place, expected[LITERAL], literal=True)
    if word in ("each", "contains"):
        return here if place.items is None else here | needed(place.items, expected[word])
    if word is not None:
        return here
    return here.union(*_inside(place, expected, literal=literal))


def _inside(place: Fields, expected: Any, *, literal: bool) -> Iterator[frozenset[str]]:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            inner = place.member(key)
            if inner is not None:
                yield needed(inner, value, literal=literal)
    elif isinstance(expected, (list, tuple)):
        for value in expected if place.items is not None else ():
            yield needed(place.items, value, literal=literal)  # type: ignore[arg-type]  # held by the condition
    elif is_reference(expected):
        yield frozenset(_always(place))


def _always(place: Fields) -> Iterator[str]:
    for name in sorted(place.required & place.members.keys()):
        inner = place.members[name]
        yield inner.path
        yield from _always(inner)


def needs_something(expected: Any, *, literal: bool = False) -> bool:
    """Whether a value that is not there, or null, would differ from the expected one."""
    if expected is None or expected is msgspec.UNSET or (isinstance(expected, Tag) and expected.name == "undefined"):
        return False
    word = None if literal else matcher_word(expected)
    if word == "one-of":
        options = expected["one-of"]
        return isinstance(options, list) and all(needs_something(option) for option in options)
    if word == "any":
        return expected["any"] not in (True, "null")
    if word == LITERAL:
        return expected[LITERAL] is not None
    return word not in ("absent", "null")
