"""Candidate values of a schema: the plainest first, then bounds, then values that break encoders; invalid ones apart.

Every candidate has a label, and the labels make up the triggers of a finding. The order matters, because Hypothesis
shrinks towards the front. The labels in EVOLVED name ways in which an API may change over time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.values import JsonObject

__all__ = [
    "ADDED",
    "EVOLVED",
    "FREE_TEXT",
    "GONE",
    "KEYS",
    "NULL",
    "PLAIN",
    "Candidate",
    "invalid_candidates",
    "types_of",
    "unknown_enum_value",
    "valid_candidates",
]

PLAIN: Final = "plain"
_UNKNOWN: Final = "unknown value"
NULL: Final = "null"
ADDED: Final = "new member"
GONE: Final = "absent"
EVOLVED: Final = frozenset({_UNKNOWN, NULL, ADDED, GONE})
_INT32_MAX: Final = 2**31 - 1
_EXACT_LIMIT: Final = 2**53
_UUID: Final = "8a210b68-6988-11ed-a1eb-0242ac120002"
_LONG: Final = 300


class Candidate(msgspec.Struct, frozen=True):
    """One value with its label.

    `weight` is the value's frequency relative to its schema's other candidates. `violates` is true for a value that the
    contract forbids at its place.
    """

    value: Any
    label: str = PLAIN
    weight: int = 1
    violates: bool = False


FREE_TEXT: Final = Candidate("", "other text")
"""Placeholder for a text that Hypothesis generates."""

_TEXTS: Final = (
    Candidate("a"),
    Candidate("50%", "percent", 3),
    Candidate("a/b", "slash", 3),
    Candidate("a b", "blank", 2),
    Candidate("a+b", "plus", 2),
    Candidate("-a", "leading minus", 3),
    Candidate("\N{GRINNING FACE}", "emoji", 3),
    Candidate("\N{LATIN SMALL LETTER E WITH ACUTE}", "accent", 2),
    Candidate("a&b=c", "ampersand", 2),
    Candidate("a.b", "dot inside"),
    Candidate("a?b", "question mark"),
    Candidate("a#b", "hash"),
    Candidate("%2F", "escape"),
    Candidate("a:b", "colon"),
    Candidate("a;b", "semicolon"),
    Candidate("a,b", "comma"),
    Candidate("a\\b", "backslash"),
    Candidate('a"b', "quote"),
    Candidate("a'b", "apostrophe"),
    Candidate("<a>", "angle brackets"),
    Candidate("{a}", "braces"),
    Candidate("[a]", "square brackets"),
    Candidate("$a", "dollar"),
    Candidate("a@b", "at sign"),
    Candidate("a|b", "pipe"),
    Candidate("~", "tilde"),
    Candidate(" a ", "blank edges"),
    Candidate("a\nb", "line break"),
    Candidate("a\tb", "tab"),
    Candidate("\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}", "combining accent"),
    Candidate("\N{HIRAGANA LETTER A}", "kana"),
    Candidate("\N{HEBREW LETTER ALEF}", "right to left"),
    Candidate("\N{LINE SEPARATOR}", "line separator"),
    Candidate("007", "leading zeros"),
    Candidate("12", "digits"),
    Candidate("1e3", "number"),
    Candidate("true", "word of JSON"),
    Candidate("undefined", "word of JavaScript"),
    Candidate("A", "capital"),
    Candidate("a" * _LONG, "long"),
    FREE_TEXT,
)
_EMPTY: Final = (Candidate("", "empty", 2), Candidate(".", "dot"), Candidate("..", "two dots"))
_INSTANTS: Final = (
    Candidate("2022-10-23T00:00:00Z"),
    Candidate("2022-10-23T01:02:03+02:00", "offset", 2),
    Candidate("2022-10-23T01:02:03-05:30", "negative offset"),
    Candidate("2022-10-23T00:00:00", "no zone", 2),
    Candidate("2022-10-23", "date alone", 2),
    Candidate("2022-10-23T00:00:00.123Z", "milliseconds"),
    Candidate("2022-10-23T00:00:00.1234567Z", "seven digits"),
    Candidate("2024-02-29T23:59:59Z", "leap day"),
    Candidate("9999-12-31T23:59:59Z", "last day"),
    Candidate("0001-01-01T00:00:00Z", "first day"),
)
_UUIDS: Final = (
    Candidate(_UUID),
    Candidate("3F1B0E6C-7A5D-4A35-9C1E-2D2B8F6A9B10", "upper case"),
    Candidate("00000000-0000-0000-0000-000000000000", "all zeros"),
    Candidate("ffffffff-ffff-ffff-ffff-ffffffffffff", "all ones"),
)
_NOT_UUIDS: Final = (
    Candidate("a", "no uuid"),
    Candidate("a/b", "slash"),
    Candidate("50%", "percent"),
    Candidate("..", "two dots"),
    Candidate("\N{GRINNING FACE}", "emoji"),
    Candidate(_UUID.replace("-", ""), "uuid without dashes"),
)
_URIS: Final = (
    Candidate("https://example.com/a"),
    Candidate("https://example.com/a?b=c%20d&e=f#g", "query"),
    Candidate("https://example.com/\N{LATIN SMALL LETTER E WITH ACUTE}", "accent"),
)
_REFERENCES: Final = (Candidate("/a"), Candidate("/a?page=2&query=b%20c", "query"), *_URIS[1:])
_CURRENCIES: Final = (Candidate("GBP"), Candidate("XXX", "none"), Candidate("gbp", "lower case"))
_FORMATS: Final[dict[str, tuple[Candidate, ...]]] = {
    "uuid": _UUIDS,
    "date-time": _INSTANTS,
    "uri": _URIS,
    "uri-reference": _REFERENCES,
    "ISO4217": _CURRENCIES,
}
KEYS: Final = (
    Candidate("a"),
    Candidate("a.b", "dotted key", 3),
    Candidate("a b", "key with a blank", 2),
    Candidate("a/b", "key with a slash"),
    Candidate("a-b", "key with a dash"),
    Candidate("a_b", "key in snake case"),
    Candidate("aB", "key in camel case"),
    Candidate("\N{LATIN SMALL LETTER E WITH ACUTE}", "key with an accent"),
    Candidate("\N{GRINNING FACE}", "key with an emoji"),
    Candidate("~", "key with a tilde"),
    Candidate("", "empty key"),
    Candidate("1", "key of digits"),
    Candidate("constructor", "key of JavaScript"),
    Candidate("__proto__", "prototype key"),
    Candidate("class", "key of Python"),
)
_NUMBERS: Final = (
    Candidate(1),
    Candidate(0, "zero"),
    Candidate(-1, "negative"),
    Candidate(0.1, "fraction"),
    Candidate(1e21, "huge"),
)
_ANYTHING: Final = (
    Candidate("a"),
    Candidate(1, "integer"),
    Candidate(0.1, "fraction"),
    Candidate(-0.5, "negative fraction"),
    Candidate(1e21, "huge"),
    Candidate(_EXACT_LIMIT - 1, "largest exact integer"),
    Candidate(True, "boolean"),  # noqa: FBT003 - a value
    Candidate(None, NULL, 2),
    Candidate("", "empty"),
    Candidate("2022-10-23T00:00:00Z", "instant"),
    Candidate("\N{GRINNING FACE}", "emoji"),
    Candidate([], "empty list"),
    Candidate({}, "empty object"),
    Candidate([1, "a", None], "list"),
    Candidate({"a.b": {"c": None}}, "nested"),
)


def valid_candidates(schema: JsonObject, name: str, *, segment: bool = False) -> tuple[Candidate, ...]:
    """Return the valid values of a scalar schema without references: the plainest first, null excluded.

    `name` is the name of the schema or property; a name that ends in `DateTime` means an instant even without a format.
    With `segment`, the value fills a path segment, which cannot be empty. A schema without a type allows any JSON.
    """
    if "enum" in schema:
        words = [word for word in _list(schema["enum"]) if word is not None]
        return tuple([Candidate(word, PLAIN if not index else f"value {word}") for index, word in enumerate(words)])
    kinds = types_of(schema)
    if not kinds:
        return _ANYTHING
    found: list[Candidate] = []
    for kind in kinds:
        if kind == "string":
            found.extend(_texts(schema, name, segment=segment))
        elif kind == "boolean":
            found += [Candidate(True), Candidate(False, "false", 2)]  # noqa: FBT003 - values
        elif kind == "integer":
            found.extend(_integers(schema))
        elif kind == "number":
            found.extend(_NUMBERS)
    return tuple(found)


def types_of(schema: JsonObject) -> list[str]:
    """Return the schema's types without `null`."""
    kind = schema.get("type")
    listed = [kind] if isinstance(kind, str) else _list(kind or [])
    return [str(item) for item in listed if item != "null"]


