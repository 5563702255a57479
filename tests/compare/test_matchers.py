"""Every matcher of the format: what it takes, what it refuses, and what it says then."""

from __future__ import annotations

import msgspec
import pytest

from concordat.catalogue.matcher_syntax import match
from concordat.compare.canonical import WrittenNumber
from concordat.compare.diff import diff
from concordat.compare.tagged import Tag
from concordat.errors import CatalogueError

ABSENT = msgspec.UNSET
SHA_OF_HI = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"


@pytest.mark.parametrize(
    ("expected", "observed"),
    [
        (None, None),
        (1, 1.0),
        (1.5, WrittenNumber("1.50")),
        (12345678901234567890, WrittenNumber("12345678901234567890")),
        ({"a": 1}, {"a": 1}),
        ([1, {"a": None}], [1, {"a": None}]),
        ({"absent": True}, ABSENT),
        ({"a": {"absent": True}}, {}),
        ({"null": True}, None),
        ({"any": True}, None),
        ({"any": "integer"}, 3),
        ({"any": "integer"}, WrittenNumber("3.0")),
        ({"any": "string"}, "x"),
        ({"any": "object"}, {}),
        ({"any": "bytes"}, b""),
        ({"one-of": ["a", None, {"length": 2}]}, [1, 2]),
        ({"one-of": [{"absent": True}, None]}, ABSENT),
        ({"length": 3}, "abc"),
        ({"length": {"at-most": 3}}, []),
        ({"length": {"at-least": 1, "at-most": 2}}, {"a": 1}),
        ({"length": 2}, b"hi"),
        ({"at-least": 1}, 1),
        ({"at-most": 1.5}, WrittenNumber("1.49")),
        ({"at-least": 1, "at-most": 3}, 2),
        ({"number": "1.10"}, WrittenNumber("1.10")),
        ({"number": "3"}, 3),
        ({"bytes": "aGk="}, b"hi"),
        ({"bytes": {"length": 2, "sha256": SHA_OF_HI}}, b"hi"),
        ({"bytes": {"length": {"at-least": 1}}}, b"hi"),
        ({"matches": "[0-9]+-x"}, "12-x"),
        ({"matches": "a.*b"}, "a\nb"),
        ({"each": {"any": "integer"}}, [1, 2]),
        ({"each": 1}, []),
        ({"contains": {"id": 2}}, [{"id": 1}, {"id": 2}]),
        ({"contains": "ell"}, "hello"),
        ({"$literal": {"length": 3}}, {"length": 3}),
        ({"$object": "Customer"}, Tag("object", "Customer")),
        ({"number": {"any": True}}, {"number": "x"}),
        ({"length": "x", "number": "y"}, {"length": "x", "number": "y"}),
    ],
)
def test_what_matches(expected: object, observed: object) -> None:
    assert match(expected, observed) == ()


@pytest.mark.parametrize(
    ("expected", "observed", "pointer", "kind"),
    [
        (None, ABSENT, "", "missing"),
        (None, 0, "", "type"),
        (1, True, "", "type"),
        (1, "1", "", "type"),
        (1, 2, "", "changed"),
        ("1", WrittenNumber("1"), "", "type"),
        (0.1, WrittenNumber("0.10000000000000001"), "", "changed"),
        ({"a": 1}, {"a": 1, "b": 2}, "/b", "extra"),
        ({"a": 1}, {}, "/a", "missing"),
        ({"a/b": {"c": 1}}, {"a/b": {"c": 2}}, "/a~1b/c", "changed"),
        ({}, [], "", "type"),
        ([1, 2], [1], "", "count"),
        ([1, 2], [1, 3], "/1", "changed"),
        ([], {}, "", "type"),
        ({"absent": True}, None, "", "extra"),
        ({"null": True}, "", "", "type"),
        ({"null": True}, ABSENT, "", "missing"),
        ({"any": True}, ABSENT, "", "missing"),
        ({"any": "integer"}, 1.5, "", "type"),
        ({"any": "string"}, None, "", "type"),
        ({"one-of": [1, 2]}, 3, "", "changed"),
        ({"one-of": [1, 2]}, ABSENT, "", "missing"),
        ({"length": 3}, "ab", "", "count"),
        ({"length": {"at-most": 1}}, [1, 2], "", "count"),
        ({"length": 1}, 1, "", "type"),
        ({"length": 1}, ABSENT, "", "missing"),
        ({"at-least": 1}, 0, "", "changed"),
        ({"at-most": 1}, 2, "", "changed"),
        ({"at-most": 1}, "1", "", "type"),
        ({"at-most": 1}, True, "", "type"),
        ({"number": "1.10"}, WrittenNumber("1.1"), "", "changed"),
        ({"number": "1"}, "1", "", "type"),
        ({"bytes": "aGk="}, b"ho", "", "changed"),
        ({"bytes": "aGk="}, "aGk=", "", "type"),
        ({"bytes": {"length": 3}}, b"hi", "", "count"),
        ({"bytes": {"sha256": "0" * 64}}, b"hi", "", "changed"),
        ({"matches": "[0-9]"}, "12", "", "changed"),
        ({"matches": "[0-9]"}, 1, "", "type"),
        ({"each": 1}, [1, 2], "/1", "changed"),
        ({"each": 1}, "x", "", "type"),
        ({"contains": 3}, [1, 2], "", "missing"),
        ({"contains": "x"}, "hello", "", "changed"),
        ({"contains": 3}, ABSENT, "", "missing"),
        ({"$literal": {"length": 3}}, [1, 2, 3], "", "type"),
        ({"$object": "Customer"}, Tag("object", "Contact"), "", "changed"),
    ],
)
def test_what_does_not_match_and_where(expected: object, observed: object, pointer: str, kind: str) -> None:
    (difference,) = match(expected, observed)
    assert (difference.pointer, difference.kind) == (pointer, kind)


def test_has_lets_objects_hold_more_at_every_depth_but_lists_not() -> None:
    assert match({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}, mode="has") == ()
    assert match({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, mode="has") == ()
    assert [item.kind for item in match([1], [1, 2], mode="has")] == ["count"]


def test_all_differences_are_returned_in_the_order_of_the_expected_value() -> None:
    found = match({"b": 1, "a": {"length": 1}}, {"a": [], "b": 2, "c": 3})
    assert [item.pointer for item in found] == ["/b", "/a", "/c"]


@pytest.mark.parametrize(
    "malformed",
    [
        {"absent": False},
        {"any": "text"},
        {"one-of": []},
        {"length": -1},
        {"length": {"at-mots": 1}},
        {"at-least": "x"},
        {"number": 1.1},
        {"number": "01"},
        {"bytes": "not base64!"},
        {"bytes": {"md5": "x"}},
        {"bytes": {"sha256": "short"}},
        {"matches": "("},
        {"each": {"any": "text"}},
        {"a": [{"contains": {"length": "x"}}]},
    ],
)
def test_a_malformed_matcher_is_an_error_of_the_case(malformed: object) -> None:
    with pytest.raises(CatalogueError):
        match(malformed, 1)


def test_plain_values_are_compared_without_reading_matchers() -> None:
    assert diff({"length": 3}, {"length": 3}) == ()
    assert [item.kind for item in diff({"length": 3}, "abc")] == ["type"]
    assert [item.pointer for item in diff({"a": [1]}, {"a": [2], "b": 1})] == ["/a/0", "/b"]
