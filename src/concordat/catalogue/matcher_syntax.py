"""Matcher syntax: the argument of each matcher of `compare.matchers`, and `match`, which checks the syntax first."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from concordat.catalogue.references import is_reference, names_used
from concordat.compare.matchers import BOUNDS, LITERAL, match_values, matcher_word
from concordat.compare.tagged import is_tagged, read_tags
from concordat.errors import CatalogueError, Flaw, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.compare.diff import Difference
    from concordat.compare.matchers import Mode

__all__ = ["JSON_TYPES", "match", "matcher_flaws", "tag_flaws"]

_TAG_HINT = (
    "a tag (`$number`, `$bytes`, `$utf16`, `$object`, `$undefined`) is the only key of its object; write a literal"
    " dollar twice"
)
JSON_TYPES = ("array", "boolean", "bytes", "integer", "null", "number", "object", "string")
_DIGEST_KEYS = frozenset({"length", "sha256"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def match(expected: Any, observed: Any, *, mode: Mode = "exact") -> tuple[Difference, ...]:
    """Return every difference, in the order of the expected value; empty when `observed` matches.

    Raises CatalogueError for a malformed matcher in `expected`.
    """
    flaw = next(matcher_flaws(expected), None)
    if flaw is not None:
        message = f"{flaw.message} (at {flaw.pointer or 'the root'})"
        raise CatalogueError(message, hint=flaw.hint)
    return match_values(expected, observed, mode=mode)


def matcher_flaws(expected: Any, pointer: str = "") -> Iterator[Flaw]:
    """Yield the flaws of every malformed matcher below `expected`. References (`$name`) are valid at every place."""
    word = matcher_word(expected)
    if word == "bounds":
        yield from _bounds(expected, pointer)
    elif word is not None:
        yield from _RULES[word](expected[word], pointer + join_pointer(word))
    elif is_tagged(expected):
        yield from tag_flaws(expected, pointer)
    elif isinstance(expected, Mapping):
        for key, item in expected.items():
            yield from matcher_flaws(item, pointer + join_pointer(key))
    elif isinstance(expected, (list, tuple)):
        for index, item in enumerate(expected):
            yield from matcher_flaws(item, f"{pointer}/{index}")


def tag_flaws(value: Any, pointer: str = "") -> Iterator[Flaw]:
    """Yield the flaw of a value with malformed tags. A value with references passes: only the run knows it."""
    try:
        read_tags(value)
    except ValueError as error:
        if next(names_used(value), None) is None:
            yield Flaw(pointer, str(error), _TAG_HINT)


def _true(value: Any, pointer: str) -> Iterator[Flaw]:
    if value is not True:
        yield Flaw(pointer, "this matcher takes `true`", f"write `{pointer.rpartition('/')[2]}: true`")


def _any(value: Any, pointer: str) -> Iterator[Flaw]:
    if value is not True and value not in JSON_TYPES and not is_reference(value):
        yield Flaw(pointer, "`any` takes `true` or a JSON type", did_you_mean(str(value), JSON_TYPES))


def _one_of(value: Any, pointer: str) -> Iterator[Flaw]:
    if is_reference(value):
        return
    if not isinstance(value, list) or not value:
        yield Flaw(pointer, "`one-of` takes a non-empty list of alternatives", None)
        return
    yield from matcher_flaws(list(value), pointer)


def _length(value: Any, pointer: str) -> Iterator[Flaw]:
    if is_reference(value):
        return
    if isinstance(value, Mapping) and value and BOUNDS.issuperset(value):
        yield from _bounds(value, pointer)
    elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield Flaw(pointer, "`length` takes a count, or `at-least` and `at-most`", None)


def _bounds(value: Any, pointer: str) -> Iterator[Flaw]:
    for key, bound in value.items():
        if isinstance(bound, bool) or not (isinstance(bound, (int, float)) or is_reference(bound)):
            yield Flaw(pointer + join_pointer(key), f"`{key}` takes a number", None)


def _number(value: Any, pointer: str) -> Iterator[Flaw]:
    if is_reference(value):
        return
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        yield Flaw(pointer, "`number` takes the text of a JSON number", "put it in quotes: `'1.10'`")


def _bytes(value: Any, pointer: str) -> Iterator[Flaw]:
    if isinstance(value, Mapping):
        if not value or not _DIGEST_KEYS.issuperset(value):
            yield Flaw(pointer, "`bytes` takes base64, or `length` and `sha256`", None)
        if "length" in value:
            yield from _length(value["length"], pointer + "/length")
        digest = value.get("sha256")
        if digest is not None and not (is_reference(digest) or (isinstance(digest, str) and _SHA256.fullmatch(digest))):
            yield Flaw(pointer + "/sha256", "a SHA-256 is 64 hexadecimal digits in lower case", None)
        return
    if is_reference(value):
        return
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        yield Flaw(pointer, "`bytes` takes base64, or `length` and `sha256`", None)


def _matches(value: Any, pointer: str) -> Iterator[Flaw]:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        yield Flaw(pointer, f"`matches` takes a regular expression: {error}", "put it in single quotes")


def _nested(value: Any, pointer: str) -> Iterator[Flaw]:
    yield from matcher_flaws(value, pointer)


def _anything(value: Any, pointer: str) -> Iterator[Flaw]:
    del value, pointer
    return iter(())


_RULES: dict[str, Callable[[Any, str], Iterator[Flaw]]] = {
    "absent": _true,
    "null": _true,
    "any": _any,
    "one-of": _one_of,
    "length": _length,
    "number": _number,
    "bytes": _bytes,
    "matches": _matches,
    "each": _nested,
    "contains": _nested,
    LITERAL: _anything,
}
