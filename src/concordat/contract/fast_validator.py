"""Fast validation of JSON bodies: JSON Schemas as types whose decoder accepts only valid bodies.

A decoder reads and validates a body in one pass, without dictionaries. A body that it refuses may still be valid: then
the compiled schema decides. So a type may refuse too much, never too little: objects accept only the members that the
schema names, and a schema with a keyword without an exact counterpart (`pattern`, `oneOf`, a recursive reference) has
no type. A body with an optional member without a type is refused.

This module is optional: `Schemas.text_problems` returns the same without it. With it, the sandbox and the tap need 99
microseconds of CPU time per request instead of 118 (16 % less). Measured with `benchmarks/ours.py` under
`benchmarks/load.py`: a list of ten customers, 20 rounds of 2,000 requests with and without in turns, the least of each.
A run of the catalogue gains 0.1 % of the engine's CPU time (52 ms instead of 61 ms for 1,557 bodies, of 7.8 s).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union

import msgspec

from concordat.values import JsonObject, resolve_pointer

__all__ = ["fast_validator"]

_ANNOTATIONS = frozenset({"default", "deprecated", "description", "example", "examples", "format", "title"})
_OBJECT = frozenset({"additionalProperties", "allOf", "maxProperties", "minProperties", "properties", "required"})
_BOUNDS: Mapping[str, Mapping[str, str]] = {
    "string": {"minLength": "min_length", "maxLength": "max_length"},
    "array": {"minItems": "min_length", "maxItems": "max_length"},
    "object": {"minProperties": "min_length", "maxProperties": "max_length"},
    "integer": {"minimum": "ge", "maximum": "le"},
    "number": {"minimum": "ge", "maximum": "le"},
    "boolean": {},
    "null": {},
}
_ITEMS = {"items"}
_KNOWN = _ANNOTATIONS | _OBJECT | _ITEMS | {"type"} | {name for bounds in _BOUNDS.values() for name in bounds}
_LARGEST = 2**63 - 1
_SCALARS: Mapping[str, Any] = {"string": str, "boolean": bool, "null": None}


class _Inexact(Exception):  # noqa: N818 - control flow, not an error
    """A schema that has no type."""


def fast_validator(document: JsonObject, pointer: str) -> msgspec.json.Decoder[Any] | None:
    """Return a decoder that accepts only valid values of the schema at `pointer`, None when it has no type."""
    try:
        return msgspec.json.Decoder(_Types(document).of({"$ref": f"#{pointer}"}))
    except (_Inexact, LookupError, TypeError, ValueError):  # msgspec refuses some unions with TypeError
        return None


class _Types:
    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._found: dict[str, Any] = {}

    def of(self, schema: Any) -> Any:
        """Return the type of a schema. Raises _Inexact."""
        if schema is True or (isinstance(schema, Mapping) and schema.keys() <= _ANNOTATIONS):
            return Any
        if not isinstance(schema, Mapping):
            raise _Inexact
        rules = schema.keys() - _ANNOTATIONS
        if rules == {"$ref"}:
            return self._referred(schema["$ref"])
        if rules == {"anyOf"}:
            return Union[tuple(self.of(branch) for branch in schema["anyOf"])]  # noqa: UP007 - made at run time
        if "enum" in rules and rules <= {"enum", "type"}:
            return _listed(schema)
        if not rules <= _KNOWN:
            raise _Inexact
        kinds = schema.get("type", "array" if "items" in schema else "object")
        if isinstance(kinds, str):
            return self._plain(schema, kinds)
        if "allOf" in schema:
            raise _Inexact
        return Union[tuple(self._plain(schema, kind) for kind in kinds)]  # noqa: UP007 - made at run time

    def _referred(self, reference: str) -> Any:
        if reference not in self._found:
            self._found[reference] = _Inexact  # a recursive schema has no type
            self._found[reference] = self.of(resolve_pointer(self._document, reference.removeprefix("#")))
        if self._found[reference] is _Inexact:
            raise _Inexact
        return self._found[reference]

    def _plain(self, schema: JsonObject, kind: str) -> Any:
        """Return the type of a schema's values of one JSON type. Keywords for other types do not apply."""
        limits: dict[str, Any] = {mine: schema[name] for name, mine in _BOUNDS[kind].items() if name in schema}
        if kind == "object":
            found = self._object(schema, bounded=bool(limits))
        elif kind == "array":
            found = list[self.of(schema.get("items", True))]  # type: ignore[misc]  # built at run time
        elif kind == "integer":
            found, limits = int, {"ge": -_LARGEST, "le": _LARGEST} | limits
        elif kind == "number":
            # Both have bounds, so that a large integer is not compared as a float.
            return self._plain(schema, "integer") | Annotated[float, msgspec.Meta(**limits)]
        else:
            found = _SCALARS[kind]
        return Annotated[found, msgspec.Meta(**limits)] if limits else found

    def _object(self, schema: JsonObject, *, bounded: bool) -> Any:
        members: dict[str, Any] = {}
        required: set[str] = set()
        self._gather(schema, members, required, merged="allOf" in schema)
        if not members:
            if required:
                raise _Inexact
            return dict[str, self.of(schema.get("additionalProperties", True))]  # type: ignore[misc]  # built at run time
        if bounded or not required <= members.keys():
            raise _Inexact
        fields: list[Any] = []
        names: dict[str, str] = {}
        for name, member in members.items():
            field = f"f{len(fields)}"
            try:
                found = self.of(member)
            except _Inexact:
                if name in required:
                    raise
                continue
            names[field] = name
            if name in required:
                fields.append((field, found))
            else:
                fields.append((field, Union[found, msgspec.UnsetType], msgspec.UNSET))  # noqa: UP007 - None is no class
        return msgspec.defstruct(
            "Accepted", fields, rename=names, kw_only=True, forbid_unknown_fields=True, gc=False, eq=False
        )

    def _gather(self, schema: Any, members: dict[str, Any], required: set[str], *, merged: bool) -> None:
        """Collect an object's members, including those of `allOf`."""
        if merged and schema.keys() - _ANNOTATIONS == {"$ref"}:
            schema = resolve_pointer(self._document, schema["$ref"].removeprefix("#"))
        rules = schema.keys() - _ANNOTATIONS - {"type"}
        if merged and not (rules <= {"allOf", "properties", "required"} and "object" in schema.get("type", ["object"])):
            raise _Inexact
        for name, member in schema.get("properties", {}).items():
            if members.setdefault(name, member) != member:
                raise _Inexact
        required.update(schema.get("required", ()))
        for branch in schema.get("allOf", ()):
            self._gather(branch, members, required, merged=True)


def _listed(schema: JsonObject) -> Any:
    values: Any = schema["enum"]
    kinds = schema.get("type", ["string", "null"])
    for value in values:
        kind = "null" if value is None else "string" if isinstance(value, str) else ""
        if kind not in ([kinds] if isinstance(kinds, str) else kinds):  # type: ignore[operator]  # a list of names
            raise _Inexact
    return Literal[tuple(values)]
