"""References: rows while loading, everything else at run time, and a literal dollar."""

from __future__ import annotations

import pytest

from concordat.catalogue.references import fill, fill_row, names_used
from concordat.errors import CatalogueError


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("$page", 2),
        ("${page}", "2"),
        ("page=${page}&x=${flag}", "page=2&x=true"),
        ("$company", "$company"),
        ("${company}/$page", "${company}/$page"),
        ("$$page", "$$page"),
        ("$${page}", "$${page}"),
        ("a $page", "a $page"),
        (["$page", {"k": "$rows"}], [2, {"k": [1, None]}]),
        ({"${name}": 1, "$page": 2}, {"orderBy": 1, "$page": 2}),
        (5, 5),
    ],
)
def test_a_row_fills_its_own_names_with_their_types(value: object, filled: object) -> None:
    assert fill_row(value, {"page": 2, "flag": True, "rows": [1, None], "name": "orderBy"}) == filled


@pytest.mark.parametrize(
    ("value", "filled"),
    [("$$page", "$page"), ("a$$b", "a$b"), ("$company", "c1"), ("/${company}/", "/c1/"), ("5 $", "5 $")],
)
def test_at_run_time_everything_is_resolved_once(value: object, filled: object) -> None:
    assert fill(value, {"company": "c1"}) == filled


def test_a_bound_value_is_not_read_again() -> None:
    assert fill("$a", {"a": "$b"}) == "$b"


@pytest.mark.parametrize("value", ["$nobody", "x${nobody}", {"k": ["$nobody"]}])
def test_an_unbound_name_is_an_error_with_the_nearest_name(value: object) -> None:
    with pytest.raises(CatalogueError) as caught:
        fill(value, {"nobodi": 1})
    assert "did you mean `nobodi`" in str(caught.value)


def test_a_list_cannot_stand_inside_text() -> None:
    with pytest.raises(CatalogueError):
        fill("x${a}", {"a": [1]})


def test_names_are_found_with_their_places() -> None:
    assert list(names_used({"a/b": ["$x", "${y}-${z}"], "c": "$$no"})) == [
        ("x", "/a~1b/0"),
        ("y", "/a~1b/1"),
        ("z", "/a~1b/1"),
    ]
