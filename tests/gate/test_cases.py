"""What became of one case between two reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.gate.cases import compare_results
from concordat.gate.changes import ChangeKind
from concordat.gate.groups import grouped
from concordat.runner.result import Rerun

if TYPE_CHECKING:
    from tests.gate.conftest import MakeCheck, MakeExchange, MakeResult

    from concordat.gate import Change
    from concordat.runner.result import Result

KEY = "things.list"


def changes(old: Result | None, new: Result | None, *, narrower: bool = False) -> list[Change]:
    before = {} if old is None else {old.key: old}
    after = {} if new is None else {new.key: new}
    return [change for _, change in compare_results(before, after, narrower=narrower)]


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ("pass", "pass", None),
        ("pass", "fail", ChangeKind.REGRESSION),
        ("observation", "fail", ChangeKind.REGRESSION),
        ("pass", "known-failure", ChangeKind.NEWLY_KNOWN),
        ("pass", "not-applicable", ChangeKind.VANISHED),
        ("pass", "harness-error", ChangeKind.NOT_JUDGED),
        ("pass", "target", ChangeKind.NOT_JUDGED),
        ("fail", "target", ChangeKind.NOT_JUDGED),
        ("target", "target", ChangeKind.NOT_JUDGED),
        ("target", "fail", ChangeKind.NEW_FAILURE),
        ("target", "pass", ChangeKind.NEW),
        ("pass", None, ChangeKind.VANISHED),
        ("known-failure", "known-failure", None),
        ("known-failure", "unexpected-pass", ChangeKind.FIX),
        ("known-failure", "fail", None),
        ("fail", "pass", ChangeKind.FIX),
        ("fail", "known-failure", None),
        ("fail", None, ChangeKind.VANISHED),
        ("not-applicable", "pass", ChangeKind.NEW),
        ("not-applicable", "fail", ChangeKind.NEW_FAILURE),
        ("not-applicable", "known-failure", ChangeKind.NEW),
        ("not-applicable", "not-applicable", None),
        ("not-applicable", None, None),
        ("harness-error", "fail", ChangeKind.NEW_FAILURE),
        ("harness-error", "harness-error", ChangeKind.NOT_JUDGED),
        (None, "pass", ChangeKind.NEW),
        (None, "fail", ChangeKind.NEW_FAILURE),
        (None, "not-applicable", None),
    ],
)
def test_a_case_that_was_and_is_now_is_this_change(
    result: MakeResult, was: str | None, now: str | None, kind: ChangeKind | None
) -> None:
    found = changes(None if was is None else result(was), None if now is None else result(now))
    # a known failure that its ledger no longer explains fails as it did: nothing changed but the ledger
    expected = ChangeKind.STILL_FAILING if (was, now) == ("known-failure", "fail") else kind
    assert [change.kind for change in found] == ([] if expected is None else [expected])


def test_the_same_failure_is_no_change_and_still_failing(result: MakeResult) -> None:
    (change,) = changes(result("fail"), result("fail"))
    assert (change.kind, change.was, change.now) == (ChangeKind.STILL_FAILING, "fail", "fail")


@pytest.mark.parametrize(
    "changed",
    [
        {"pointer": "/pageSize"},
        {"kind": "missing"},
        {"error_class": "SDKError"},
        {"status": 500},
        {"id": "write-safety"},
    ],
)
def test_a_failure_with_another_signature_is_a_changed_failure_that_names_both(
    result: MakeResult, check: MakeCheck, changed: dict[str, Any]
) -> None:
    old = result("known-failure")
    new = result("fail", checks=(check("fail", **changed),))
    (change,) = changes(old, new)
    assert change.kind is ChangeKind.CHANGED_FAILURE
    assert [one.gone for one in change.checks] == [False, True]


@pytest.mark.parametrize("changed", [{"message": "other words"}, {"expected": 3}, {"exchange": 2}])
def test_words_values_and_numbers_are_no_part_of_a_signature(
    result: MakeResult, check: MakeCheck, changed: dict[str, Any]
) -> None:
    new = result("known-failure", checks=(check("known-failure", **changed),))
    assert changes(result("known-failure"), new) == []


def test_a_further_failure_beside_a_known_one_is_a_changed_failure(result: MakeResult, check: MakeCheck) -> None:
    new = result("fail", checks=(check("known-failure"), check("fail", id="outcome.reported", kind="", pointer="")))
    (change,) = changes(result("known-failure"), new)
    assert change.kind is ChangeKind.CHANGED_FAILURE
    assert [one.id for one in change.checks] == ["outcome.reported"]


def test_one_of_two_failures_less_is_a_fix(result: MakeResult, check: MakeCheck) -> None:
    old = result("known-failure", checks=(check("known-failure"), check("known-failure", id="outcome.reported")))
    (change,) = changes(old, result("known-failure"))
    assert (change.kind, [one.id for one in change.checks]) == (ChangeKind.FIX, ["outcome.reported"])


def test_a_fix_that_the_ledger_does_not_know_of_says_what_to_do(result: MakeResult) -> None:
    (change,) = changes(result("known-failure"), result("unexpected-pass"))
    assert change.lines == ("the ledger's cause `late` no longer holds: remove its entry",)


def test_a_case_that_is_not_applicable_any_more_says_why(result: MakeResult) -> None:
    (change,) = changes(result("pass"), result("not-applicable", reason="the client has no async mode"))
    assert change.lines == ("no longer applicable: the client has no async mode",)


def test_what_a_narrower_selection_left_out_has_not_vanished(result: MakeResult) -> None:
    assert changes(result("pass"), None, narrower=True) == []
    (change,) = changes(result("pass"), result("not-applicable"), narrower=True)
    assert change.kind is ChangeKind.VANISHED


def test_a_regression_is_of_the_level_of_the_checks_that_failed(result: MakeResult, check: MakeCheck) -> None:
    (low,) = changes(result("pass"), result("fail", checks=(check("fail", level="should"),)))
    (high,) = changes(
        result("pass"), result("fail", checks=(check("fail", level="should"), check("fail", id="write-safety")))
    )
    assert (low.level, high.level) == ("should", "must")


def test_a_change_names_check_place_and_kind_and_carries_the_words(result: MakeResult) -> None:
    (change,) = changes(result("pass"), result("fail", history="0.9 ok"))
    (one,) = change.checks
    assert (one.name, one.text) == ("request.query at /page (changed)", "/page: expected 2, observed 1")
    assert (change.command, change.history) == ("concordat run things.list --client one@1.0", "0.9 ok")


def test_long_words_are_cut(result: MakeResult, check: MakeCheck) -> None:
    (change,) = changes(result("pass"), result("fail", checks=(check("fail", message="x" * 1000),)))
    assert len(change.checks[0].text) < 300
    assert change.checks[0].text.endswith(" ...")


def test_a_flaky_case_is_shown_with_both_of_its_results(result: MakeResult) -> None:
    for second in (result("pass"), result("fail")):
        second_run = Rerun(verdict=second.verdict, checks=second.checks)
        (change,) = changes(result("pass"), result("fail", rerun=second_run, flaky=second.verdict == "pass"))
        assert (change.kind is ChangeKind.FLAKY) is (second.verdict == "pass")
        assert change.lines == (("first fail, then pass",) if second.verdict == "pass" else ())


def test_what_was_sent_is_grouped_by_its_place_and_what_the_ledger_explains_by_its_cause(
    result: MakeResult, exchange: MakeExchange, check: MakeCheck
) -> None:
    old = {f"c{number}": result(case=f"c{number}") for number in range(4)}
    new = {
        "c0": result(case="c0", exchanges=(exchange("GET /things?page=3 HTTP/1.1"),)),
        "c1": result(case="c1", exchanges=(exchange("GET /things?page=4 HTTP/1.1"),)),
        "c2": result("known-failure", case="c2"),
        "c3": result("known-failure", case="c3", checks=(check("known-failure", pointer="/elsewhere"),)),
    }
    groups = grouped(change for _, change in compare_results(old, new, narrower=False))
    assert [(group.noun, group.headline) for group in groups] == [
        ("2 newly known failures", "known causes: late"),
        ("2 wire shapes changed", "/query/page changed"),
    ]


def test_one_cause_in_many_cases_is_one_group_with_the_biggest_first(result: MakeResult, check: MakeCheck) -> None:
    old = {f"c{number}": result(case=f"c{number}") for number in range(4)}
    new = {key: result("fail", case=key) for key in old}
    new["c0"] = result("fail", case="c0", checks=(check("fail", id="write-safety"),))
    new["c1"] = result("fail", case="c1", checks=(check("fail", id="s2:request.query"),))
    groups = grouped(change for _, change in compare_results(old, new, narrower=False))
    assert [(group.noun, group.headline) for group in groups] == [
        ("3 regressions", "request.query at /page (changed)"),
        ("regression", "write-safety at /page (changed)"),
    ]
