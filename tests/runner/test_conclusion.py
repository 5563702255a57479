"""Which clients agree."""

from __future__ import annotations

from concordat.checks.model import Verdict
from concordat.runner.conclusion import parity_rows
from concordat.runner.result import Result


def result(client: str, shape: str | None, *, verdict: Verdict = Verdict.PASS, row: str | None = None) -> Result:
    return Result(case="things.list", client=client, level="must", verdict=verdict, shape=shape, row=row)


def test_clients_of_one_shape_make_no_row() -> None:
    assert parity_rows([result("a@1", "x"), result("b@1", "x")]) == ()


def test_the_biggest_group_comes_first_and_rows_stay_apart() -> None:
    rows = parity_rows(
        [
            result("a@1", "odd"),
            result("b@1", "x"),
            result("c@1", "x"),
            result("a@1", "same", row="r"),
            result("b@1", "same", row="r"),
        ]
    )
    assert [(row.case, row.row, [group.clients for group in row.groups]) for row in rows] == [
        ("things.list", None, [("b@1", "c@1"), ("a@1",)])
    ]


def test_what_did_not_run_takes_no_part() -> None:
    idle = [result("b@1", "y", verdict=Verdict.NOT_APPLICABLE), result("c@1", "z", verdict=Verdict.HARNESS_ERROR)]
    assert parity_rows([result("a@1", "x"), result("d@1", None), *idle]) == ()
