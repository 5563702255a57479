"""The recorder's text of a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from concordat.ledger.model import read_ledger
from concordat.ledger.recorder import ledger_yaml

LEDGERS = sorted((Path(__file__).parent.parent.parent / "clients").glob("*.ledger.yaml"))


@pytest.mark.parametrize("path", LEDGERS, ids=lambda path: path.name)
def test_a_built_in_ledger_has_the_recorders_form_so_that_a_suggestion_changes_no_other_line(path: Path) -> None:
    assert ledger_yaml(read_ledger(path)) == path.read_text("utf-8")
