"""The options model of an integration, in the API's PushOption form (domain 2.4)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from concordat.sandbox.codat.options.tables import rules_of, shape

if TYPE_CHECKING:
    from concordat.sandbox.codat.options.tables import Property, Rule
    from concordat.values import Json, JsonObject

__all__ = ["options_model"]


@cache
def options_model(integration: str) -> JsonObject:
    """Return the PushOption for writing a customer through `integration`; the same object each time, not to be changed.

    Raises CatalogueError, without a location, for an integration without a table.
    """
    record = shape()
    rules = rules_of(integration)
    return {
        "type": "Object",
        "displayName": record.title,
        "description": record.text,
        "required": True,
        "properties": {name: _property(name, rule, record.fields[name]) for name, rule in rules.items()},
    }


def _property(name: str, rule: Rule, about: Property) -> JsonObject:
    shown: dict[str, Json] = {
        "type": about.type,
        "displayName": about.title,
        "description": about.text,
        "required": rule.required,
    }
    if rule.fields:
        shown["properties"] = {
            inner: _property(inner, inner_rule, about.fields[inner]) for inner, inner_rule in rule.fields.items()
        }
    options = rule.options or about.options
    if options:
        shown["options"] = [
            {"value": value, "type": about.type, "displayName": value, "description": value, "required": False}
            for value in options
        ]
    warnings = [{"field": name, "details": details} for details in limits_in_words(rule)]
    information = [{"field": name, "details": details} for details in rule.notes]
    if warnings or information:
        shown["validation"] = {"warnings": warnings, "information": information}
    return shown


def limits_in_words(rule: Rule) -> list[str]:
    """Return a sentence for each enforced limit of a rule."""
    sentences = []
    if rule.max is not None:
        low = f"between {rule.min} and {rule.max}" if rule.min else f"at most {rule.max}"
        sentences.append(f"Length: {low} characters.")
    if rule.form is not None:
        sentences.append(f"Form: {rule.form}.")
    if rule.at_most is not None:
        sentences.append(f"At most {rule.at_most} in number.")
    if rule.distinct is not None:
        but = f", except {' and '.join(rule.distinct_except)}" if rule.distinct_except else ""
        sentences.append(f"One for each {rule.distinct}{but}.")
    if rule.unique:
        sentences.append("Not the same as that of another record.")
    return sentences
