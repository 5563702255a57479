"""Validation of a write against an integration's table, as the accounting software would do it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from concordat.sandbox.codat.options.tables import FREE, READ_ONLY, rules_of, shape

if TYPE_CHECKING:
    from concordat.sandbox.codat.options.tables import Property, Rule
    from concordat.values import Json, JsonObject

__all__ = ["Taken", "Validation", "ValidationItem", "validate_push"]

VALIDATOR = "Customer"

Taken: TypeAlias = Callable[[str, str], bool]
"""Says whether another record has this value of this property: `taken("customerName", "Acme")`."""


class ValidationItem(msgspec.Struct, frozen=True, rename="camel"):
    """One item of a push's `validation`. `item_id` is the property's path as the software writes it."""

    item_id: str
    message: str
    validator_name: str = VALIDATOR

    def record(self) -> dict[str, Json]:
        """Return it as JSON, with the API's names."""
        return {"itemId": self.item_id, "message": self.message, "validatorName": self.validator_name}


class Validation(msgspec.Struct, frozen=True):
    """The software's verdict on a write: an error fails the push, a warning does not."""

    errors: tuple[ValidationItem, ...] = ()
    warnings: tuple[ValidationItem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the record can be written."""
        return not self.errors

    def record(self) -> dict[str, Json]:
        """Return it as the API's `validation`, both arrays always there."""
        return {
            "errors": [item.record() for item in self.errors],
            "warnings": [item.record() for item in self.warnings],
        }


def validate_push(
    integration: str,
    body: JsonObject | None,
    *,
    create: bool,
    taken: Taken | None = None,
) -> Validation:
    """Validate the body of a write that is already valid under the contract's schema.

    No body counts as an empty record. On an update the id comes from the path, so that none is asked for, and
    `sourceModifiedDate` is expected, since the check for changes needs it. Properties that the integration lacks give
    warnings, if they hold anything. Raises CatalogueError, without a location, for an integration without a table.
    """
    rules = rules_of(integration)
    walk = _Walk(taken or _none_taken)
    given = dict(body or {})
    given.pop(FREE, None)
    if not create:
        rules = {name: rule for name, rule in rules.items() if name != "id"}
        given = {name: value for name, value in given.items() if name not in READ_ONLY or name == "modifiedDate"}
    walk.record(given, rules, shape().fields, "")
    return Validation(tuple(walk.errors), tuple(walk.warnings))


def _none_taken(name: str, value: str) -> bool:
    del name, value
    return False


def _is_empty(value: Json) -> bool:
    return value is None or (isinstance(value, str | Sequence | Mapping) and not value)


def _named(path: str, name: str) -> str:
    return f"{path}.{name[:1].upper()}{name[1:]}" if path else f"{name[:1].upper()}{name[1:]}"


class _Walk:
    """Collects the errors and warnings of one record."""

    def __init__(self, taken: Taken) -> None:
        self.errors: list[ValidationItem] = []
        self.warnings: list[ValidationItem] = []
        self._taken = taken

    def record(
        self, given: JsonObject, rules: Mapping[str, Rule], properties: Mapping[str, Property], path: str
    ) -> None:
        """Validate an object: first its properties, then the missing ones."""
        for name, value in given.items():
            place = _named(path, name)
            rule = rules.get(name)
            if rule is None:
                if not _is_empty(value):
                    self.warnings.append(ValidationItem(place, f"{place} is not supported, and will be ignored."))
            elif not _is_empty(value):
                self._value(value, rule, properties[name], name, place)
        for name, rule in rules.items():
            if rule.required and _is_empty(given.get(name)):
                self._error(_named(path, name), "must be provided")

    def _error(self, place: str, what: str) -> None:
        self.errors.append(ValidationItem(place, f"{place} {what}."))

    def _value(self, value: Json, rule: Rule, about: Property, name: str, place: str) -> None:
        if isinstance(value, str):
            self._text(value, rule, about, name, place)
        elif isinstance(value, Mapping):
            self.record(value, rule.fields, about.fields, place)
        elif isinstance(value, Sequence):
            self._entries(value, rule, about, place)

    def _entries(self, entries: Sequence[Json], rule: Rule, about: Property, place: str) -> None:
        if rule.at_most is not None and len(entries) > rule.at_most:
            self._error(place, f"must not have more than {rule.at_most} entries")
        objects = [entry for entry in entries if isinstance(entry, Mapping)]
        if rule.distinct is not None:
            kinds = [entry.get(rule.distinct) for entry in objects]
            twice = sorted({str(kind) for kind in kinds if kinds.count(kind) > 1} - set(rule.distinct_except))
            if twice:
                self._error(place, f"must have one entry for each {rule.distinct}, not several for {', '.join(twice)}")
        for index, entry in enumerate(entries):
            if isinstance(entry, Mapping):
                self.record(entry, rule.fields, about.fields, f"{place}[{index}]")

    def _text(self, value: str, rule: Rule, about: Property, name: str, place: str) -> None:
        options = rule.options or about.options
        if options and value not in options:
            self._error(place, f"must be one of {', '.join(options)}")
        elif rule.max is not None and len(value) > rule.max:
            self._error(place, f"must not be longer than {rule.max} characters")
        elif len(value) < rule.min:
            self._error(place, f"must not be shorter than {rule.min} characters")
        elif rule.pattern is not None and not re.fullmatch(rule.pattern, value):
            self._error(place, f"must be {rule.form}")
        elif rule.unique and self._taken(name, value):
            self._error(place, "must be unique")
