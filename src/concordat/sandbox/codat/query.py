"""The query language of list operations (domain 3.4): `{totalAmount > 100 || totalAmount < 50} && status != paid`.

    query     = term, {("&&" | "||"), term}           && binds tighter than ||
    term      = "{", query, "}" | condition
    condition = property, operator, value             blanks around the operator are no matter
    property  = name, {".", name}
    operator  = "=" | "!=" | "~" | ">" | "<" | ">=" | "<="

A value runs to the next `&&`, `||`, brace or the end, without the blanks around it; there are no quotes and no escapes.
Strings compare without case. A property that is null or absent matches nothing, not even `!=`. What no source
defines is listed in docs/undefined-behaviour.md. A query is kept in postfix form, so that no nesting needs recursion.
"""

from __future__ import annotations

import re
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.codat.fields import FieldTable, FieldType, values_at
from concordat.sandbox.codat.timestamps import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.values import Json, JsonObject

__all__ = ["LIMIT", "Condition", "FieldType", "MalformedQuery", "Query", "comparable", "parse_query"]

LIMIT = 2048
"""A query has fewer characters than this (domain 3.4)."""

_MALFORMED = "Malformed query."
_PROPERTY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_OPERATOR = re.compile(r"!=|>=|<=|=|~|>|<")
_VALUE_END = re.compile(r"&&|\|\||[{}]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_BLANK = " \t\r\n"

_ORDERED = {"=": eq, "!=": ne, ">": gt, "<": lt, ">=": ge, "<=": le}
_OPERATORS: dict[FieldType, dict[str, Callable[[Any, Any], bool]]] = {
    FieldType.STRING: {"=": eq, "!=": ne, "~": lambda actual, wanted: wanted in actual},
    FieldType.ENUM: {"=": eq, "!=": ne},
    FieldType.BOOLEAN: {"=": eq, "!=": ne},
    FieldType.NUMBER: _ORDERED,
    FieldType.DATE: _ORDERED,
}


class MalformedQuery(ValueError):  # noqa: N818 - the API's own word for it
    """An invalid query; `message` follows `Error parsing query - ` in the answer."""

    def __init__(self, message: str = _MALFORMED) -> None:
        super().__init__(message)
        self.message = message


def comparable(value: Json, kind: FieldType) -> Any:
    """Return `value` of a record as something that compares within its type, or None when it is not of that type."""
    if kind is FieldType.BOOLEAN:
        return value if isinstance(value, bool) else None
    if kind is FieldType.NUMBER:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        decimal = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
        return decimal if decimal.is_finite() else None
    if not isinstance(value, str):
        return None
    return nanoseconds(value) if kind is FieldType.DATE else value.casefold()


def _read_value(text: str, kind: FieldType) -> Any:
    if kind is FieldType.BOOLEAN:
        return {"true": True, "false": False}.get(text.lower())
    if kind is FieldType.NUMBER:
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    return comparable(text, kind)


class Condition(msgspec.Struct, frozen=True):
    """One comparison: of the property at `path`, by `operator`, with `value` in its comparable form."""

    path: tuple[str, ...]
    kind: FieldType
    operator: str
    value: Any

    def matches(self, record: JsonObject) -> bool:
        """Say whether a value at the path is as wanted; null, absent and values of another type never are."""
        compare = _OPERATORS[self.kind][self.operator]
        found = (comparable(value, self.kind) for value in values_at(record, self.path))
        return any(compare(value, self.value) for value in found if value is not None)


class Query(msgspec.Struct, frozen=True):
    """A parsed query in postfix form: conditions, and the junctions `&&` and `||`."""

    steps: tuple[Condition | str, ...]

    def matches(self, record: JsonObject) -> bool:
        """Say whether a record meets the query; never raises, whatever the record holds."""
        stack: list[bool] = []
        for step in self.steps:
            if isinstance(step, Condition):
                stack.append(step.matches(record))
                continue
            right, left = stack.pop(), stack.pop()
            stack.append((left and right) if step == "&&" else (left or right))
        return stack[-1]


def parse_query(text: str, fields: Mapping[str, FieldType]) -> Query:
    """Read a decoded query against the properties that the records have.

    Raises MalformedQuery for a text of 2,048 characters or more, for anything outside the grammar, for a property
    that `fields` lacks (it is named), for an operator that its type lacks and for a value that is not of its type.
    """
    if len(text) >= LIMIT:
        message = f"Query must be shorter than {LIMIT} characters."
        raise MalformedQuery(message)
    return _Parser(text, fields).parse()


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, FieldType]) -> None:
        self._text = text
        self._fields = fields
        self._record = fields.record if isinstance(fields, FieldTable) else "Dataset"
        self._at = 0
        self._steps: list[Condition | str] = []
        self._pending: list[str] = []

    def parse(self) -> Query:
        while True:
            while self._take("{"):
                self._pending.append("{")
            self._steps.append(self._condition())
            while self._take("}"):
                self._close()
            if self._take("&&"):
                self._reduce(("&&",))
                self._pending.append("&&")
            elif self._take("||"):
                self._reduce(("&&", "||"))
                self._pending.append("||")
            elif self._at == len(self._text):
                break
            else:
                raise MalformedQuery
        self._reduce(("&&", "||"))
        if self._pending:
            raise MalformedQuery
        return Query(tuple(self._steps))

    def _skip_blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in _BLANK:
            self._at += 1

    def _take(self, token: str) -> bool:
        self._skip_blanks()
        if not self._text.startswith(token, self._at):
            return False
        self._at += len(token)
        return True

    def _reduce(self, junctions: tuple[str, ...]) -> None:
        while self._pending and self._pending[-1] in junctions:
            self._steps.append(self._pending.pop())

    def _close(self) -> None:
        self._reduce(("&&", "||"))
        if not self._pending:
            raise MalformedQuery
        self._pending.pop()

    def _match(self, pattern: re.Pattern[str]) -> str:
        self._skip_blanks()
        match = pattern.match(self._text, self._at)
        if match is None:
            raise MalformedQuery
        self._at = match.end()
        return match[0]

    def _condition(self) -> Condition:
        name = self._match(_PROPERTY)
        operator = self._match(_OPERATOR)
        value = self._value()
        kind = self._fields.get(name)
        if kind is None:
            message = f"Could not resolve property {name} on {self._record}"
            raise MalformedQuery(message)
        if operator not in _OPERATORS[kind]:
            message = f"Operator {operator} cannot be used with property {name} of type {kind}"
            raise MalformedQuery(message)
        wanted = _read_value(value, kind)
        if wanted is None:
            message = f"Value of property {name} is not of type {kind}"
            raise MalformedQuery(message)
        return Condition(tuple(name.split(".")), kind, operator, wanted)

    def _value(self) -> str:
        end = _VALUE_END.search(self._text, self._at)
        stop = end.start() if end else len(self._text)
        value = self._text[self._at : stop].strip(_BLANK)
        self._at = stop
        if not value or _OPERATOR.match(value):
            raise MalformedQuery
        return value
