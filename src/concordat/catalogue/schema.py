"""The JSON Schema of a case file, generated from the structs that read it."""

from __future__ import annotations

from typing import Any

import msgspec

from concordat.catalogue.expansion import RawCase
from concordat.catalogue.matcher_syntax import JSON_TYPES
from concordat.catalogue.model import Advance, Call, Change, Parallel
from concordat.catalogue.rules import FILE_NAME
from concordat.compare.matchers import BOUNDS, LITERAL
from concordat.contract.evolution import RULES

__all__ = ["catalogue_schema"]

_REFERENCE = {
    "type": "string",
    "pattern": r"^\$(?:[A-Za-z_]|\{)",
    "description": "A variable of a row, or a saved value.",
}
_RULE = {"enum": list(RULES)}
_EXPECTED = {
    "RequestExpectation": ("body", "body-has", "body-text"),
    "OutcomeExpectation": ("payload",),
    "ErrorExpectation": ("status", "body"),
    "Expectation": ("attempts",),
    "Repeat": ("until",),
}
_EXPECTED_MEMBERS = {"RequestExpectation": ("query", "query-has", "headers"), "RawCase": ("state",)}


def catalogue_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a list of cases. Editors complete and check case files with it.

    Typed values also accept a reference (`$name`), because a row may fill them in.
    """
    kinds: list[Any] = [RawCase, Call, Parallel, Advance, Change]
    _, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    shapes: dict[str, Any] = {name: _with_references(shape) for name, shape in definitions.items()}
    shapes["ClientSettings"]["properties"]["files"]["anyOf"][0]["propertyNames"] = {"pattern": FILE_NAME}
    case = shapes["RawCase"]["properties"]
    step = {"anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds[1:]]}
    case["steps"] = {"type": "array", "minItems": 1, "items": step}
    case["id"]["pattern"] = r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*)+$"
    shapes["EvolutionTable"]["properties"]["evolution"] = {"anyOf": [_RULE, {"type": "array", "items": _RULE}]}
    shapes["Evolution"]["properties"]["rule"] = {"anyOf": [_RULE, _REFERENCE]}
    table = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "properties": {"id": {"type": "string", "minLength": 1}}, "required": ["id"]},
        "description": "A table: each row has an id and values for the variables of the case.",
    }
    case["rows"] = {"anyOf": [table, {"$ref": "#/$defs/EvolutionTable"}]}
    for name, members in _EXPECTED.items():
        for member in members:
            shapes[name]["properties"][member] = {"$ref": "#/$defs/Expected"}
    for name, members in _EXPECTED_MEMBERS.items():
        for member in members:
            values = {"type": "object", "additionalProperties": {"not": {"type": "null"}, "$ref": "#/$defs/Expected"}}
            shapes[name]["properties"][member] = {"anyOf": [values, {"type": "null"}, _REFERENCE]}
    shapes["Expected"] = {
        "description": "A JSON value, or a matcher: a mapping whose only key is the name of a matcher.",
        "anyOf": [{"$ref": "#/$defs/Matcher"}, {"not": {"$ref": "#/$defs/MatcherLike"}}],
    }
    shapes["Matcher"], shapes["MatcherLike"] = _matcher_shapes()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Concordat case file",
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/$defs/RawCase"},
        "$defs": shapes,
    }


def _with_references(shape: Any) -> Any:
    """Return a definition whose typed scalars, lists and objects also accept a reference."""
    if not isinstance(shape, dict):
        return shape
    changed = dict(shape)
    for name, member in shape.get("properties", {}).items():
        changed.setdefault("properties", {})
        changed["properties"] = {**changed["properties"], name: _or_reference(member)}
    return changed


def _or_reference(member: Any) -> Any:
    if not isinstance(member, dict) or member.get("type") == "string" or not member.keys() - {"default", "description"}:
        return member
    if "items" in member:
        member = {**member, "items": _or_reference(member["items"])}
    return {"anyOf": [member, _REFERENCE]}


def _matcher_shapes() -> tuple[dict[str, Any], dict[str, Any]]:
    expected: dict[str, Any] = {"$ref": "#/$defs/Expected"}
    count = {"type": "integer", "minimum": 0}
    bounds = {
        "type": "object",
        "minProperties": 1,
        "properties": {word: {"anyOf": [{"type": "number"}, _REFERENCE]} for word in sorted(BOUNDS)},
        "additionalProperties": False,
    }
    digest = {
        "type": "object",
        "minProperties": 1,
        "properties": {"length": {"anyOf": [count, bounds]}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
        "additionalProperties": False,
    }
    words: dict[str, Any] = {
        "absent": {"const": True},
        "null": {"const": True},
        "any": {"enum": [True, *JSON_TYPES]},
        "one-of": {"type": "array", "minItems": 1, "items": expected},
        "length": {"anyOf": [count, bounds, _REFERENCE]},
        "number": {"type": "string"},
        "bytes": {"anyOf": [{"type": "string"}, digest]},
        "matches": {"type": "string", "format": "regex"},
        "each": expected,
        "contains": expected,
        LITERAL: {},
    }
    single = [
        {"type": "object", "properties": {word: shape}, "required": [word], "additionalProperties": False}
        for word, shape in words.items()
    ]
    like: dict[str, Any] = {
        "anyOf": [{"type": "object", "required": [word], "maxProperties": 1} for word in (*words, *sorted(BOUNDS))]
    }
    # an object under `number` is data and not a matcher, see `matchers.matcher_word`
    like["anyOf"][list(words).index("number")]["properties"] = {"number": {"not": {"type": "object"}}}
    return {"anyOf": [*single, bounds]}, like
