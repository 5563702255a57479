"""What is written into a case is read back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from concordat.catalogue import fill
from concordat.catalogue.yaml_document import parse
from concordat.explore.options import options_of
from concordat.explore.value_corpus import KEYS
from concordat.explore.yaml_text import yaml_text

TEXTS = [option.value for option in options_of({"type": "string"}, "name")]
VALUES: list[Any] = [
    *TEXTS,
    *(f"x{letter}y" for letter in "\0\x01\x1b\x7f\x85\xa0\u2028\ufeff\ufffe\ud7ff\ue000\U0001f600"),
    "null", "True", "on", "y", "1.0", "0x1", "~", "- a", "a: b", "a #b", "?", "$name", "${name}", "$$", "a$b", "'", "",
    None, True, 0, -1, 0.1, 1e21, 2**53, [], {}, [[], {}, None], {"a": {"b": [1, {"c": "d"}]}},
    {option.value: 1 for option in KEYS},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    text = yaml_text([{"id": "a", "held": value, "long": {"key " * 40: value}}])
    read = parse(text, Path("case.yaml")).value
    assert fill(read, {}) == [{"id": "a", "held": value, "long": {"key " * 40: value}}]
