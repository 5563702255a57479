"""A world whose records no answer may hold is found by lint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.catalogue import load_catalogue
from concordat.contract import load_contract
from concordat.lint.project import lint_all
from concordat.lint.worlds import invalid_answer
from concordat.sandbox import open_sandbox, parse_world

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = load_contract("accounting")
CASE = """
- id: mine.list
  title: A list is asked for
  why: Somebody has to measure the others against this one.
  source: contract:accounting#list-customers
  {keys}
  steps:
    - call: customers.list
      with: {{companyId: $company}}
"""
BROKEN = "world: {customers: [{id: c1, status: Active, contacts: [{name: Ada}]}]}"


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        ({}, None),
        ({"customers": 150, "attachments": 3, "pushes": 2, "pulls": 2, "companies": 2}, None),
        ({"synced": []}, None),
        ({"auth": {"outdated": ["x"]}, "rate-limit": {"remaining": 0}}, None),
        (
            {"customers": [{"id": "c1", "status": "Active", "contacts": [{"name": "Ada"}]}]},
            "customers.list at /results/0",
        ),
        ({"customers": [{"id": "c1", "status": "Active", "phone": 42}]}, "customers.list at /results/0/phone"),
    ],
)
def test_a_world_is_validated_by_the_contract(world: dict[str, Any], expected: str | None) -> None:
    sandbox = open_sandbox(CONTRACT, parse_world(world))
    try:
        found = invalid_answer(sandbox, CONTRACT)
    finally:
        sandbox.close()
    assert (found is None) if expected is None else (found is not None and found.startswith(expected)), found


@pytest.mark.parametrize(("keys", "count"), [(BROKEN, 1), (BROKEN + "\n  allow: [answers]", 0)])
def test_such_a_world_is_a_finding_unless_it_is_meant(tmp_path: Path, keys: str, count: int) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(CASE.format(keys=keys), "utf-8")
    found = [one.message for one in lint_all(load_catalogue([file])) if one.where and one.where.path == file]
    assert [message.startswith("the world has an invalid answer") for message in found] == [True] * count
