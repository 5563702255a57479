from __future__ import annotations

from concordat.sandbox.codat.plugin import CODAT
from concordat.sandbox.core.state import State


def test_refreshes_do_not_cost_more_the_more_there_were() -> None:
    state = State(CODAT.schema)
    for question, name in (
        ("SELECT id FROM pulls WHERE connection = 'c' AND type = 't' AND due IS NOT NULL", "unfinished"),
        (
            "SELECT max(json_extract(body, '$.completed')) FROM pulls WHERE connection = 'c' AND status = 'Complete'",
            "completions",
        ),
    ):
        (plan,) = state.all(f"EXPLAIN QUERY PLAN {question}")[-1:]
        assert f"INDEX {name}" in plan[3]
    state.close()
