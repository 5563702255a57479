"""Loads the tables: the shape that all integrations share, and the rules of each."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from concordat.documents import read_document
from concordat.errors import CatalogueError, Location, did_you_mean

__all__ = ["FREE", "READ_ONLY", "Property", "Rule", "Shape", "known_integrations", "rules_of", "shape"]

READ_ONLY = ("id", "modifiedDate", "sourceModifiedDate")
"""Not to be written (domain 3.1), unless an integration's table asks for them."""
FREE = "supplementalData"
"""Never validated, and in no model (domain 3.1)."""

_HERE = Path(__file__).parent
_SHAPE = "shape"
_T = TypeVar("_T")


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The common shape: frozen, no unknown keys, `kebab-case` in YAML."""


class Property(_Model, frozen=True):
    """A property of the record: its type in the options model, its display name and its description."""

    type: str
    title: str
    text: str
    options: list[str] = []
    fields: dict[str, Property] = {}


class Rule(_Model, frozen=True):
    """What one integration wants of one property. Lengths are in characters, `at-most` in entries."""

    required: bool = False
    min: int = 0
    max: int | None = None
    pattern: str | None = None
    form: str | None = None
    """What `pattern` asks for, in words."""
    options: list[str] = []
    """The values it takes; empty: all that the shape has."""
    at_most: int | None = None
    distinct: str | None = None
    """A property that no two entries may have in common."""
    distinct_except: list[str] = []
    unique: bool = False
    """No other record of the connection may have the value."""
    notes: list[str] = []
    """Information that is not enforced."""
    fields: dict[str, Rule] = {}


class Shape(_Model, frozen=True):
    """The record: its name, and its properties."""

    title: str
    text: str
    fields: dict[str, Property]


class _Table(_Model, frozen=True):
    fields: dict[str, Rule]


@lru_cache(maxsize=1)
def known_integrations() -> tuple[str, ...]:
    """Return the keys of the integrations that have a table, sorted."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.yaml") if path.stem != _SHAPE))


@lru_cache(maxsize=1)
def shape() -> Shape:
    """Return the record's shape."""
    return _load(_SHAPE, Shape)


@cache
def rules_of(integration: str) -> dict[str, Rule]:
    """Return an integration's rules by property; raises CatalogueError, without a location, for an unknown one."""
    if integration not in known_integrations():
        message = f"the integration `{integration}` has no options model"
        raise CatalogueError(message, hint=did_you_mean(integration, known_integrations()))
    rules = _load(integration, _Table).fields
    _check_within(rules, shape().fields, integration)
    return rules


def _load(name: str, model: type[_T]) -> _T:
    return read_document(_HERE / f"{name}.yaml", CatalogueError, "the table").convert(model)


def _check_within(rules: dict[str, Rule], properties: dict[str, Property], integration: str) -> None:
    for name, rule in rules.items():
        if name not in properties:
            message = f"`{name}` is not a property of the record"
            raise CatalogueError(
                message, where=Location(_HERE / f"{integration}.yaml"), hint=did_you_mean(name, properties)
            )
        _check_within(rule.fields, properties[name].fields, integration)
