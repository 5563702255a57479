"""`match`: an expected value with matchers against an observed one, as differences.

Plain values are equal by JSON value: numbers exactly, never as text; objects by their members, and with mode `has` the
observed side may hold further ones; lists item by item. The observed value `msgspec.UNSET` is one that is not there.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from concordat.catalogue.matcher_syntax import LITERAL, matcher_flaws, matcher_word
from concordat.checks.equality import Found, add, plain_differences
from concordat.checks.values import kind_of, read_tags
from concordat.compare.canonical import WrittenNumber
from concordat.compare.decimals import as_number
from concordat.errors import CatalogueError
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.compare.diff import Difference

__all__ = ["Mode", "match"]

Mode: TypeAlias = Literal["exact", "has"]


def match(expected: Any, observed: Any, *, mode: Mode = "exact") -> tuple[Difference, ...]:
    """Return every difference, in the order of the expected value; nothing when `observed` is as expected.

    Raises CatalogueError when a matcher in `expected` is not well formed.
    """
    flaw = next(matcher_flaws(expected), None)
    if flaw is not None:
        message = f"{flaw.message} (at {flaw.pointer or 'its top'})"
        raise CatalogueError(message, hint=flaw.hint)
    found: Found = []
    _match(expected, observed, "", mode, found)
    return tuple(found)


def _match(expected: Any, observed: Any, pointer: str, mode: Mode, found: Found) -> None:
    word = matcher_word(expected)
    if word is not None:
        _MATCHERS[word](expected, observed, pointer, mode, found)
    elif observed is msgspec.UNSET:
        add(found, pointer, "missing", expected, None)
    elif isinstance(expected, Mapping):
        read = read_tags(expected) if len(expected) == 1 else expected
        if isinstance(read, Mapping):
            _object(expected, observed, pointer, mode, found)
        else:
            plain_differences(read, observed, pointer, found)
    elif isinstance(expected, (list, tuple)):
        _array(expected, observed, pointer, mode, found)
    else:
        plain_differences(expected, observed, pointer, found)


def _object(expected: Any, observed: Any, pointer: str, mode: Mode, found: Found) -> None:
    if not isinstance(observed, Mapping):
        add(found, pointer, "type", expected, observed)
        return
    for key, value in expected.items():
        _match(value, observed.get(key, msgspec.UNSET), pointer + join_pointer(key), mode, found)
    if mode == "exact":
        for key in observed:
            if key not in expected:
                add(found, pointer + join_pointer(key), "extra", None, observed[key])


def _array(expected: Any, observed: Any, pointer: str, mode: Mode, found: Found) -> None:
    if not isinstance(observed, (list, tuple)):
        add(found, pointer, "type", expected, observed)
        return
    if len(expected) != len(observed):
        add(found, pointer, "count", len(expected), len(observed))
    for index, (left, right) in enumerate(zip(expected, observed, strict=False)):
        _match(left, right, f"{pointer}/{index}", mode, found)


def _absent(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    if observed is not msgspec.UNSET:
        add(found, pointer, "extra", expected, observed)


def _null(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    if observed is not None:
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)


def _any(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    wanted = expected["any"]
    if observed is msgspec.UNSET:
        add(found, pointer, "missing", expected, None)
    elif wanted == "integer":
        number = as_number(observed)
        if number is None or not number.integral:
            add(found, pointer, "type", expected, observed)
    elif wanted is not True and kind_of(observed) != wanted:
        add(found, pointer, "type", expected, observed)


def _one_of(expected: Any, observed: Any, pointer: str, mode: Mode, found: Found) -> None:
    for alternative in expected["one-of"]:
        trial: Found = []
        _match(alternative, observed, pointer, mode, trial)
        if not trial:
            return
    add(found, pointer, "missing" if observed is msgspec.UNSET else "changed", expected, observed)


def _length(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    if observed is msgspec.UNSET:
        add(found, pointer, "missing", expected, None)
    elif kind_of(observed) not in ("string", "array", "object", "bytes"):
        add(found, pointer, "type", expected, observed)
    elif not _counts(expected["length"], len(observed)):
        add(found, pointer, "count", expected, len(observed))


def _counts(wanted: Any, count: int) -> bool:
    if isinstance(wanted, Mapping):
        return bool(wanted.get("at-least", 0) <= count <= wanted.get("at-most", count))
    return bool(wanted == count)


def _bounds(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    number = as_number(observed)
    if number is None:
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)
        return
    low, high = as_number(expected.get("at-least")), as_number(expected.get("at-most"))
    if (low is not None and number < low) or (high is not None and number > high):
        add(found, pointer, "changed", expected, observed)


def _number(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    if kind_of(observed) != "number":
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)
        return
    written = str(observed) if isinstance(observed, WrittenNumber) else msgspec.json.encode(observed).decode()
    if written != expected["number"]:
        add(found, pointer, "changed", expected, written)


def _bytes(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    if not isinstance(observed, (bytes, bytearray)):
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)
        return
    wanted = expected["bytes"]
    if not isinstance(wanted, Mapping):
        if base64.b64decode(wanted) != observed:
            add(found, pointer, "changed", expected, observed)
        return
    if "length" in wanted and not _counts(wanted["length"], len(observed)):
        add(found, pointer, "count", expected, len(observed))
    digest = hashlib.sha256(observed).hexdigest()
    if wanted.get("sha256", digest) != digest:
        add(found, pointer, "changed", expected, {"length": len(observed), "sha256": digest})


def _matches(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    if kind_of(observed) != "string":
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)
    elif re.fullmatch(expected["matches"], observed, re.DOTALL) is None:
        add(found, pointer, "changed", expected, observed)


def _each(expected: Any, observed: Any, pointer: str, mode: Mode, found: Found) -> None:
    if not isinstance(observed, (list, tuple)):
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)
        return
    for index, item in enumerate(observed):
        _match(expected["each"], item, f"{pointer}/{index}", mode, found)


def _contains(expected: Any, observed: Any, pointer: str, mode: Mode, found: Found) -> None:
    wanted = expected["contains"]
    if isinstance(wanted, str) and kind_of(observed) == "string":
        if wanted not in observed:
            add(found, pointer, "changed", expected, observed)
        return
    if not isinstance(observed, (list, tuple)):
        add(found, pointer, "missing" if observed is msgspec.UNSET else "type", expected, observed)
        return
    for item in observed:
        trial: Found = []
        _match(wanted, item, pointer, mode, trial)
        if not trial:
            return
    add(found, pointer, "missing", expected, observed)


def _literal(expected: Any, observed: Any, pointer: str, _mode: Mode, found: Found) -> None:
    plain_differences(expected[LITERAL], observed, pointer, found)


_MATCHERS: dict[str, Callable[[Any, Any, str, Mode, Found], None]] = {
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
