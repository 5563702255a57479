from __future__ import annotations

import pytest

from concordat.compare.canonical import WrittenNumber
from concordat.compare.tagged import Tag
from concordat.compare.values import kind_of


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "number"),
        (1.5, "number"),
        (WrittenNumber("1"), "number"),
        ("1", "string"),
        (b"1", "bytes"),
        ({}, "object"),
        ([], "array"),
        ((), "array"),
        (Tag("object", "Customer"), "tag"),
        ({1}, "tag"),
    ],
)
def test_a_value_has_one_json_type(value: object, kind: str) -> None:
    assert kind_of(value) == kind
