"""Validates path, query and header arguments, which are text on the wire.

A value is parsed by its schema's type (integer: `-?[0-9]+`; boolean: `true` or `false`), then validated by the schema.
Only the formats `uuid`, `int32` and `int64` are asserted, because a server cannot read other values.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from concordat.values import JsonObject, Pairs, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from concordat.contract.operation import Parameter

__all__ = ["ParameterPlan"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_MOST_DIGITS = 4000
_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_SILENT = frozenset({"type", "format", "default", "description", "title", "deprecated", "examples", "example"})
_NUMBERS = frozenset({"integer", "number"})
_INFINITY = float("inf")


class ParameterPlan:
    """The compiled checks of one operation's parameters."""

    def __init__(self, parameters: Iterable[Parameter], components: JsonObject) -> None:
        by_place: dict[str, dict[str, Callable[[str], Problem | None]]] = {"path": {}, "query": {}, "header": {}}
        required: dict[str, dict[str, None]] = {"path": {}, "query": {}, "header": {}}
        self._lists: set[str] = set()
        for parameter in parameters:
            place = parameter.location
            key = parameter.name.lower() if place == "header" else parameter.name
            by_place[place][key] = _compile(parameter, components)
            if parameter.required:
                required[place][key] = None
            if _kind(parameter.schema) == "array":
                self._lists.add(parameter.name)
        self._path, self._query, self._header = by_place["path"], by_place["query"], by_place["header"]
        self._required = {place: names.keys() for place, names in required.items()}

    def check(self, arguments: Mapping[str, str], query: Pairs, headers: Pairs) -> list[Problem]:
        """Return every problem of the path arguments (decoded), the query and the headers."""
        problems = _judge(self._path, arguments.items())
        if not self._required["path"] <= arguments.keys():
            problems += _missing("path", self._required["path"], arguments)
        if query:
            problems += self._query_problems(query)
        if self._required["query"]:
            problems += _missing("query", self._required["query"], {name for name, _ in query})
        if self._header:
            pairs = [(name.lower(), value) for name, value in headers]
            problems += _judge(self._header, pairs)
            problems += _missing("header", self._required["header"], {name for name, _ in pairs})
        return problems

    def _query_problems(self, query: Pairs) -> list[Problem]:
        problems = _judge(self._query, query)
        distinct = dict(query)
        if len(distinct) == len(query) and distinct.keys() <= self._query.keys():
            return problems
        for name, count in Counter(name for name, _ in query).items():
            if name not in self._query:
                problems.append(Problem("query", name, "unknown", f"the operation has no query parameter `{name}`"))
            elif count > 1 and name not in self._lists:
                problems.append(Problem("query", name, "repeated", f"`{name}` is given {count} times"))
        return problems


def _judge(checks: Mapping[str, Callable[[str], Problem | None]], pairs: Iterable[tuple[str, str]]) -> list[Problem]:
    problems: list[Problem] = []
    for name, value in pairs:
        check = checks.get(name)
        found = None if check is None else check(value)
        if found is not None:
            problems.append(found)
    return problems


def _missing(place: str, required: Iterable[str], actual: Iterable[str]) -> list[Problem]:
    return [Problem(place, name, "required", f"`{name}` is required") for name in required if name not in actual]


def _kind(schema: JsonObject) -> str:
    kind: Any = schema.get("type", "string")
    return kind if isinstance(kind, str) else next((item for item in kind if item != "null"), "string")


def _compile(parameter: Parameter, components: JsonObject) -> Callable[[str], Problem | None]:
    """Return the check of one value. A list parameter is checked item by item."""
    schema: Any = parameter.schema
    if _kind(schema) == "array":
        schema = schema.get("items", {})
    kind, form = _kind(schema), schema.get("format")
    low, high = _BOUNDS.get(form, (-_INFINITY, _INFINITY))
    least, most = schema.get("minimum", -_INFINITY), schema.get("maximum", _INFINITY)
    bounded, exact = kind in _NUMBERS, (_SILENT | {"minimum", "maximum"}).issuperset(schema)
    validator = None if _SILENT.issuperset(schema) else _validator(schema, components)

    def problem(rule: str, message: str) -> Problem:
        return Problem(parameter.location, parameter.name, rule, f"`{parameter.name}` {message}")

    def check(text: str) -> Problem | None:
        value = _read(text, kind)
        if value is None:
            return problem("type", f"is not of type {kind}: {text[:80]!r}")
        if form == "uuid" and not _UUID.fullmatch(text):
            return problem("format", f"is not a uuid: {text[:80]!r}")
        if bounded:
            if not low <= value <= high:
                return problem("format", f"is out of the range of {form}: {text[:80]}")
            if exact and least <= value <= most:
                return None
        if validator is None or validator.is_valid(value):
            return None
        error = next(validator.iter_errors(value))
        return problem(error.kind.name, f"breaks the contract: {error.message[:200]}")

    return check


def _validator(schema: JsonObject, components: JsonObject) -> jsonschema_rs.Draft202012Validator:
    whole = {**schema, "components": components}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=False, offline=True)


def _read(text: str, kind: str) -> Any:
    """Return the value of a text, None when it is not of that type."""
    if kind == "integer":
        return int(text) if len(text) <= _MOST_DIGITS and _INTEGER.fullmatch(text) else None
    if kind == "number":
        return float(text) if len(text) <= _MOST_DIGITS and _NUMBER.fullmatch(text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    return text
