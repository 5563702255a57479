"""The evolution rules: the places where each applies, and its change of a value.

A rule of scope `place` changes one place of the JSON, a rule of scope `body` the whole response. The cases of the
catalogue have the sources that require something of a client; `demand` states what the client must read at the changed
place.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from concordat.contract.evolution.places import Place

__all__ = ["ABSENT", "COMPLETE", "EVERY_FIELD", "NEW_MEMBER", "REORDERED", "RULES", "Demand", "Rule", "Scope"]

COMPLETE = "complete"
"""The rule without a change: the place has a valid value. It is the reference for the other rules."""
EVERY_FIELD = "every-field"
REORDERED = "reordered"
NEW_MEMBER = "concordatAddition"
_NEW_VALUE = "ConcordatAddition"
ABSENT = object()
"""The result of a rule that removes the place."""


class Scope(StrEnum):
    """The part of a response that a rule changes."""

    PLACE = "place"
    BODY = "body"


class Demand(StrEnum):
    """The required value of the changed place. All other places must be unchanged."""

    KEPT = "kept"
    """The same value, in any representation."""
    NOTHING = "nothing"
    """Null or absent, and no other value."""
    FREE = "free"
    """Any value: no source decides."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `fits` selects the places; `change` returns the new value for the old one."""

    name: str
    scope: Scope = Scope.PLACE
    demand: Demand = Demand.FREE
    fits: Callable[[Place], bool] = lambda _: False
    change: Callable[[Any], Any] = lambda value: value
    member: str | None = None
    """The name of the member that the rule adds to an object. The member is the changed place."""
    coding: str | None = None
    """The content coding of the rule, which the client must have offered."""


def _whole_number(place: Place) -> bool:
    return place.shape.has("integer") and place.shape.enum is None


def _reaches(number: int) -> Callable[[Place], bool]:
    return lambda place: _whole_number(place) and place.shape.highest >= number


def _with_member(value: Any) -> Any:
    return {**value, NEW_MEMBER: "new"}


def _opened(place: Place) -> bool:
    return bool(place.shape.properties) and not place.shape.closed


def _date(name: str, text: str) -> Rule:
    return Rule(name=name, demand=Demand.KEPT, fits=lambda place: place.shape.date, change=lambda _: text)


def _body(name: str, coding: str | None = None) -> Rule:
    return Rule(name=name, scope=Scope.BODY, demand=Demand.KEPT, coding=coding)


_BEYOND_32 = 2**32 + 5
_BEYOND_53 = 2**53 + 1

_ALL = (
    Rule(name=COMPLETE, demand=Demand.KEPT),
    _body(EVERY_FIELD),
    Rule(name="new-field", fits=_opened, change=_with_member, member=NEW_MEMBER),
    Rule(
        name="new-field-in-closed",
        fits=lambda place: bool(place.shape.properties) and place.shape.closed,
        change=_with_member,
        member=NEW_MEMBER,
    ),
    Rule(name="new-enum-value", fits=lambda place: place.shape.enum is not None, change=lambda _: _NEW_VALUE),
    Rule(name="null", demand=Demand.NOTHING, fits=lambda place: place.shape.nullable, change=lambda _: None),
    Rule(
        name="null-unlisted",
        fits=lambda place: place.optional and place.shape.types is not None and not place.shape.nullable,
        change=lambda _: None,
    ),
    Rule(name="absent", demand=Demand.NOTHING, fits=lambda place: place.optional, change=lambda _: ABSENT),
    Rule(name="integral-float", demand=Demand.KEPT, fits=_whole_number, change=float),
    Rule(name="beyond-32-bits", demand=Demand.KEPT, fits=_reaches(_BEYOND_32), change=lambda _: _BEYOND_32),
    Rule(name="beyond-53-bits", demand=Demand.KEPT, fits=_reaches(_BEYOND_53), change=lambda _: _BEYOND_53),
    _date("date-utc", "2022-10-23T09:08:07Z"),
    _date("date-milliseconds", "2022-10-23T09:08:07.250Z"),
    _date("date-seven-digits", "2022-10-23T09:08:07.6401039Z"),
    _date("date-unqualified", "2022-10-23T23:30:00"),
    _date("date-offset", "2022-10-23T23:30:00+02:00"),
    _date("date-alone", "2022-10-23"),
    _body(REORDERED),
    _body("byte-order-mark"),
    _body("media-type-case"),
    _body("gzip", "gzip"),
    _body("deflate", "deflate"),
    _body("br", "br"),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in _ALL}
"""Every rule by its name."""
