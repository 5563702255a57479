from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from concordat.errors import CatalogueError
from concordat.sandbox.codat.options import tables
from concordat.sandbox.codat.options.tables import Property, Rule, known_integrations, rules_of, shape

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("integration", known_integrations())
def test_every_pattern_is_explained_and_every_choice_is_one_of_the_shape(integration: str) -> None:
    def check(rules: dict[str, Rule], properties: dict[str, Property]) -> int:
        seen = 0
        for name, rule in rules.items():
            if rule.pattern is not None:
                assert rule.form
                re.compile(rule.pattern)
            allowed = properties[name].options
            assert not allowed or set(rule.options) <= set(allowed)
            seen += 1 + check(rule.fields, properties[name].fields)
        return seen

    assert check(rules_of(integration), shape().fields) > 5


@pytest.mark.parametrize(
    "text",
    [
        "fields: {nickname: {}}",
        "fields: {customerName: {longest: 5}}",
        "fields: [",
        "fields: {addresses: {fields: {lin1: {}}}}",
    ],
)
def test_a_wrong_table_is_refused_with_its_file(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    shape()
    monkeypatch.setattr(tables, "_HERE", tmp_path)
    monkeypatch.setattr(tables, "known_integrations", lambda: ("wrong",))
    with pytest.raises(CatalogueError) as caught:
        rules_of("wrong")
    assert caught.value.where is not None
    assert caught.value.where.path.name == "wrong.yaml"
