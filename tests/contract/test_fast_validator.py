"""What a type made of a schema accepts is valid under the schema."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec
import pytest

from concordat.contract import load_contracts
from concordat.contract.fast_validator import fast_validator
from concordat.contract.schemas import Schemas
from concordat.sandbox.codat.samples import sample_customer

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD: list[Any] = [None, True, 0, -1, 2.5, 2**63, 10**30, "", "x" * 300, [], {}, [None], {"a": 1}, "Active"]


def takes(document: dict[str, Any], body: bytes) -> bool:
    decoder = fast_validator(document, "/it")
    assert decoder is not None
    try:
        decoder.decode(body)
    except (msgspec.MsgspecError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("schema", "yes", "no"),
    [
        ({"type": "string", "maxLength": 2}, ['"ab"', '"\\u0061"'], ['"abc"', "1", "null"]),
        ({"type": ["string", "null"], "minLength": 1}, ['"a"', "null"], ['""', "{}"]),
        ({"type": "integer", "maximum": 7}, ["7", "-8"], ["8", "7.5", "true", '"7"']),
        ({"type": "number", "minimum": 0}, ["0", "1.5", "1e3"], ["-1", "true"]),
        ({"type": "boolean"}, ["true"], ["1"]),
        ({"enum": ["a", None]}, ['"a"', "null"], ['"b"', "1"]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 1}, ["[1]"], ["[]", '["1"]', "{}"]),
        ({"type": "object", "additionalProperties": {"type": "string"}}, ['{"a":"b"}', "{}"], ['{"a":1}', "[]"]),
        ({"type": "object", "maxProperties": 1}, ['{"a":1}'], ['{"a":1,"b":2}']),
        ({"properties": {"a": {"type": "integer"}}, "required": ["a"]}, ['{"a":1}'], ["{}", '{"a":null}']),
        ({"properties": {"a": {"type": "integer"}}}, ['{"a":1}', "{}"], ['{"a":"1"}', '{"a":1,"a":"1"}']),
        (
            {"required": ["a"], "allOf": [{"properties": {"a": {}}}, {"properties": {"b": {"type": "null"}}}]},
            ['{"a":1}', '{"a":[],"b":null}'],
            ["{}", '{"a":1,"b":1}', "1"],
        ),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, ["null", "true"], ["0"]),
        ({"$ref": "#/name", "description": "a reference"}, ['"n"'], ["1"]),
    ],
)
def test_a_schema_s_type_takes_and_refuses_as_the_schema(schema: dict[str, Any], yes: list[str], no: list[str]) -> None:
    document = {"it": schema, "name": {"type": "string"}}
    assert [takes(document, text.encode()) for text in yes] == [True] * len(yes)
    assert [takes(document, text.encode()) for text in no] == [False] * len(no)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^a$"},
        {"oneOf": [{"type": "string"}, {"type": "null"}]},
        {"not": {"type": "string"}},
        {"type": "integer", "multipleOf": 2},
        {"enum": [1, "a"]},
        {"enum": ["a"], "type": "integer"},
        {"properties": {"a": {"$ref": "#/it"}}, "required": ["a"]},
        {"properties": {"a": {}}, "minProperties": 1},
        {"properties": {"a": {}}, "required": ["b"]},
        {"additionalProperties": True, "required": ["b"]},
        {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "null"}}}]},
        {"allOf": [{"type": "object", "additionalProperties": False}, {"properties": {"a": {}}}]},
        {"allOf": [{"type": "array"}]},
        {"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
        {"$ref": "#/nowhere"},
        {"$ref": "#/name", "type": "string"},
        {"type": "file"},
        False,
    ],
)
def test_a_schema_without_an_exact_counterpart_has_no_type(schema: Any) -> None:
    assert fast_validator({"it": schema, "name": {"type": "string"}}, "/it") is None


def test_an_optional_member_without_a_type_is_refused_and_left_to_the_schema() -> None:
    document: dict[str, Any] = {"it": {"properties": {"a": {"type": "string", "pattern": "^a$"}, "b": {}}}}
    assert takes(document, b'{"b": 1}')
    assert not takes(document, b'{"a": "a"}')
    schemas = Schemas(document, Path("contract.yaml"))
    assert [len(schemas.text_problems("/it", body)) for body in (b'{"a": "a"}', b'{"a": "b"}')] == [0, 1]


def test_a_member_that_the_schema_does_not_name_is_left_to_the_schema() -> None:
    document: dict[str, Any] = {"it": {"properties": {"a": {}}}}
    assert not takes(document, b'{"z": 1}')
    assert Schemas(document, Path("contract.yaml")).text_problems("/it", b'{"z": 1}') == ()


def bodies() -> Iterator[tuple[str, Any]]:
    """Real answers of many kinds, by the pointer of their schema."""
    yield from (("/components/schemas/Customer", sample_customer(number)) for number in range(1, 25))
    page = {
        "pageNumber": 1,
        "pageSize": 2,
        "totalResults": 2,
        "_links": {"self": {"href": "/"}, "current": {"href": "/"}},
    }
    yield "/components/schemas/Customers", {"results": [sample_customer(number) for number in (1, 2)], **page}
    error = {"statusCode": 400, "service": "PublicApi", "error": "no", "correlationId": "c", "canBeRetried": "Unknown"}
    yield "/components/schemas/ErrorMessage", {**error, "detailedErrorCode": 0}


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in members:
        yield from places(item, (*path, key))


def changed(value: Any, dice: random.Random) -> Any:
    """Return a copy with one place replaced, removed, or with a member more."""
    place = dice.choice(list(places(value)))
    if not place:
        return dice.choice(ODD)
    copied = copy.deepcopy(value)
    parent = copied
    for key in place[:-1]:
        parent = parent[key]
    act = dice.random()
    if act < 0.2:
        del parent[place[-1]]
    elif act < 0.3 and isinstance(parent, dict):
        parent["more"] = dice.choice(ODD)
    else:
        parent[place[-1]] = dice.choice(ODD)
    return copied


@pytest.mark.parametrize("contract", ["accounting", "sync-for-expenses"])
def test_whatever_a_type_accepts_the_compiled_schema_accepts_as_well(contract: str) -> None:
    found = load_contracts()[contract]
    components: Any = found.document["components"]
    dice = random.Random(f"accepting {contract}")
    accepted = refused = 0
    for pointer, body in bodies():
        decoder = fast_validator(found.document, pointer)
        assert decoder is not None, pointer
        schema = {"$ref": f"#{pointer}", "components": components}
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=False, offline=True)
        decoder.decode(json.dumps(body).encode())
        for _ in range(120):
            other = changed(body, dice)
            try:
                decoder.decode(json.dumps(other).encode())
            except (msgspec.MsgspecError, ValueError):
                refused += 1
            else:
                accepted += 1
                assert validator.is_valid(other), (pointer, other)
    assert min(accepted, refused) > 100


def test_every_body_of_the_contracts_but_one_is_judged_at_the_first_glance() -> None:
    without = {
        (contract.name, pointer)
        for contract in load_contracts().values()
        for operation in contract.operations.values()
        for spec in operation.responses.values()
        for pointer in spec.content.values()
        if pointer is not None and fast_validator(contract.document, pointer) is None
    }
    assert without == set()
