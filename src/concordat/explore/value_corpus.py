"""The values that are tried: for each kind of schema the plain one first, then its bounds, then what breaks encoders.

Every value has a label; labels are what triggers of findings are made of. Order matters: Hypothesis shrinks towards the
front. Some labels name how an answer may evolve; those are never taken for one another.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

__all__ = [
    "ADDED",
    "ANYTHING",
    "EMPTY",
    "EVOLVED",
    "EXACT",
    "FORMATS",
    "FREE",
    "GONE",
    "INSTANTS",
    "INT32",
    "KEYS",
    "NULL",
    "NUMBERS",
    "PLAIN",
    "TEXTS",
    "UNKNOWN",
    "UUID",
    "Option",
]

PLAIN: Final = "plain"
UNKNOWN: Final = "unknown value"
NULL: Final = "null"
ADDED: Final = "new member"
GONE: Final = "absent"
EVOLVED: Final = frozenset({UNKNOWN, NULL, ADDED, GONE})
INT32: Final = 2**31 - 1
EXACT: Final = 2**53
UUID: Final = "8a210b68-6988-11ed-a1eb-0242ac120002"
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

TEXTS: Final = (
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
EMPTY: Final = (Option("", "empty", 2), Option(".", "dot"), Option("..", "two dots"))
INSTANTS: Final = (
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
    Option(UUID),
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
FORMATS: Final[dict[str, tuple[Option, ...]]] = {
    "uuid": _UUIDS,
    "date-time": INSTANTS,
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
NUMBERS: Final = (Option(1), Option(0, "zero"), Option(-1, "negative"), Option(0.1, "fraction"), Option(1e21, "huge"))
ANYTHING: Final = (
    Option("a"),
    Option(1, "integer"),
    Option(0.1, "fraction"),
    Option(-0.5, "negative fraction"),
    Option(1e21, "huge"),
    Option(EXACT - 1, "largest exact integer"),
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
