"""The values that are tried: for each kind of schema the plain one first, then its bounds, then what breaks encoders.

Every value has a label; labels are what triggers of findings are made of. Order matters: Hypothesis shrinks towards the
front. Some labels name how an answer may evolve; those are never taken for one another.
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
    "FREE",
    "GONE",
    "KEYS",
    "NULL",
    "PLAIN",
    "UNKNOWN",
    "Option",
    "invalid_options",
    "kinds_of",
    "options_of",
    "unknown_word",
]

PLAIN: Final = "plain"
UNKNOWN: Final = "unknown value"
NULL: Final = "null"
ADDED: Final = "new member"
GONE: Final = "absent"
EVOLVED: Final = frozenset({UNKNOWN, NULL, ADDED, GONE})
_INT32 = 2**31 - 1
_EXACT = 2**53
_UUID: Final = "8a210b68-6988-11ed-a1eb-0242ac120002"
_LONG: Final = 300


class Option(msgspec.Struct, frozen=True):
    """One value with its label; `weight` is how often it is tried beside the others of its pool.

    `breaks`: it is against the contract in its place.
    """

    value: Any
    label: str = PLAIN
    weight: int = 1
    breaks: bool = False


FREE: Final = Option("", "other text")
"""Stands for text that Hypothesis makes up."""

_TEXTS: Final = (
    Option("a"),
    Option("50%", "percent", 3),
    Option("a/b", "slash", 3),
    Option("a b", "blank", 2),
    Option("a+b", "plus", 2),
    Option("-a", "leading minus", 3),
    Option("\N{GRINNING FACE}", "emoji", 3),
    Option("\N{LATIN SMALL LETTER E WITH ACUTE}", "accent", 2),
    Option("a&b=c", "ampersand", 2),
    Option("a.b", "dot inside"),
    Option("a?b", "question mark"),
    Option("a#b", "hash"),
    Option("%2F", "escape"),
    Option("a:b", "colon"),
    Option("a;b", "semicolon"),
    Option("a,b", "comma"),
    Option("a\\b", "backslash"),
    Option('a"b', "quote"),
    Option("a'b", "apostrophe"),
    Option("<a>", "angle brackets"),
    Option("{a}", "braces"),
    Option("[a]", "square brackets"),
    Option("$a", "dollar"),
    Option("a@b", "at sign"),
    Option("a|b", "pipe"),
    Option("~", "tilde"),
    Option(" a ", "blank edges"),
    Option("a\nb", "line break"),
    Option("a\tb", "tab"),
    Option("\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}", "combining accent"),
    Option("\N{HIRAGANA LETTER A}", "kana"),
    Option("\N{HEBREW LETTER ALEF}", "right to left"),
    Option("\N{LINE SEPARATOR}", "line separator"),
    Option("007", "leading zeros"),
    Option("12", "digits"),
    Option("1e3", "number"),
    Option("true", "word of JSON"),
    Option("undefined", "word of JavaScript"),
    Option("A", "capital"),
    Option("a" * _LONG, "long"),
    FREE,
)
_EMPTY: Final = (Option("", "empty", 2), Option(".", "dot"), Option("..", "two dots"))
_INSTANTS: Final = (
    Option("2022-10-23T00:00:00Z"),
    Option("2022-10-23T01:02:03+02:00", "offset", 2),
    Option("2022-10-23T01:02:03-05:30", "negative offset"),
    Option("2022-10-23T00:00:00", "no zone", 2),
    Option("2022-10-23", "date alone", 2),
    Option("2022-10-23T00:00:00.123Z", "milliseconds"),
    Option("2022-10-23T00:00:00.1234567Z", "seven digits"),
    Option("2024-02-29T23:59:59Z", "leap day"),
    Option("9999-12-31T23:59:59Z", "last day"),
    Option("0001-01-01T00:00:00Z", "first day"),
)
_UUIDS: Final = (
    Option(_UUID),
    Option("3F1B0E6C-7A5D-4A35-9C1E-2D2B8F6A9B10", "upper case"),
    Option("00000000-0000-0000-0000-000000000000", "all zeros"),
    Option("ffffffff-ffff-ffff-ffff-ffffffffffff", "all ones"),
)
_URIS: Final = (
    Option("https://example.com/a"),
    Option("https://example.com/a?b=c%20d&e=f#g", "query"),
    Option("https://example.com/\N{LATIN SMALL LETTER E WITH ACUTE}", "accent"),
)
_REFERENCES: Final = (Option("/a"), Option("/a?page=2&query=b%20c", "query"), *_URIS[1:])
_CURRENCIES: Final = (Option("GBP"), Option("XXX", "none"), Option("gbp", "lower case"))
_FORMATS: Final[dict[str, tuple[Option, ...]]] = {
    "uuid": _UUIDS,
    "date-time": _INSTANTS,
    "uri": _URIS,
    "uri-reference": _REFERENCES,
    "ISO4217": _CURRENCIES,
}
KEYS: Final = (
    Option("a"),
    Option("a.b", "dotted key", 3),
    Option("a b", "key with a blank", 2),
    Option("a/b", "key with a slash"),
    Option("a-b", "key with a dash"),
    Option("a_b", "key in snake case"),
    Option("aB", "key in camel case"),
    Option("\N{LATIN SMALL LETTER E WITH ACUTE}", "key with an accent"),
    Option("\N{GRINNING FACE}", "key with an emoji"),
    Option("~", "key with a tilde"),
    Option("", "empty key"),
    Option("1", "key of digits"),
    Option("constructor", "key of JavaScript"),
    Option("__proto__", "prototype key"),
    Option("class", "key of Python"),
)
_NUMBERS: Final = (Option(1), Option(0, "zero"), Option(-1, "negative"), Option(0.1, "fraction"), Option(1e21, "huge"))
_ANYTHING: Final = (
    Option("a"),
    Option(1, "integer"),
    Option(0.1, "fraction"),
    Option(-0.5, "negative fraction"),
    Option(1e21, "huge"),
    Option(_EXACT - 1, "largest exact integer"),
    Option(True, "boolean"),  # noqa: FBT003 - a value
    Option(None, NULL, 2),
    Option("", "empty"),
    Option("2022-10-23T00:00:00Z", "instant"),
    Option("\N{GRINNING FACE}", "emoji"),
    Option([], "empty list"),
    Option({}, "empty object"),
    Option([1, "a", None], "list"),
    Option({"a.b": {"c": None}}, "nested"),
)


def options_of(schema: JsonObject, name: str, *, segment: bool = False) -> tuple[Option, ...]:
    """Return the values of a scalar schema (no references) that keep to it, the plainest first, without null.

    `name` is that of the schema or property; one that ends in `DateTime` is an instant though no format says so.
    `segment`: it fills a segment of a path, which cannot be empty. No type at all: any JSON value.
    """
    if "enum" in schema:
        words = [word for word in _list(schema["enum"]) if word is not None]
        return tuple([Option(word, PLAIN if not index else f"value {word}") for index, word in enumerate(words)])
    kinds = kinds_of(schema)
    if not kinds:
        return _ANYTHING
    found: list[Option] = []
    for kind in kinds:
        if kind == "string":
            found.extend(_texts(schema, name, segment=segment))
        elif kind == "boolean":
            found += [Option(True), Option(False, "false", 2)]  # noqa: FBT003 - values
        elif kind == "integer":
            found.extend(_integers(schema))
        elif kind == "number":
            found.extend(_NUMBERS)
    return tuple(found)


def kinds_of(schema: JsonObject) -> list[str]:
    """Return the schema's types without `null`."""
    kind = schema.get("type")
    listed = [kind] if isinstance(kind, str) else _list(kind or [])
    return [str(item) for item in listed if item != "null"]


