"""Matchers: expected values that stand for a rule (`{length: 3}`, `{any: string}`), and their comparison.

An object is a matcher when its only key is a word of this module (`at-least` and `at-most` may stand together). Words
are checked for their form in `catalogue.matcher_syntax`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from concordat.compare.canonical import WrittenNumber
from concordat.compare.decimals import as_number
from concordat.compare.diff import PLAIN, Comparison, Difference, Found, Kind, compare_values
from concordat.compare.tagged import is_tagged, read_tags
from concordat.compare.values import kind_of

__all__ = ["BOUNDS", "LITERAL", "WORDS", "Mode", "match_values", "matcher_word"]

LITERAL = "$literal"
BOUNDS = frozenset({"at-least", "at-most"})
Mode: TypeAlias = Literal["exact", "has"]
"""`has`: an observed object may have members that the expected one lacks."""


def matcher_word(value: Any) -> str | None:
    """Return the word of a matcher, None for another value; `bounds` for `at-least` and `at-most`."""
    if not isinstance(value, Mapping) or not value:
        return None
    if BOUNDS.issuperset(value):
        return "bounds"
    if len(value) != 1:
        return None
    word, argument = next(iter(value.items()))
    if word == "number" and isinstance(argument, Mapping):
        # `number` is also a name of real data; as a matcher it takes text
        return None
    return word if word in WORDS else None


def match_values(expected: Any, observed: Any, *, mode: Mode = "exact") -> tuple[Difference, ...]:
    """Return every difference, in the order of the expected value; every matcher in `expected` is well formed.

    An observed `msgspec.UNSET` is a value that is absent. `catalogue.matcher_syntax.match` checks the form first.
    """
    found: Found = []
    compare_values(expected, observed, "", found, _HAS if mode == "has" else _EXACT)
    return tuple(found)


def _apply(expected: Any, observed: Any, pointer: str, found: Found, rules: Comparison) -> bool:
    """Compare with a matcher, or with a value in a tag of the adapter protocol; return whether it was either."""
    word = matcher_word(expected)
    if word is not None:
        _MATCHERS[word](expected, observed, pointer, found, rules)
        return True
    if observed is msgspec.UNSET or not is_tagged(expected):
        return False
    compare_values(read_tags(expected), observed, pointer, found, PLAIN)
    return True


def _add(found: Found, pointer: str, kind: Kind, expected: Any, observed: Any) -> None:
    """Add one difference; a value that is absent is `missing`, whatever the matcher."""
    if observed is msgspec.UNSET:
        found.append(Difference(pointer, "missing", expected))
    else:
        found.append(Difference(pointer, kind, expected, observed))


def _absent(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    if observed is not msgspec.UNSET:
        _add(found, pointer, "extra", expected, observed)


def _null(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    if observed is not None:
        _add(found, pointer, "type", expected, observed)


def _any(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    wanted = expected["any"]
    if observed is msgspec.UNSET:
        _add(found, pointer, "missing", expected, None)
    elif wanted == "integer":
        number = as_number(observed)
        if number is None or not number.integral:
            _add(found, pointer, "type", expected, observed)
    elif wanted is not True and kind_of(observed) != wanted:
        _add(found, pointer, "type", expected, observed)


def _one_of(expected: Any, observed: Any, pointer: str, found: Found, rules: Comparison) -> None:
    for alternative in expected["one-of"]:
        trial: Found = []
        compare_values(alternative, observed, pointer, trial, rules)
        if not trial:
            return
    _add(found, pointer, "changed", expected, observed)


def _length(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    if observed is msgspec.UNSET:
        _add(found, pointer, "missing", expected, None)
    elif kind_of(observed) not in ("string", "array", "object", "bytes"):
        _add(found, pointer, "type", expected, observed)
    elif not _counts(expected["length"], len(observed)):
        _add(found, pointer, "count", expected, len(observed))


def _counts(wanted: Any, count: int) -> bool:
    if isinstance(wanted, Mapping):
        return bool(wanted.get("at-least", 0) <= count <= wanted.get("at-most", count))
    return bool(wanted == count)


def _bounds(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    number = as_number(observed)
    if number is None:
        _add(found, pointer, "type", expected, observed)
        return
    low, high = as_number(expected.get("at-least")), as_number(expected.get("at-most"))
    if (low is not None and number < low) or (high is not None and number > high):
        _add(found, pointer, "changed", expected, observed)


def _number(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    if kind_of(observed) != "number":
        _add(found, pointer, "type", expected, observed)
        return
    written = str(observed) if isinstance(observed, WrittenNumber) else msgspec.json.encode(observed).decode()
    if written != expected["number"]:
        _add(found, pointer, "changed", expected, written)


def _bytes(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    if not isinstance(observed, (bytes, bytearray)):
        _add(found, pointer, "type", expected, observed)
        return
    wanted = expected["bytes"]
    if not isinstance(wanted, Mapping):
        if base64.b64decode(wanted) != observed:
            _add(found, pointer, "changed", expected, observed)
        return
    if "length" in wanted and not _counts(wanted["length"], len(observed)):
        _add(found, pointer, "count", expected, len(observed))
    digest = hashlib.sha256(observed).hexdigest()
    if wanted.get("sha256", digest) != digest:
        _add(found, pointer, "changed", expected, {"length": len(observed), "sha256": digest})


def _matches(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    if kind_of(observed) != "string":
        _add(found, pointer, "type", expected, observed)
    elif re.fullmatch(expected["matches"], observed, re.DOTALL) is None:
        _add(found, pointer, "changed", expected, observed)


def _each(expected: Any, observed: Any, pointer: str, found: Found, rules: Comparison) -> None:
    if not isinstance(observed, (list, tuple)):
        _add(found, pointer, "type", expected, observed)
        return
    for index, item in enumerate(observed):
        compare_values(expected["each"], item, f"{pointer}/{index}", found, rules)


def _contains(expected: Any, observed: Any, pointer: str, found: Found, rules: Comparison) -> None:
    wanted = expected["contains"]
    if isinstance(wanted, str) and kind_of(observed) == "string":
        if wanted not in observed:
            _add(found, pointer, "changed", expected, observed)
        return
    if not isinstance(observed, (list, tuple)):
        _add(found, pointer, "type", expected, observed)
        return
    for item in observed:
        trial: Found = []
        compare_values(wanted, item, pointer, trial, rules)
        if not trial:
            return
    _add(found, pointer, "missing", expected, observed)


def _literal(expected: Any, observed: Any, pointer: str, found: Found, _rules: Comparison) -> None:
    compare_values(expected[LITERAL], observed, pointer, found, PLAIN)


_MATCHERS: dict[str, Callable[[Any, Any, str, Found, Comparison], None]] = {
    "absent": _absent,
    "null": _null,
    "any": _any,
    "one-of": _one_of,
    "length": _length,
    "bounds": _bounds,
    "number": _number,
    "bytes": _bytes,
    "matches": _matches,
    "each": _each,
    "contains": _contains,
    LITERAL: _literal,
}
WORDS = BOUNDS | _MATCHERS.keys() - {"bounds"}
"""Every matcher word."""
_EXACT = Comparison(matcher=_apply)
_HAS = Comparison(matcher=_apply, further_members=True)
