"""Numbers by value, of any size: an exponent is compared and never expanded."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest

from concordat.compare.canonical import WrittenNumber
from concordat.compare.decimals import as_number, number_text, same_number

HUGE = "9" * 5000
WITHOUT_VALUE = ("NaN", "Infinity", "-Infinity", "sNaN", "", ".", "1_0", " 1", "٣", "0x1", f"1e{HUGE}", f"1e-{HUGE}")
BY_SIZE = (
    f"-{HUGE}e999999999",
    "-1e999999999",
    f"-{HUGE}",
    "-15",
    "-1.5",
    "-1e-999999999",
    "0",
    "1e-999999999",
    "0.1",
    "0.1000000000000000055511151231257827",
    "1",
    "1.00000000000000000000000000000000000001",
    "9007199254740992",
    "9007199254740993",
    HUGE,
    "1e9999999",
    "1.5e999999999",
    f"{HUGE}e999999999",
)


def _short(text: str) -> str:
    """An id of a test from a text of thousands of digits."""
    return text if len(text) <= 20 else f"{text[:10]}...{text[-10:]}"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1e9999999", "10e9999998"),
        ("1e999999999", "0.1E+1000000000"),
        ("1E-999999999", "10e-1000000000"),
        (HUGE, f"{HUGE}.000e0"),
        (f"1{'0' * 5000}", "1e5000"),
        ("-0", "0"),
        ("-0.0e-999999999", f"0e{HUGE}"),
        ("1e000000000000000000000002", "100"),
        ("1.50", "1.5"),
        *((text, text) for text in WITHOUT_VALUE),
    ],
    ids=_short,
)
def test_two_writings_of_one_number_are_the_same(left: str, right: str) -> None:
    first, second = WrittenNumber(left), WrittenNumber(right)
    assert same_number(first, second)
    assert number_text(first) == number_text(second)


def test_two_numbers_are_never_the_same() -> None:
    written = [WrittenNumber(text) for text in (*BY_SIZE, *WITHOUT_VALUE)]
    same = [pair for pair in itertools.combinations(written, 2) if same_number(*pair)]
    assert not same
    assert len({number_text(number) for number in written}) == len(written)


@pytest.mark.parametrize(("less", "more"), list(itertools.pairwise(BY_SIZE)), ids=_short)
def test_numbers_are_ordered_by_value(less: str, more: str) -> None:
    left, right = as_number(WrittenNumber(less)), as_number(WrittenNumber(more))
    assert left is not None
    assert right is not None
    assert left < right
    assert not right < left


@pytest.mark.parametrize("text", WITHOUT_VALUE, ids=_short)
def test_a_text_without_a_value_has_none(text: str) -> None:
    assert as_number(WrittenNumber(text)) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (100, "100"),
        (1.0, "1"),
        (0.1, "0.1"),
        (-12.5, "-12.5"),
        (1e300, "1e300"),
        (5e-324, "5e-324"),
        pytest.param(10**6000, "1e6000", id="an integer of thousands of digits"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (WrittenNumber("1e20"), "1" + "0" * 20),
        (WrittenNumber("1e21"), "1e21"),
        (WrittenNumber("123456789012345678901234567891"), "123456789012345678901234567891"),
        (WrittenNumber("-1.20e-30"), "-1.2e-30"),
    ],
)
def test_a_number_has_one_text(value: object, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize("value", [True, False, None, "1", b"1", [], {}])
def test_what_is_no_number_has_no_value(value: object) -> None:
    assert as_number(value) is None


def test_a_huge_exponent_costs_no_memory() -> None:
    tracemalloc.start()
    try:
        for text in BY_SIZE[-3:]:
            assert same_number(WrittenNumber(text), WrittenNumber(text.replace("e", "E+")))
            assert not same_number(WrittenNumber(text), 1)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("value", "integral"), [("1e999999999", True), ("15e-1", False), ("20e-1", True), ("0", True)])
def test_an_integer_is_recognised_without_expanding_it(value: str, integral: bool) -> None:  # noqa: FBT001 - a row
    number = as_number(WrittenNumber(value))
    assert number is not None
    assert number.integral is integral
