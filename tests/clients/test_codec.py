from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concordat.clients.codec import UNDEFINED, Number, SdkObject, decode, encode

TAGS = [
    (b"\x00\xff", {"$bytes": "AP8="}),
    (2**53, {"$number": "9007199254740992"}),
    (float("nan"), {"$number": "NaN"}),
    (float("-inf"), {"$number": "-Infinity"}),
    (Number("0.10"), {"$number": "0.10"}),
    ("a\ud800", {"$utf16": [97, 55296]}),
    (SdkObject("Unset"), {"$object": "Unset"}),
    (UNDEFINED, {"$undefined": True}),
    ({"$ref": {"$$x": 1}}, {"$$ref": {"$$$x": 1}}),
    ((1, None, True), [1, None, True]),
]


@pytest.mark.parametrize(("value", "tagged"), TAGS)
def test_a_value_that_json_cannot_hold_is_tagged(value: object, tagged: object) -> None:
    assert encode(value) == tagged


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: Number(str(number)))
    | st.builds(SdkObject, st.text())
    | st.just(UNDEFINED),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from("$ab")) | st.text(), inner),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, database=None)
@given(values)
def test_what_was_encoded_is_decoded_to_the_same_after_a_trip_through_json(value: Any) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_a_decimal_keeps_its_digits() -> None:
    assert decode(encode(Decimal("1.10"))) == Number("1.10")


@pytest.mark.parametrize(
    "tagged",
    [
        {"$bytes": "no base64!"},
        {"$bytes": 1},
        {"$number": "one"},
        {"$number": "sNaN"},
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
        decode(tagged)


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": {1}}])
def test_what_has_no_json_shape_cannot_be_encoded(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)
