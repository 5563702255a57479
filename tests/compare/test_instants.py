from __future__ import annotations

import pytest

from concordat.compare.canonical import WrittenNumber
from concordat.compare.instants import instant_text, same_date, same_instant

INSTANT = "2022-10-23T00:00:00Z"


@pytest.mark.parametrize(
    ("observed", "instant", "date"),
    [
        (INSTANT, True, True),
        ("2022-10-23t00:00:00.000+00:00", True, True),
        ("2022-10-23T02:00:00+0200", True, True),
        ("2022-10-23T00:00:00.001Z", False, False),
        ("2022-10-23T00:00:00", False, False),
        ("2022-13-23T00:00:00Z", False, False),
        (None, False, False),
        (20221023, False, False),
        (WrittenNumber("2022"), False, False),
    ],
)
def test_an_instant_is_the_same_in_each_of_its_spellings(observed: object, *, instant: bool, date: bool) -> None:
    assert same_instant(INSTANT, observed) is instant
    assert same_date(INSTANT, observed) is date


@pytest.mark.parametrize(
    ("observed", "same"),
    [
        ("2022-10-23", True),
        ("2022-10-23T00:00:00", True),
        ("2022-10-23 00:00:00.000", True),
        ("2022-10-23T00:00:01", False),
        ("2022-10-24", False),
        (INSTANT, False),
    ],
)
def test_a_date_without_a_zone_is_also_its_midnight_without_a_zone(observed: str, *, same: bool) -> None:
    assert same_date("2022-10-23", observed) is same
    assert same_instant("2022-10-23", observed) is (observed == "2022-10-23")


def test_one_text_stands_for_all_spellings_of_an_instant() -> None:
    spellings = (INSTANT, "2022-10-23T00:00:00.00Z", "2022-10-23T01:00:00+01:00")
    assert len({instant_text(text) for text in spellings}) == 1
    assert instant_text("2022-10-23") is None