def invalid_candidates(schema: JsonObject, *, segment: bool = False) -> tuple[Candidate, ...]:
    """Return values that have the schema's type and violate another of its rules."""
    kinds, found = types_of(schema), list[Candidate]()
    if "enum" in schema:
        found += [Candidate(unknown_enum_value(schema), _UNKNOWN), Candidate("", "empty")]
    elif schema.get("format") == "uuid":
        found += _NOT_UUIDS
    elif "integer" in kinds:
        least, most = _bound(schema, "minimum"), _bound(schema, "maximum")
        found += [Candidate(least - 1, "below its minimum")] if least is not None else []
        found += [Candidate(most + 1, "above its maximum")] if most is not None else []
        if schema.get("format") == "int32" and most is None:
            found.append(Candidate(_INT32_MAX + 1, "beyond 32 bits"))
    if segment:
        found.append(Candidate("", "empty"))
    return tuple(found)


def unknown_enum_value(schema: JsonObject) -> str:
    """Return a word that is not in the enumeration, in the letter case of its first word."""
    first = str(_list(schema["enum"])[0])
    return ("Newly" if first[:1].isupper() else "newly") + first[:1].upper() + first[1:]


def _texts(schema: JsonObject, name: str, *, segment: bool) -> Iterator[Candidate]:
    known = _FORMATS.get(str(schema.get("format")))
    if known is None and name.endswith("DateTime"):
        known = _INSTANTS
    least, most = int(str(schema.get("minLength", 0))), schema.get("maxLength")
    pattern = schema.get("pattern")
    corpus = known or (_TEXTS if segment else (*_TEXTS, *_EMPTY))
    if known is None and segment:
        corpus += _EMPTY[1:]
    limit = None if most is None else int(str(most))
    if least > 1 or pattern is not None:
        yield from _fitted(corpus, pattern, least, limit)
        return
    for candidate in corpus:
        size = len(candidate.value)
        if (candidate is FREE_TEXT and limit is None) or (least <= size and (limit is None or size <= limit)):
            yield candidate
    if limit is not None:
        yield Candidate("a" * limit, "longest")


