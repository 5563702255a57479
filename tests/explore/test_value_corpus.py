"""Candidate values: valid ones, with the bounds of their schema, and invalid ones."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from concordat.explore.value_corpus import (
    EVOLVED,
    FREE_TEXT,
    PLAIN,
    invalid_candidates,
    types_of,
    unknown_enum_value,
    valid_candidates,
)

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
def test_every_candidate_is_valid_and_the_first_is_plain(schema: dict[str, Any]) -> None:
    candidates = valid_candidates(schema, "name")
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert [
        candidate for candidate in candidates if candidate is not FREE_TEXT and not validator.is_valid(candidate.value)
    ] == []
    assert candidates[0].label == PLAIN
    assert len({candidate.label for candidate in candidates}) == len(candidates)


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
def test_bounds_are_among_the_candidates(schema: dict[str, Any], values: list[Any]) -> None:
    assert set(values) <= {candidate.value for candidate in valid_candidates(schema, "name")}


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_an_invalid_candidate_breaks_its_schema(schema: dict[str, Any]) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    beyond = {"beyond 32 bits"}  # JSON Schema has no such format
    valid = [one for one in invalid_candidates(schema) if validator.is_valid(one.value) and one.label not in beyond]
    assert valid == []


def test_a_path_segment_is_empty_only_as_an_invalid_candidate() -> None:
    candidates = valid_candidates({"type": "string"}, "id", segment=True)
    assert "" not in {candidate.value for candidate in candidates if candidate is not FREE_TEXT}
    assert "" in {candidate.value for candidate in invalid_candidates({"type": "string"}, segment=True)}


@pytest.mark.parametrize(("name", "expected"), [("DateTime", True), ("name", False)])
def test_a_schema_named_as_an_instant_is_one(name: str, expected: bool) -> None:  # noqa: FBT001
    values = {candidate.value for candidate in valid_candidates({"type": "string"}, name)}
    assert ("2022-10-23T01:02:03+02:00" in values) is expected


@pytest.mark.parametrize(
    ("words", "unknown"), [(["Active"], "NewlyActive"), (["bills", "items"], "newlyBills"), (["a-b"], "newlyA-b")]
)
def test_an_unknown_enum_value_is_spelled_like_the_known_ones(words: list[str], unknown: str) -> None:
    assert unknown_enum_value({"enum": words}) == unknown


def test_ordinary_texts_have_no_label_of_an_evolution() -> None:
    assert EVOLVED.isdisjoint({candidate.label for candidate in valid_candidates({"type": "string"}, "name")})
    assert types_of({"type": ["string", "null"]}) == ["string"]
