"""The merged view of one schema: its references and branches combined."""

from __future__ import annotations

from typing import Any

import msgspec

from concordat.values import JsonObject, resolve_pointer

__all__ = ["DATE_COMPONENT", "Shape", "shape_of"]

DATE_COMPONENT = "DateTime"
"""The component for dates in the built-in contracts. It has no format, because several forms are documented."""
_DATE_FORMATS = frozenset({"date", "date-time"})
_INT32_MAXIMUM = 2**31 - 1
_MOST_REFERENCES = 50


class Shape(msgspec.Struct, kw_only=True):
    """The constraints of a schema on a value.

    `types` are the JSON types without null, None without a constraint; `component` is the referenced component;
    `closed`: the object allows no further members; `values` is the schema of a map's values.
    """

    types: frozenset[str] | None = None
    nullable: bool = False
    component: str | None = None
    enum: tuple[Any, ...] | None = None
    date: bool = False
    format: str | None = None
    maximum: float | None = None
    properties: dict[str, JsonObject] = {}
    required: frozenset[str] = frozenset()
    closed: bool = False
    values: JsonObject | None = None
    items: JsonObject | None = None

    def has(self, kind: str) -> bool:
        """Whether the value has this JSON type and no other type except null."""
        return self.types == frozenset({kind})

    @property
    def highest(self) -> float:
        """The largest whole number that the schema and its format allow."""
        bound = float("inf") if self.maximum is None else self.maximum
        return min(bound, _INT32_MAXIMUM) if self.format == "int32" else bound


def shape_of(document: JsonObject, schema: JsonObject) -> Shape:
    """Return the shape of a schema: references resolved, `allOf` and an `anyOf` with null merged.

    Of an `anyOf` with several branches besides null, the first counts. Raises LookupError for a broken reference.
    """
    component: str | None = None
    for _ in range(_MOST_REFERENCES):
        if "$ref" not in schema:
            break
        reference = str(schema["$ref"]).removeprefix("#")
        component = reference.rpartition("/")[2]
        found: Any = resolve_pointer(document, reference)
        schema = found
    shape = _own(schema)
    shape.component = component
    shape.date = component == DATE_COMPONENT or shape.format in _DATE_FORMATS
    parts: Any = schema.get("allOf", ())
    merged = [shape_of(document, part) for part in parts]
    for part in merged:
        _merge(shape, part)
    if merged:
        # Null is allowed when every branch with types allows it.
        typed = [part for part in merged if part.types is not None]
        shape.nullable = bool(typed) and all(part.nullable for part in typed) and "type" not in schema
    choices: Any = schema.get("anyOf", schema.get("oneOf", ()))
    if choices:
        branches = [shape_of(document, choice) for choice in choices]
        real = [branch for branch in branches if branch.types != frozenset()]
        if real:
            chosen = real[0]
            chosen.nullable = any(branch.nullable for branch in branches)
            return chosen
    return shape


def _own(schema: JsonObject) -> Shape:
    """Return the shape of a schema's own keywords. A schema of null alone has an empty set of types."""
    kinds: Any = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [] if kinds is None else [kinds]
    enum: Any = schema.get("enum")
    values: Any = schema.get("additionalProperties")
    items: Any = schema.get("items")
    properties: Any = schema.get("properties", {})
    required: Any = schema.get("required", ())
    maximum: Any = schema.get("maximum")
    kind: Any = schema.get("format")
    return Shape(
        types=None if kinds is None else frozenset(listed) - {"null"},
        nullable="null" in listed and (enum is None or None in enum),
        enum=None if enum is None else tuple(value for value in enum if value is not None),
        format=kind,
        maximum=maximum,
        properties=dict(properties),
        required=frozenset(required),
        closed=values is False,
        values=values if isinstance(values, dict) else {} if values is True else None,
        items=items,
    )


def _merge(shape: Shape, part: Shape) -> None:
    shape.types = part.types if shape.types is None else shape.types & (part.types or shape.types)
    shape.properties = {**shape.properties, **part.properties}
    shape.required |= part.required
    shape.closed = shape.closed or part.closed
    shape.values = part.values if shape.values is None else shape.values
    shape.items = part.items if shape.items is None else shape.items
    shape.enum = part.enum if shape.enum is None else shape.enum
