"""YAML text reads back as the same value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from concordat.catalogue import fill
from concordat.catalogue.references import escape
from concordat.documents import parse_document
from concordat.documents.yaml_writer import write_yaml
from concordat.errors import CatalogueError
from concordat.explore.value_corpus import KEYS, valid_candidates

TEXTS = [candidate.value for candidate in valid_candidates({"type": "string"}, "name")]
VALUES: list[Any] = [
    *TEXTS,
    *(f"x{letter}y" for letter in "\0\x01\x1b\x7f\x85\xa0\u2028\ufeff\ufffe\ud7ff\ue000\U0001f600"),
    "null", "True", "on", "y", "1.0", "0x1", "~", "- a", "a: b", "a #b", "?", "$name", "${name}", "$$", "a$b", "'", "",
    None, True, 0, -1, 0.1, 1e21, 2**53, [], {}, [[], {}, None], {"a": {"b": [1, {"c": "d"}]}},
    {candidate.value: 1 for candidate in KEYS},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    text = write_yaml([escape({"id": "a", "held": value, "long": {"key " * 40: value}})], block=2)
    read = parse_document(text, Path("case.yaml"), CatalogueError).value
    assert fill(read, {}) == [{"id": "a", "held": value, "long": {"key " * 40: value}}]


LONG: list[Any] = [
    "a word " * 60,
    "two  spaces, " * 30,
    "x" * 300,
    "a " + "x" * 300 + " b",
    "colon: and 'quotes' and \"others\" \\ " * 20,
    " leads and ends " * 20,
    "# " * 100,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_a_long_text_is_broken_into_lines_and_comes_back_as_it_was(text: str) -> None:
    made = {"a": {"b": [text, {"c": text}], "day": dt.date(2026, 1, 2)}}
    written = write_yaml(made, block=4, width=60)
    assert parse_document(written, Path("x.yaml"), CatalogueError).value == {
        "a": {"b": [text, {"c": text}], "day": "2026-01-02"}
    }
    assert "x" * 300 in text or max(map(len, written.splitlines())) <= 64


def test_the_levels_below_the_block_stand_on_one_line_where_that_is_asked_for() -> None:
    entries = [{"a": "b" * 50, "c": ["d" * 50]}]
    assert write_yaml({"e": entries}, block=2, width=40, one_line=True).count("\n") == 2
    assert write_yaml({"e": entries}, block=2, width=40).count("\n") > 2
