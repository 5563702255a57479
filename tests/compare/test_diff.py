from __future__ import annotations

from typing import Any

import msgspec
import pytest

from concordat.compare.diff import Difference, diff


@pytest.mark.parametrize(
    ("expected", "observed"),
    [
        (1, 1.0),
        (None, None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1, [2]], (1, (2,))),
        ("x", "x"),
        (b"x", b"x"),
        (10**23, 1e23),
    ],
)
def test_equal_values_do_not_differ(expected: object, observed: object) -> None:
    assert diff(expected, observed) == ()


@pytest.mark.parametrize(
    ("expected", "observed", "differences"),
    [
        pytest.param(1, 2, [("", "changed", 1, 2)], id="changed"),
        pytest.param(1, "1", [("", "type", 1, "1")], id="number and text"),
        pytest.param(1, True, [("", "type", 1, True)], id="number and boolean"),
        pytest.param(None, {}, [("", "type", None, {})], id="null and object"),
        pytest.param("x", b"x", [("", "type", "x", b"x")], id="text and bytes"),
        pytest.param(1, msgspec.UNSET, [("", "missing", 1)], id="nothing at all"),
        pytest.param({"a": None}, {}, [("/a", "missing", None, None)], id="missing"),
        pytest.param({}, {"a": 1}, [("/a", "extra", None, 1)], id="extra"),
        pytest.param([1, 2], [1], [("", "count", 2, 1)], id="count"),
        pytest.param([1], [2, 3], [("", "count", 1, 2), ("/0", "changed", 1, 2)], id="count and item"),
        pytest.param(
            {"a/b": [{"~": 1}]}, {"a/b": [{"~": 2}]}, [("/a~1b/0/~0", "changed", 1, 2)], id="escapes of a pointer"
        ),
    ],
)
def test_each_kind_of_difference_has_its_pointer(
    expected: object, observed: object, differences: list[tuple[Any, ...]]
) -> None:
    assert diff(expected, observed) == tuple(Difference(*each) for each in differences)


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (Difference("/a", "missing", 1), "/a: missing, expected 1"),
        (Difference("/a", "extra", None, 1), "/a: not expected, observed 1"),
        (Difference("", "count", 1, 2), "the value: expected 1 items, observed 2"),
        (Difference("/a", "changed", "x", "y"), '/a: expected "x", observed "y"'),
    ],
)
def test_a_difference_reads_as_one_line(difference: Difference, text: str) -> None:
    assert str(difference) == text
