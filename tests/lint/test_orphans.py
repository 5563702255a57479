"""Cases that nobody plays are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.catalogue import load_catalogue
from concordat.clients import load_manifests
from concordat.lint import project as module
from concordat.lint.project import orphans

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
- id: mine.list
  title: A list is asked for
  why: Somebody has to measure the others against this one.
  source: contract:accounting#list-customers
  {keys}
  world: {{}}
  steps:
    - call: {call}
      with: {{companyId: $company}}
"""


def found(folder: Path, call: str, keys: str = "level: must") -> list[str]:
    file = folder / "cases.yaml"
    file.write_text(CASE.format(call=call, keys=keys), "utf-8")
    return [f"{one.where and one.where.line}: {one.message}" for one in orphans(load_catalogue([file]))]


@pytest.fixture
def expenses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave one client, of one contract, that can list customers and nothing else."""
    expenses = load_manifests()["python-expenses"]
    spelled = {"customers.list": expenses.operations["customers.list"]}
    lone = msgspec.structs.replace(expenses, operations=spelled, apis=["sync-for-expenses"])
    monkeypatch.setattr(module, "load_manifests", lambda: {"lone": lone})


@pytest.mark.parametrize(
    ("call", "keys", "message"),
    [
        ("customers.list", "level: must", None),
        ("customers.list", "apis: [sync-for-expenses]", None),
        (
            "customers.list",
            "apis: [accounting]",
            "2: no client has customers.list in a contract that the case is about",
        ),
        ("dataStatus.get", "level: must", "2: no client has dataStatus.get in a contract that the case is about"),
        ("customers.lst", "level: must", None),
    ],
)
@pytest.mark.usefixtures("expenses_only")
def test_a_case_that_fits_no_manifest_is_found(tmp_path: Path, call: str, keys: str, message: str | None) -> None:
    assert found(tmp_path, call, keys) == ([message] if message else [])


def test_the_built_in_catalogue_has_no_orphan() -> None:
    assert list(orphans(load_catalogue())) == []
