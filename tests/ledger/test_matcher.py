"""The ledger excuses what it names, exactly as it names it, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.catalogue.model import Case
from concordat.checks import Check, Verdict
from concordat.ledger.matcher import LedgerMatcher, apply_ledger, explain, signature_of
from concordat.ledger.model import Cause, Entry, Ledger, Rows, Signature, read_ledger
from concordat.ledger.recorder import ledger_yaml, record_failures

if TYPE_CHECKING:
    from pathlib import Path

ROWS = ["a", "b", "c", "d"]
TODAY = dt.date(2026, 1, 1)


def a_case(row: str | None = None) -> Case:
    return Case(
        id="x.y", title="t", why="w", source=["rfc:1#1"], steps=[], row=row, rows=ROWS if row else [], path="p", line=1
    )


def a_check(verdict: Verdict = Verdict.FAIL, check_id: str = "request.query", **more: Any) -> Check:
    return Check(id=check_id, verdict=verdict, **{"kind": "changed", "pointer": "/page", **more})


def a_ledger(case: str = "x.y", versions: str = ">=7,<9", rows: Rows | None = None, **signature: Any) -> Ledger:
    made = Signature(**{"kind": "changed", "pointer": "/page", **signature})
    entry = Entry(case=case, check="request.query", signature=made, rows=rows)
    cause = Cause(
        id="page-lost",
        reason="The page is taken from the last call.",
        source="rfc:1#1",
        smallest="list(page=2)",
        versions=versions,
        review_by=TODAY,
        entries=[entry],
    )
    return Ledger(client="c", causes=[cause])


def verdicts(checks: tuple[Check, ...]) -> dict[str, str]:
    return {check.id: str(check.verdict) for check in checks}


def test_a_failure_with_its_signature_is_known_and_names_its_cause() -> None:
    (check,) = explain(a_ledger(), "8.0.1", a_case(), [a_check()])
    assert (check.verdict, check.cause) == (Verdict.KNOWN_FAILURE, "page-lost")


def test_a_pass_that_the_ledger_says_fails_is_unexpected() -> None:
    (check,) = explain(a_ledger(), "8.0.1", a_case(), [a_check(Verdict.PASS)])
    assert check.verdict is Verdict.UNEXPECTED_PASS


@pytest.mark.parametrize(
    "change", [{"kind": "missing"}, {"pointer": "/page /pageSize"}, {"error_class": "E"}, {"status": 500}]
)
def test_failing_in_another_way_stays_red(change: dict[str, Any]) -> None:
    assert verdicts(explain(a_ledger(), "8.0.1", a_case(), [a_check(**change)])) == {"request.query": "fail"}


def test_another_check_of_the_case_is_not_excused() -> None:
    checks = [a_check(), a_check(check_id="request.body")]
    assert verdicts(explain(a_ledger(), "8.0", a_case(), checks)) == {
        "request.query": "known-failure",
        "request.body": "fail",
    }


@pytest.mark.parametrize(
    ("version", "verdict"), [("6.9", "fail"), ("7.0", "known-failure"), ("9.0.0-rc.1", "fail"), ("10", "fail")]
)
def test_only_covered_versions_are_excused(version: str, verdict: str) -> None:
    assert verdicts(explain(a_ledger(), version, a_case(), [a_check()])) == {"request.query": verdict}


def test_text_and_counts_are_no_part_of_a_signature() -> None:
    left = a_check(message="one", expected=1, observed=2, exchange=3)
    assert signature_of(left) == signature_of(a_check(message="two"))


@pytest.mark.parametrize(
    "checks",
    [
        [a_check(Verdict.BLOCKED)],
        [a_check(Verdict.PASS, "request.body")],
        [a_check(Verdict.OBSERVATION)],
    ],
)
def test_an_entry_that_matches_nothing_is_red(checks: list[Check]) -> None:
    found = verdicts(explain(a_ledger(), "8.0", a_case(), checks))
    assert found["ledger"] == "fail"


@pytest.mark.parametrize("verdict", [Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR])
def test_a_case_that_did_not_run_leaves_its_entries_alone(verdict: Verdict) -> None:
    checks = (a_check(verdict, "call.possible"),)
    assert explain(a_ledger(), "8.0", a_case(), checks) == checks


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([a_check(Verdict.BLOCKED)], ["blocked"]),
        ([a_check(Verdict.PASS)], ["pass"]),
        ([a_check()], ["known-failure"]),
        ([a_check(status=418)], ["fail"]),
        ([a_check(Verdict.TARGET)], ["target"]),
        ([], []),
    ],
)
def test_a_case_that_its_target_broke_has_neither_an_unexpected_pass_nor_an_entry_without_a_match(
    checks: list[Check], expected: list[str]
) -> None:
    broken = a_check(Verdict.TARGET, "outcome.reported")
    found = LedgerMatcher(a_ledger(), "8.0").apply(a_case(), [*checks, broken], live=True)
    assert [str(check.verdict) for check in found] == [*expected, "target"]


@pytest.mark.parametrize("unjudged", [[], [a_check(Verdict.NOT_APPLICABLE)]])
def test_live_data_decide_whether_a_defect_shows_so_that_only_the_sandbox_misses_it(unjudged: list[Check]) -> None:
    checks = [*unjudged, a_check(Verdict.PASS, "request.body")]
    matcher = LedgerMatcher(a_ledger(), "8.0")
    assert matcher.apply(a_case(), checks, live=True) == tuple(checks)
    assert verdicts(matcher.apply(a_case(), checks))["ledger"] == "fail"
    judged = [a_check(Verdict.PASS)]
    assert verdicts(matcher.apply(a_case(), judged, live=True)) == {"request.query": "pass"}
    assert verdicts(matcher.apply(a_case(), judged)) == {"request.query": "unexpected-pass"}


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"premise_broken": True}, Verdict.KNOWN_FAILURE),
        ({"premise_broken": False}, Verdict.FAIL),
        ({"premise_broken": True, "status": 500}, Verdict.FAIL),
        ({"premise_broken": True, "error_class": "Other"}, Verdict.FAIL),
    ],
)
def test_a_failure_to_report_a_targets_status_is_known_in_every_case(more: dict[str, Any], verdict: Verdict) -> None:
    """A target that refuses every request would else turn one known defect into a failure of each case."""
    ledger = a_ledger(case="x.other", status=429)
    check = a_check(check_id="s2:request.query", **{"status": 429, **more})
    known = verdict is Verdict.KNOWN_FAILURE
    found, *others = LedgerMatcher(ledger, "8.0").apply(a_case(), [check], live=True)
    assert (found.verdict, found.cause) == (verdict, "page-lost" if known else None)
    assert [(other.id, other.verdict) for other in others] == ([("target", Verdict.TARGET)] if known else [])
    [sandboxed] = LedgerMatcher(ledger, "8.0").apply(a_case(), [check])
    assert sandboxed.verdict is Verdict.FAIL


def test_a_new_failure_that_blocks_the_known_one_is_reported_once() -> None:
    checks = [a_check(check_id="request.path"), a_check(Verdict.BLOCKED)]
    assert verdicts(explain(a_ledger(), "8.0", a_case(), checks)) == {
        "request.path": "fail",
        "request.query": "blocked",
    }


def test_a_row_is_named_with_its_table() -> None:
    ledger = a_ledger(case="x.y[b]")
    assert verdicts(explain(ledger, "8.0", a_case("b"), [a_check()])) == {"request.query": "known-failure"}
    assert verdicts(explain(ledger, "8.0", a_case("a"), [a_check()])) == {"request.query": "fail"}


@pytest.mark.parametrize(("failing", "problems"), [("bc", 0), ("b", 1), ("bcd", 1), ("abc", 0)])
def test_a_range_of_rows_fails_for_its_exact_count(failing: str, problems: int) -> None:
    ledger = a_ledger(rows=Rows(range="b..d", count=2))
    results = [(a_case(row), [a_check() if row in failing else a_check(Verdict.PASS)]) for row in ROWS]
    applied = apply_ledger(ledger, "8.0", results)
    assert len(applied.problems) == problems
    known = [case.row for case, checks in applied.results if checks[0].verdict is Verdict.KNOWN_FAILURE]
    assert known == [row for row in failing if row in "bcd"]


@pytest.mark.parametrize(("mode", "verdict"), [("sync", "fail"), ("async", "known-failure")])
def test_a_cause_may_be_of_one_mode(mode: str, verdict: str) -> None:
    (cause,) = a_ledger().causes
    ledger = Ledger(client="c", causes=[msgspec.structs.replace(cause, modes=("async",))])
    assert verdicts(LedgerMatcher(ledger, "8.0", mode).apply(a_case(), [a_check()])) == {"request.query": verdict}


def test_a_range_is_counted_only_when_all_its_rows_ran() -> None:
    matcher = LedgerMatcher(a_ledger(rows=Rows(range="*", count=2)), "8.0")
    matcher.apply(a_case("a"), [a_check()])
    assert matcher.problems() == ()


def test_new_failures_become_proposed_causes_without_a_reason(tmp_path: Path) -> None:
    other = a_check(check_id="outcome.reported", pointer="", error_class="E", status=500)
    results = [
        (a_case("a"), [a_check(), a_check(Verdict.PASS, "request.body")]),
        (a_case("b"), [a_check(), other]),
        (a_case("c"), [a_check(check_id="second:request.query")]),
    ]
    ledger = record_failures(Ledger(client="c"), "8.0.1", results, today=TODAY)
    assert [[entry.case for entry in cause.entries] for cause in ledger.causes] == [
        ["x.y[a]", "x.y[b]", "x.y[c]"],
        ["x.y[b]"],
    ]
    assert {cause.reason for cause in ledger.causes} == {""}
    assert {cause.versions for cause in ledger.causes} == {">=8.0.1"}
    path = tmp_path / "c.ledger.yaml"
    path.write_text(ledger_yaml(ledger))
    assert read_ledger(path) == ledger


def test_what_was_recorded_is_known_the_next_time() -> None:
    results = [(a_case("a"), [a_check()])]
    ledger = record_failures(a_ledger(case="other.case"), "8.0.1", results, today=TODAY)
    applied = apply_ledger(ledger, "8.0.1", results)
    assert verdicts(applied.results[0][1]) == {"request.query": "known-failure"}
    assert next(cause.id for cause in ledger.causes) == "page-lost"
