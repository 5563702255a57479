"""The values that are tried keep to their schema, bounds among them, or break it on purpose."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from concordat.explore.options import invalid_options, kinds_of, options_of, unknown_word
from concordat.explore.value_corpus import EVOLVED, FREE, PLAIN

SCHEMAS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "maxLength": 3},
    {"type": "string", "minLength": 4, "maxLength": 4, "pattern": "[a-z]{4}"},
    {"type": "string", "minLength": 1, "pattern": "^[A-Za-z ]+$"},
    {"type": "string", "enum": ["Active", "Archived"]},
    {"type": "boolean", "default": True},
    {"type": "integer", "format": "int32", "minimum": 1, "maximum": 5000, "default": 100},
    {"type": "integer", "minimum": -1, "maximum": 1},
    {"type": "integer"},
    {"type": ["integer", "null"], "format": "int32"},
    {"type": "number"},
    {},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_every_value_keeps_to_its_schema_and_the_first_is_plain(schema: dict[str, Any]) -> None:
    options = options_of(schema, "name")
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert [option for option in options if option is not FREE and not validator.is_valid(option.value)] == []
    assert options[0].label == PLAIN
    assert len({option.label for option in options}) == len(options)


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5000}, [1, 2, 4999, 5000]),
        ({"type": "integer", "format": "int32"}, [0, -1, 2**31 - 1]),
        ({"type": "string", "maxLength": 100}, ["", "a" * 100]),
        ({"type": "boolean"}, [True, False]),
    ],
    ids=str,
)
def test_bounds_are_among_the_values(schema: dict[str, Any], values: list[Any]) -> None:
    assert set(values) <= {option.value for option in options_of(schema, "name")}


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_an_invalid_value_breaks_its_schema(schema: dict[str, Any]) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    beyond = {"beyond 32 bits"}  # a format that JSON Schema does not know
    valid = [one for one in invalid_options(schema) if validator.is_valid(one.value) and one.label not in beyond]
    assert valid == []


def test_a_segment_of_a_path_is_never_empty_unless_it_oversteps() -> None:
    options = options_of({"type": "string"}, "id", segment=True)
    assert "" not in {option.value for option in options if option is not FREE}
    assert "" in {option.value for option in invalid_options({"type": "string"}, segment=True)}


@pytest.mark.parametrize(("name", "expected"), [("DateTime", True), ("name", False)])
def test_a_schema_that_is_called_an_instant_is_one(name: str, expected: bool) -> None:  # noqa: FBT001
    values = {option.value for option in options_of({"type": "string"}, name)}
    assert ("2022-10-23T01:02:03+02:00" in values) is expected


@pytest.mark.parametrize(
    ("words", "unknown"), [(["Active"], "NewlyActive"), (["bills", "items"], "newlyBills"), (["a-b"], "newlyA-b")]
)
def test_an_unknown_word_is_spelt_like_the_known_ones(words: list[str], unknown: str) -> None:
    assert unknown_word({"enum": words}) == unknown


def test_labels_of_evolution_are_no_labels_of_ordinary_texts() -> None:
    assert EVOLVED.isdisjoint({option.label for option in options_of({"type": "string"}, "name")})
    assert kinds_of({"type": ["string", "null"]}) == ["string"]
