"""The outcomes that one language alone can show: the rows of each stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.adapters.stand_ins.catalogue import STAND_INS

if TYPE_CHECKING:
    from tests.adapters.adapter_process import JsonObject
    from tests.adapters.conftest import Start
    from tests.adapters.stand_ins.stand_in import OutcomeRow, StandIn

ROWS = [
    pytest.param(stand_in, row, id=f"{stand_in}-{row.id}".replace(" ", "-"))
    for stand_in in STAND_INS
    for row in stand_in.rows
]


def part(outcome: JsonObject, path: str) -> object:
    """Return the part of an outcome at a path like `error.status`, or None if it is not shown."""
    found: object = outcome
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


@pytest.mark.parametrize(("stand_in", "row"), ROWS)
def test_an_outcome_shows_what_a_caller_of_the_sdk_reads(warm: Start, stand_in: StandIn, row: OutcomeRow) -> None:
    outcome = warm(stand_in).outcome(row.call.operation, row.call.arguments, **row.settings)
    if row.outcome is not None:
        assert outcome == row.outcome
    assert {path: part(outcome, path) for path in row.parts} == row.parts


def test_every_row_has_a_name_of_its_own_and_expects_something() -> None:
    for stand_in in STAND_INS:
        names = [row.id for row in stand_in.rows]
        assert len(names) == len(set(names)), stand_in
        assert [row.id for row in stand_in.rows if row.outcome is None and not row.parts] == []
