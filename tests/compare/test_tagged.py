from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concordat.compare.canonical import WrittenNumber
from concordat.compare.tagged import UNDEFINED, Tag, read_tags, write_tags

TAGS = [
    (b"\x00\xff", {"$bytes": "AP8="}),
    (2**53, {"$number": "9007199254740992"}),
    (float("nan"), {"$number": "NaN"}),
    (float("-inf"), {"$number": "-Infinity"}),
    (WrittenNumber("0.10"), {"$number": "0.10"}),
    ("a\ud800", {"$utf16": [97, 55296]}),
    (Tag("object", "Unset"), {"$object": "Unset"}),
    (UNDEFINED, {"$undefined": True}),
    ({"$ref": {"$$x": 1}}, {"$$ref": {"$$$x": 1}}),
    ((1, None, True), [1, None, True]),
]


@pytest.mark.parametrize(("value", "tagged"), TAGS)
def test_a_value_that_json_cannot_hold_is_tagged(value: object, tagged: object) -> None:
    assert write_tags(value) == tagged


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.decimals(allow_nan=False, allow_infinity=False).map(WrittenNumber)
    | st.builds(Tag, st.just("object"), st.text())
    | st.just(UNDEFINED),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from("$ab")) | st.text(), inner),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, database=None)
@given(values)
def test_what_was_encoded_is_decoded_to_the_same_after_a_trip_through_json(value: object) -> None:
    assert read_tags(json.loads(json.dumps(write_tags(value)))) == without_undefined(value)


def without_undefined(value: object) -> object:
    """A member that is undefined is one that is not there."""
    if isinstance(value, dict):
        return {key: without_undefined(item) for key, item in value.items() if item != UNDEFINED}
    return [without_undefined(item) for item in value] if isinstance(value, list) else value


def test_a_decimal_keeps_its_digits() -> None:
    assert read_tags(write_tags(Decimal("1.10"))) == WrittenNumber("1.10")


@pytest.mark.parametrize(
    "tagged",
    [
        {"$bytes": "no base64!"},
        {"$bytes": 1},
        {"$number": "one"},
        {"$number": "sNaN"},
        {"$number": "1_000"},
        {"$number": "\u0663"},
        {"$number": ["1"]},
        {"$utf16": [-1, 70000, "x"]},
        {"$number": 1},
        {"$utf16": [65536]},
        {"$utf16": [True]},
        {"$utf16": "a"},
        {"$undefined": False},
        {"$date": "2026-01-01"},
        {"$bytes": "", "other": 1},
    ],
)
def test_a_tag_that_holds_something_else_is_refused(tagged: object) -> None:
    with pytest.raises(ValueError, match=r"\$"):
        read_tags(tagged)


@pytest.mark.parametrize(
    "text", ["1e" + "9" * 5000, "1" * 5000, "-0", "0e999999999", "10E+9999998", "-Infinity", "NaN"]
)
def test_a_number_is_kept_as_it_is_written(text: str) -> None:
    assert read_tags({"$number": text}) == WrittenNumber(text)


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": {1}}])
def test_what_has_no_json_shape_cannot_be_encoded(value: object) -> None:
    with pytest.raises(TypeError):
        write_tags(value)