def _fitted(corpus: Iterable[Candidate], pattern: object, least: int, most: int | None) -> Iterator[Candidate]:
    """Yield the candidates that match a pattern and its lengths, with a repeated letter or digit as the plain one."""
    rule = re.compile(str(pattern)) if pattern is not None else re.compile("")
    fitting = [
        candidate
        for candidate in corpus
        if candidate is not FREE_TEXT
        and least <= len(candidate.value)
        and (most is None or len(candidate.value) <= most)
        and rule.search(candidate.value)
    ]
    if not fitting or fitting[0].label != PLAIN:
        plain = next((text for text in ("a" * max(least, 1), "1" * max(least, 1)) if rule.search(text)), None)
        if plain is not None:
            yield Candidate(plain)
    yield from fitting


def _integers(schema: JsonObject) -> Iterator[Candidate]:
    least, most = _bound(schema, "minimum"), _bound(schema, "maximum")
    default = schema.get("default")
    int32 = schema.get("format") == "int32"
    wanted: dict[int, str] = {}
    plain = min(max(2, 2 if least is None else least), 2 if most is None else most)
    for value, label in (
        (plain, PLAIN),
        (0, "zero"),
        (least, "its minimum"),
        (most, "its maximum"),
        (None if least is None else least + 1, "above its minimum"),
        (None if most is None else most - 1, "below its maximum"),
        (default, "its default"),
        (-1, "negative"),
        (_INT32_MAX, "largest of 32 bits"),
        (None if int32 else _INT32_MAX + 1, "beyond 32 bits"),
        (None if int32 else _EXACT_LIMIT - 1, "largest exact integer"),
        (1000, "thousand"),
    ):
        if not isinstance(value, int) or (least is not None and value < least) or (most is not None and value > most):
            continue
        wanted.setdefault(value, label)
    heavy = {"zero", "its minimum", "its maximum"}
    return iter([Candidate(value, label, 2 if label in heavy else 1) for value, label in wanted.items()])


def _bound(schema: JsonObject, key: str) -> int | None:
    value = schema.get(key)
    return int(value) if isinstance(value, (int, float)) else None


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
