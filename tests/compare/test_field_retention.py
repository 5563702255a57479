from __future__ import annotations

import msgspec
import pytest

from concordat.compare.canonical import WrittenNumber
from concordat.compare.field_retention import leaves, lost, value_at


def test_the_leaves_are_scalars_nulls_and_empty_containers() -> None:
    assert dict(leaves({"a": [1, {"b/c": None}], "d": {}, "e": []})) == {
        "/a/0": 1,
        "/a/1/b~1c": None,
        "/d": {},
        "/e": [],
    }
    assert list(leaves(3)) == [("", 3)]


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", {"a": [1, {"b/c": 2}]}),
        ("/a/1/b~1c", 2),
        ("/a/2", msgspec.UNSET),
        ("/a/-1", msgspec.UNSET),
        ("/a/x", msgspec.UNSET),
        ("/a/0/x", msgspec.UNSET),
        ("/b", msgspec.UNSET),
    ],
)
def test_a_pointer_names_a_value_or_nothing(pointer: str, expected: object) -> None:
    assert value_at({"a": [1, {"b/c": 2}]}, pointer) == expected


@pytest.mark.parametrize(
    ("leaf", "observed", "kind"),
    [
        (1, 1.0, None),
        (1.5, WrittenNumber("1.50"), None),
        (1, 2, "changed"),
        (1, "1", "type"),
        (1, None, "missing"),
        (1, msgspec.UNSET, "missing"),
        (None, None, None),
        (None, msgspec.UNSET, None),
        (None, 0, "changed"),
        ("2022-10-23T00:00:00Z", "2022-10-23T00:00:00+00:00", None),
        ("2022-10-23", "2022-10-23T00:00:00", None),
        ("a", "b", "changed"),
        ({}, {}, None),
        ({}, {"a": None}, None),
        ({}, {"a": 1}, "changed"),
        ({}, [], "type"),
        ([], [], None),
        ([], [1], "changed"),
    ],
)
def test_a_leaf_is_kept_or_lost_in_one_way(leaf: object, observed: object, kind: str | None) -> None:
    found = lost({"x": observed}, "/x", leaf)
    assert (found and found.kind) == kind
    assert found is None or found.pointer == "/x"