def invalid_options(schema: JsonObject, *, segment: bool = False) -> tuple[Option, ...]:
    """Return values of the schema's own type that break its other rules, or null where it is not allowed."""
    kinds, found = kinds_of(schema), list[Option]()
    if "enum" in schema:
        found += [Option(unknown_word(schema), UNKNOWN), Option("", "empty")]
    elif schema.get("format") == "uuid":
        found += [Option("a", "no uuid"), Option("a/b", "slash"), Option("50%", "percent"), Option("..", "two dots")]
        found += [Option("\N{GRINNING FACE}", "emoji"), Option(_UUID.replace("-", ""), "uuid without dashes")]
    elif "integer" in kinds:
        least, most = _bound(schema, "minimum"), _bound(schema, "maximum")
        found += [Option(least - 1, "below its minimum")] if least is not None else []
        found += [Option(most + 1, "above its maximum")] if most is not None else []
        found += [Option(_INT32 + 1, "beyond 32 bits")] if schema.get("format") == "int32" and most is None else []
    if segment:
        found.append(Option("", "empty"))
    return tuple(found)


def unknown_word(schema: JsonObject) -> str:
    """Return a word that an enumeration does not hold, in the spelling of its first."""
    first = str(_list(schema["enum"])[0])
    return ("Newly" if first[:1].isupper() else "newly") + first[:1].upper() + first[1:]


def _texts(schema: JsonObject, name: str, *, segment: bool) -> Iterator[Option]:
    known = _FORMATS.get(str(schema.get("format")))
    if known is None and name.endswith("DateTime"):
        known = _INSTANTS
    least, most = int(str(schema.get("minLength", 0))), schema.get("maxLength")
    pattern = schema.get("pattern")
    pool = known or (_TEXTS if segment else (*_TEXTS, *_EMPTY))
    if known is None and segment:
        pool += _EMPTY[1:]
    limit = None if most is None else int(str(most))
    if least > 1 or pattern is not None:
        yield from _fitted(pool, pattern, least, limit)
        return
    for option in pool:
        size = len(option.value)
        if (option is FREE and limit is None) or (least <= size and (limit is None or size <= limit)):
            yield option
    if limit is not None:
        yield Option("a" * limit, "longest")


def _fitted(pool: Iterable[Option], pattern: object, least: int, most: int | None) -> Iterator[Option]:
    """Yield the options that a pattern and its lengths leave, repeated letters where nothing else fits."""
    rule = re.compile(str(pattern)) if pattern is not None else re.compile("")
    fitting = [
        option
        for option in pool
        if option is not FREE
        and least <= len(option.value)
        and (most is None or len(option.value) <= most)
        and rule.search(option.value)
    ]
    if not fitting or fitting[0].label != PLAIN:
        plain = next((text for text in ("a" * max(least, 1), "1" * max(least, 1)) if rule.search(text)), None)
        if plain is not None:
            yield Option(plain)
    yield from fitting


def _integers(schema: JsonObject) -> Iterator[Option]:
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
        (_INT32, "largest of 32 bits"),
        (None if int32 else _INT32 + 1, "beyond 32 bits"),
        (None if int32 else _EXACT - 1, "largest exact integer"),
        (1000, "thousand"),
    ):
        if not isinstance(value, int) or (least is not None and value < least) or (most is not None and value > most):
            continue
        wanted.setdefault(value, label)
    heavy = {"zero", "its minimum", "its maximum"}
    return iter([Option(value, label, 2 if label in heavy else 1) for value, label in wanted.items()])


def _bound(schema: JsonObject, key: str) -> int | None:
    value = schema.get(key)
    return int(value) if isinstance(value, (int, float)) else None


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
