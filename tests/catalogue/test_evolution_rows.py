"""A table of evolution rules: its rows, and every mistake in it named by file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue, read_catalogue
from concordat.catalogue.model import Profile

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = """\
- id: area.good
  title: A title
  why: A caller would lose data
  source: domain:change-policy
  rows:
    evolution: {evolution}
    default: {default}
    of: {of}
  apis: $apis
  profile: $profile
  world: {{}}
  faults: [{{on: $operation, evolve: {{rule: $rule, at: $at}}}}]
  steps: [{{call: $operation, with: $arguments}}]
"""
OF = "{customers.list: {companyId: $company}, customers.getAttachment: {companyId: $company}}"


def write(folder: Path, evolution: str = "new-field", default: str = "[customers.list]", of: str = OF) -> Path:
    path = folder / "cases" / "area" / "x.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WRITTEN.format(evolution=evolution, default=default, of=of), "utf-8")
    return folder / "cases"


def test_each_change_is_a_row_with_its_operation_contracts_and_profile(tmp_path: Path) -> None:
    cases = {case.row: case for case in load_catalogue([write(tmp_path)]).cases}
    listed = cases["customers.list:results.0"]
    assert listed.apis == ["accounting", "sync-for-expenses"]
    assert (listed.faults[0].evolve.rule, listed.faults[0].evolve.at) == ("new-field", "/results/0")  # type: ignore[union-attr]
    assert listed.steps[0].with_ == {"companyId": "$company"}  # type: ignore[union-attr]
    assert cases["customers.getAttachment"].apis == ["accounting"]
    assert cases["customers.getAttachment"].profile is Profile.FULL
    assert {case.profile for case in cases.values()} == {Profile.DEFAULT, Profile.FULL}


def test_rows_of_several_rules_begin_with_the_rule(tmp_path: Path) -> None:
    rows = [case.row for case in load_catalogue([write(tmp_path, "[gzip, br]")]).cases]
    assert rows == [
        "gzip:customers.list",
        "br:customers.list",
        "gzip:customers.getAttachment",
        "br:customers.getAttachment",
    ]


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ({"evolution": "new-feild"}, "6: unknown evolution rule `new-feild`; did you mean `new-field`"),
        ({"evolution": "[gzip, brr]"}, "6: unknown evolution rule `brr`; did you mean `br`"),
        ({"default": "[customers.lst]"}, "7: `customers.lst` is not one of the operations in `of`; did you mean"),
        (
            {"of": "{customers.lst: {}}", "default": "[]"},
            "8: no contract has an operation `customers.lst`; did you mean",
        ),
        (
            {"of": "{companies.delete: {}}", "default": "[]"},
            "8: the responses of these operations have no place for this evolution rule",
        ),
        ({"of": "[customers.list]"}, "8: expected `object`, got `array`"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, changes: dict[str, str], reported: str) -> None:
    _, found = read_catalogue([write(tmp_path, **changes)])
    said = [f"{item.where.line if item.where else None}: {item.message}; {item.hint}" for item in found]
    assert len(said) == 1
    assert said[0].startswith(reported)


@pytest.mark.parametrize(
    ("evolve", "reported"),
    [
        ("{rule: new-feild}", "unknown evolution rule `new-feild`"),
        ("{rule: new-field, at: results}", "`results` is not a JSON pointer"),
        ("{at: /results}", "the key `rule` is missing"),
        ("{rule: new-field, place: /results}", "unknown key `place`"),
    ],
)
def test_a_change_that_cannot_be_is_a_mistake(tmp_path: Path, evolve: str, reported: str) -> None:
    path = write(tmp_path) / "area" / "x.yaml"
    path.write_text(
        "- id: area.good\n  title: A title\n  why: A caller would lose data\n  source: rfc:9110#15\n  world: {}\n"
        f"  faults: [{{on: customers.list, evolve: {evolve}}}]\n  steps: [{{call: customers.list}}]\n"
    )
    _, found = read_catalogue([path.parent.parent])
    assert [item.message for item in found] == [reported]


def test_the_catalogue_has_every_evolution_rule_and_few_rows_in_the_default_profile() -> None:
    cases = [case for case in load_catalogue().cases if case.id.startswith("decoding.evolution.")]
    chosen = [case for case in cases if case.profile is Profile.DEFAULT]
    assert 1000 < len(cases) < 2500
    assert len(chosen) <= 60
    assert {case.id for case in chosen} == {case.id for case in cases}
