"""YAML is read as YAML 1.2's plain values, and what is doubtful is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from concordat.documents.yaml_reader import parse, places
from concordat.errors import CatalogueError

PATH = Path("cases/a.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on: a", {"on": "a"}),
        ("null: x", {"null": "x"}),
        ("404: x", {"404": "x"}),
        ("a: yes", {"a": "yes"}),
        ("a: true", {"a": True}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("a: ''", {"a": ""}),
        ("a: 2022-10-23", {"a": "2022-10-23"}),
        ("a: '2023-02-30'", {"a": "2023-02-30"}),
        ("a: 2022-10-23T00:00:00Z", {"a": "2022-10-23T00:00:00Z"}),
        ("a: 12", {"a": 12}),
        ("a: -0.5e3", {"a": -500.0}),
        ("a: '12'", {"a": "12"}),
        ("a: 1.2.3", {"a": "1.2.3"}),
        ("a: +44 25691", {"a": "+44 25691"}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: |\n  text\n", {"a": "text\n"}),
        ("", None),
    ],
)
def test_values(text: str, value: object) -> None:
    assert parse(text, PATH, CatalogueError).value == value


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("a: 1\nb: {c: 1, c: 2}", "2:11", "the key `c` occurs twice"),
        ("a: 1\na: 2", "2:1", "the key `a` occurs twice"),
        ("a: [1", "2:1", "this is not YAML"),
        ("a: 1\n\tb: 2", "2:1", "this is not YAML"),
        ("a: !!python/name:os.system x", "1:4", "the YAML tag"),
        ("a: 007", "1:4", "`007` is a number for some"),
        ("a: 2023-02-30", "1:4", "`2023-02-30` is not a date: day is out of range for month"),
        ("a: [2026-13-45]", "1:5", "`2026-13-45` is not a date: month must be in 1..12"),
        ("a: 1e999", "1:4", "`1e999` is too large"),
        ("a: -1.5e99999999999", "1:4", "`-1.5e99999999999` is too large"),
        (f"a: {'9' * 5000}", "1:4", f"`{'9' * 40}` is too large"),
        ("a: 1\n---\nb: 2", "2:1", "a second YAML document"),
        ("a: *x", "1:4", "the anchor `x`"),
        ("? [a]\n: 1", "1:3", "a key must be plain text"),
        ("[" * 5000, None, ""),
    ],
)
def test_what_is_doubtful_is_refused_with_its_place(text: str, where: str | None, message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse(text, PATH, CatalogueError)
    assert caught.value.message.startswith(message)
    if where is not None:
        assert str(caught.value.where) == f"{PATH}:{where}"


def test_lines_of_the_items_and_places_of_all_values() -> None:
    text = "# head\n- a: 1\n  b: [x, {c: 2}]\n\n- a: 3\n"
    assert parse(text, PATH, CatalogueError).lines == (2, 5)
    found = places(text, PATH, CatalogueError)
    assert found["/0/b"] == (3, 3)
    assert found["/0/b/1/c"] == (3, 11)
    assert found["/1/a"] == (5, 3)
