"""Conditions of a filter, and orders: what a record's values decide, and what no source decides.

A verdict is None where no source decides: null or absent properties, values inside arrays, the case of text, dates less
than a second apart, and the order of texts on which alphabets and collations differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from concordat.compare.canonical import WrittenNumber
from concordat.compare.decimals import Exact, as_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.sandbox import ListRules
    from concordat.sandbox.core.list_rules import Comparator, ValueKind

__all__ = ["Condition", "conditions_for", "holds_all", "out_of_order", "query_text", "value_at"]

_SECOND = 1.0
_MOST_VALUE = 200
_MOST_DIGITS = 15
_DATE = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9 ]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `value` is the text in the query."""

    path: str
    kind: ValueKind
    comparator: Comparator
    value: str

    def holds(self, record: Mapping[str, Any]) -> bool | None:
        """Return whether the record fulfils the condition, None where no source decides."""
        value = value_at(record, self.path)
        if self.kind in {"string", "enum"}:
            return self._text_holds(value) if isinstance(value, str) and not isinstance(value, WrittenNumber) else None
        if self.kind == "boolean":
            same = value == (self.value == "true") if isinstance(value, bool) else None
            return same if same is None or self.comparator == "equal" else not same
        return self._ordered_holds(value)

    def _text_holds(self, value: str) -> bool | None:
        exact = self.value in value if self.comparator == "contains" else self.value == value
        mine, other = self.value.casefold(), value.casefold()
        folded = mine in other if self.comparator == "contains" else mine == other
        if exact != folded:
            return None
        return not exact if self.comparator == "unequal" else exact

    def _ordered_holds(self, value: Any) -> bool | None:
        mine, other = ordered(self.kind, _written(self.kind, self.value)), ordered(self.kind, value)
        if mine is None or other is None:
            return None
        if self.kind == "date" and mine != other and abs(mine - other) < _SECOND:
            return None
        if self.comparator == "greater":
            return bool(other > mine)
        if self.comparator == "less":
            return bool(other < mine)
        return bool(other == mine) == (self.comparator == "equal")


def conditions_for(record: Mapping[str, Any], path: str, kind: ValueKind, rules: ListRules) -> Iterator[Condition]:
    """Yield the conditions that a record's own value suggests; none for a value that a query cannot contain."""
    text = _query_value(value_at(record, path), kind)
    if text is None or not text.strip() or text != text.strip() or len(text) > _MOST_VALUE:
        return
    if set(text) & set(rules.reserved) or not text.isprintable():
        return
    for comparator in rules.comparators.get(kind, ()):
        yield Condition(path, kind, comparator, text)
        word = max(text.split(" "), key=len)
        if comparator == "contains" and word != text:
            yield Condition(path, kind, comparator, word)


def query_text(conditions: Iterable[Condition], rules: ListRules) -> str:
    """Return the query of conditions that must all hold."""
    return rules.junction.join(f"{one.path}{rules.signs[one.comparator]}{one.value}" for one in conditions)


def holds_all(conditions: Iterable[Condition], record: Mapping[str, Any]) -> bool | None:
    """Return whether a record fulfils all conditions, None where no source decides."""
    verdicts = [one.holds(record) for one in conditions]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def out_of_order(
    first: Mapping[str, Any], second: Mapping[str, Any], path: str, kind: ValueKind, *, descending: bool
) -> bool:
    """Return whether a record certainly belongs after the one that follows it."""
    before, after = value_at(first, path), value_at(second, path)
    if descending:
        before, after = after, before
    if kind == "string":
        return _text_after(before, after)
    left, right = ordered(kind, before), ordered(kind, after)
    if left is None or right is None:
        return False
    return bool(left - right >= _SECOND) if kind == "date" else bool(left > right)


def _text_after(left: Any, right: Any) -> bool:
    """Return whether `left` follows `right` in every usual collation."""
    if not all(isinstance(one, str) and len(one) <= _MOST_VALUE and _PLAIN.fullmatch(one) for one in (left, right)):
        return False
    return all(form(left) > form(right) for form in _COLLATIONS)


def _natural(text: str) -> list[str | int]:
    """Return the text with its digits as numbers, at every second place."""
    return [int(part) if index % 2 else part.casefold() for index, part in enumerate(re.split(r"(\d+)", text))]


_COLLATIONS: tuple[Callable[[str], Any], ...] = (
    str,
    str.casefold,
    lambda text: text.casefold().replace(" ", ""),
    _natural,
)


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path, None for an absent one and for one inside an array."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def ordered(kind: ValueKind, value: Any) -> Any:
    """Return a number or a date as something that compares, None for any other value."""
    if kind == "number":
        return as_number(value)
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        return None
    try:
        moment = datetime.fromisoformat(value.upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _written(kind: ValueKind, text: str) -> Any:
    return WrittenNumber(text) if kind == "number" else text


def _query_value(value: Any, kind: ValueKind) -> str | None:
    if kind == "boolean":
        return str(value).lower() if isinstance(value, bool) else None
    if kind == "number":
        number: Exact | None = as_number(value)
        return str(number) if number is not None and number.integral and len(str(number)) <= _MOST_DIGITS else None
    return value if isinstance(value, str) and not isinstance(value, WrittenNumber) else None
