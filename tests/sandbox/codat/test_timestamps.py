from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from concordat.sandbox.codat.timestamps import nanoseconds, timestamp

MIDNIGHT = "2022-10-23T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "2022-10-23",
        "2022-10-23T00:00:00",
        "2022-10-23t00:00:00z",
        "2022-10-23 00:00:00",
        "2022-10-23T00:00Z",
        "2022-10-23T00:00:00.000Z",
        "2022-10-23T00:00:00.0000000000009Z",
        "2022-10-23T02:00:00+02:00",
        "2022-10-22T18:30:00-05:30",
        "2022-10-23T02:00:00+0200",
    ],
)
def test_all_documented_forms_name_the_same_instant(text: str) -> None:
    assert nanoseconds(text) == nanoseconds(MIDNIGHT)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2022-10-23T00:00:00.0000001Z", "2022-10-23T00:00:00.0000002Z"),
        ("2022-10-23", "2022-10-24"),
        ("0001-01-01T00:00:00", "9999-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00+23:59", "0001-01-01"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"),
    ],
)
def test_instants_compare_at_the_ends_of_the_calendar_and_below_a_microsecond(earlier: str, later: str) -> None:
    first, second = nanoseconds(earlier), nanoseconds(later)
    assert first is not None
    assert second is not None
    assert first < second


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aliquid",
        "2022",
        "2022-10",
        "20221023",
        "2022-W43-1",
        "2022-02-30",
        "0000-01-01",
        "2022-13-01",
        "2022-10-23T24:00:00Z",
        "2022-10-23T00:60:00Z",
        "2022-10-23T00:00:60Z",
        "2022-10-23T",
        "2022-10-23Z",
        "2022-10-23T00:00:00.Z",
        "2022-10-23T00:00:00+24:00",
        "2022-10-23T00:00:00+00:60",
        "2022-10-23T00:00:00 Z",
        "\u0662022-10-23",
        "2022-10-23\n",
    ],
)
def test_what_is_no_date_has_no_instant(text: str) -> None:
    assert nanoseconds(text) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2023, 3, 31, 14, 53, 44, 640103, tzinfo=UTC), "2023-03-31T14:53:44.6401030Z"),
        (datetime(2023, 3, 31, 14, tzinfo=timezone(timedelta(hours=2))), "2023-03-31T12:00:00.0000000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.0000000Z"),
    ],
)
def test_a_timestamp_is_utc_with_seven_decimals(moment: datetime, expected: str) -> None:
    assert timestamp(moment) == expected
