"""Which values a schema is tried with, and which ones break it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from concordat.explore.value_corpus import (
    ANYTHING,
    EMPTY,
    EXACT,
    FORMATS,
    FREE,
    INSTANTS,
    INT32,
    NUMBERS,
    PLAIN,
    TEXTS,
    UNKNOWN,
    UUID,
    Option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.values import JsonObject

__all__ = ["invalid_options", "kinds_of", "options_of", "unknown_word"]


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
        return ANYTHING
    found: list[Option] = []
    for kind in kinds:
        if kind == "string":
            found.extend(_texts(schema, name, segment=segment))
        elif kind == "boolean":
            found += [Option(True), Option(False, "false", 2)]  # noqa: FBT003 - values
        elif kind == "integer":
            found.extend(_integers(schema))
        elif kind == "number":
            found.extend(NUMBERS)
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
        found += [Option("\N{GRINNING FACE}", "emoji"), Option(UUID.replace("-", ""), "uuid without dashes")]
    elif "integer" in kinds:
        least, most = _bound(schema, "minimum"), _bound(schema, "maximum")
        found += [Option(least - 1, "below its minimum")] if least is not None else []
        found += [Option(most + 1, "above its maximum")] if most is not None else []
        found += [Option(INT32 + 1, "beyond 32 bits")] if schema.get("format") == "int32" and most is None else []
    if segment:
        found.append(Option("", "empty"))
    return tuple(found)


def unknown_word(schema: JsonObject) -> str:
    """Return a word that an enumeration does not hold, in the spelling of its first."""
    first = str(_list(schema["enum"])[0])
    return ("Newly" if first[:1].isupper() else "newly") + first[:1].upper() + first[1:]


def _texts(schema: JsonObject, name: str, *, segment: bool) -> Iterator[Option]:
    known = FORMATS.get(str(schema.get("format")))
    if known is None and name.endswith("DateTime"):
        known = INSTANTS
    least, most = int(str(schema.get("minLength", 0))), schema.get("maxLength")
    pattern = schema.get("pattern")
    pool = known or (TEXTS if segment else (*TEXTS, *EMPTY))
    if known is None and segment:
        pool += EMPTY[1:]
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
        (INT32, "largest of 32 bits"),
        (None if int32 else INT32 + 1, "beyond 32 bits"),
        (None if int32 else EXACT - 1, "largest exact integer"),
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
