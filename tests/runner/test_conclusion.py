"""The conclusion of a run: which clients agree, and its exit code."""

from __future__ import annotations

import pytest

from concordat.checks.model import Verdict
from concordat.errors import EXIT_FAILURES, EXIT_HARNESS, EXIT_OK
from concordat.runner.conclusion import exit_code_of, nothing_ran, parity_rows
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
    unexecuted = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR, Verdict.TARGET)
    idle = [result(f"b{number}@1", str(number), verdict=verdict) for number, verdict in enumerate(unexecuted)]
    assert parity_rows([result("a@1", "x"), result("d@1", None), *idle]) == ()


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Verdict.PASS,), EXIT_OK),
        ((Verdict.PASS, Verdict.FAIL), EXIT_FAILURES),
        ((Verdict.PASS, Verdict.TARGET), EXIT_HARNESS),
        ((Verdict.FAIL, Verdict.TARGET), EXIT_HARNESS),
        ((Verdict.TARGET,), EXIT_HARNESS),
        ((Verdict.PASS, Verdict.HARNESS_ERROR), EXIT_HARNESS),
    ],
)
def test_a_result_that_the_target_broke_makes_the_run_unusable(verdicts: tuple[Verdict, ...], code: int) -> None:
    counts = dict.fromkeys(verdicts, 1)
    assert exit_code_of(counts, (), requested=(), require_all=False, ledger_wrong=False) == code
    assert nothing_ran(counts) is (verdicts == (Verdict.TARGET,))
