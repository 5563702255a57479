from __future__ import annotations

from decimal import Decimal

import pytest

from concordat_reference import codec


@pytest.mark.parametrize(
    "text",
    ["0.10000000000000000000000001", "12345678901234567890123", "1E+400", "-0.0", '{"a":[1.50,"1.50"]}', '"\u00e9"'],
)
def test_every_digit_survives_a_round_trip(text: str) -> None:
    assert codec.dumps(codec.loads(text.encode())) == text.encode()


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), Decimal("NaN"), float("inf"), "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        codec.dumps({"a": value})


def test_what_is_not_json_at_all_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="object is not JSON"):
        codec.dumps(object())


@pytest.mark.parametrize("raw", [b"NaN", b"[1,]", b"\xff", b""])
def test_what_is_not_json_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        codec.loads(raw)


def test_a_template_is_filled_once() -> None:
    assert codec.path("/a/{one}/{two}", {"one": "{two}", "two": "x"}) == "/a/%7Btwo%7D/x"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        ({}, ""),
        ({"page": None}, ""),
        ({"page": 2, "flag": False}, "?page=2&flag=false"),
        ({"query": "id=a&b || {c~'d e'}+%"}, "?query=id%3Da%26b%20%7C%7C%20%7Bc~%27d%20e%27%7D%2B%25"),
    ],
)
def test_a_query_holds_what_was_passed_and_nothing_else(passed: dict[str, object], text: str) -> None:
    assert codec.query(passed) == text
