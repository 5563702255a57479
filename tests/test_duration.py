"""Durations: one parser for every place that writes one."""

from __future__ import annotations

import pytest

from concordat.duration import parse_duration
from concordat.errors import CatalogueError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86_400), ("250ms", 0.25), ("1.5h", 5400), ("0s", 0), ("007s", 7)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "s", "90", "90 s", "-1s", "1w", "1h30m", "1S", "1e3s", ".5s", "1.s", "\u0661s", "9" * 50 + "s"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_duration(text)
    assert "90s" in str(caught.value.hint)
