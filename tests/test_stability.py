"""The comparison of runs finds what it is there to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests import stability

from concordat.checks import Check, Verdict
from concordat.runner.result import Footer, Header, Report, Result

if TYPE_CHECKING:
    from pathlib import Path

HEADER = Header(
    concordat="0", run_id="r", started="2026-01-02T03:04:05Z", target="sandbox", settings={}, catalogue_sha256="c",
    contracts={},
)  # fmt: skip


def result(case: str, verdict: str = "pass", **more: Any) -> Result:
    check = Check(id="outcome.reported", verdict=Verdict(more.pop("check", verdict)))
    return Result(case=case, client="one@1", level="must", verdict=Verdict(verdict), checks=(check,), **more)


def report(*results: Result) -> Report:
    footer = Footer(complete=True, finished="2026-01-02T03:04:06Z", exit_code=0)
    return Report(header=HEADER, clients=(), results=results, parity=(), totals={"fail": 0}, footer=footer)


WHOLE = report(result("a.one"), result("a.two", row="x"))


@pytest.mark.parametrize(
    ("doctored", "expected"),
    [
        (WHOLE, []),
        (
            report(result("a.one", "fail"), result("a.two", row="x")),
            [
                "a.one with one@1: 2 x pass, 1 x fail (run 2)",
                "a.one with one@1: outcome.reported: 2 x pass, 1 x fail (run 2)",
            ],
        ),
        (
            report(result("a.one", check="observation"), result("a.two", row="x")),
            ["a.one with one@1: outcome.reported: 2 x pass, 1 x observation (run 2)"],
        ),
        (
            report(result("a.one")),
            [
                "a.two[x] with one@1: 2 x pass, 1 x no result (run 2)",
                "a.two[x] with one@1: outcome.reported: 2 x pass, 1 x no result (run 2)",
            ],
        ),
    ],
)
def test_a_verdict_that_is_not_the_same_each_time_is_named(doctored: Report, expected: list[str]) -> None:
    assert list(stability.differences([WHOLE, doctored, WHOLE])) == expected


def test_the_command_fails_on_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, made in zip(paths, (WHOLE, report(result("a.one", "fail"), result("a.two", row="x"))), strict=True):
        path.write_bytes(msgspec.json.encode(made))
    assert stability.main([str(paths[0]), str(paths[0])]) == 0
    assert capsys.readouterr().out == "2 results, 2 checks, 0 explained: 0 differences\n"
    assert stability.main([*map(str, paths)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "results: a.one with one@1: pass -> fail",
        "checks: a.one with one@1: outcome.reported: pass -> fail",
        "2 results, 2 checks, 0 explained: 2 differences",
    ]


def test_a_run_without_a_report_is_no_stable_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stability.main([str(tmp_path / "nothing.json"), str(tmp_path / "nothing.json")]) == 3
    assert "a run left no report" in capsys.readouterr().err


def test_runs_are_played_and_compared(capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--runs", "2", "--", "--client", "reference", "--offline", "errors.unknown-company"]
    assert stability.main(args) == 0
    assert capsys.readouterr().out == "2 runs, 4 results each: 0 differences\n"
