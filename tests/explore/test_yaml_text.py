"""YAML text of a case reads back as the same value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from concordat.catalogue import fill
from concordat.catalogue.yaml_document import parse
from concordat.explore.value_corpus import KEYS, valid_candidates
from concordat.explore.yaml_text import yaml_text

TEXTS = [candidate.value for candidate in valid_candidates({"type": "string"}, "name")]
VALUES: list[Any] = [
    *TEXTS,
    *(f"x{letter}y" for letter in "\0\x01\x1b\x7f\x85\xa0\u2028\ufeff\ufffe\ud7ff\ue000\U0001f600"),
    "null", "True", "on", "y", "1.0", "0x1", "~", "- a", "a: b", "a #b", "?", "$name", "${name}", "$$", "a$b", "'", "",
    None, True, 0, -1, 0.1, 1e21, 2**53, [], {}, [[], {}, None], {"a": {"b": [1, {"c": "d"}]}},
    {candidate.value: 1 for candidate in KEYS},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_written_value_reads_back_as_the_same_value(value: Any) -> None:
    text = yaml_text([{"id": "a", "held": value, "long": {"key " * 40: value}}])
    read = parse(text, Path("case.yaml")).value
    assert fill(read, {}) == [{"id": "a", "held": value, "long": {"key " * 40: value}}]
