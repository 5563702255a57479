"""Two whole reports: what may be compared, which clients belong together, and what the policy makes of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.clients.public_api import PublicApiDifference
from concordat.errors import ConcordatError, ReportError, UsageError
from concordat.gate import Change, ChangeKind, Comparison, FailOn, Policy, compare, policy_from, read_report
from concordat.runner.result import Report

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gate.conftest import MakeInfo, MakeRead, MakeResult

    from concordat.gate import StoredReport

TODAY = dt.date(2026, 11, 21)
AFTER = {"run_id": "r2"}


def compared(old: StoredReport, new: StoredReport, fail_on: FailOn = FailOn.REGRESSION, **more: Any) -> Comparison:
    return compare(old, new, Policy(fail_on=fail_on), **({"today": TODAY} | more))


def kinds(comparison: Comparison) -> list[ChangeKind]:
    return [change.kind for change in comparison.changes]


def test_nothing_changed_passes_under_every_policy(read_of: MakeRead, result: MakeResult) -> None:
    for fail_on in FailOn:
        found = compared(read_of(result()), read_of(result()), fail_on)
        assert (found.failing, found.changes) == (False, ())
        assert [(pair.old, pair.new, pair.compared, pair.same) for pair in found.pairs] == [
            ("one@1.0", "one@1.0", 1, 1)
        ]


@pytest.mark.parametrize(
    ("kind", "level", "red"),
    [
        (ChangeKind.REGRESSION, "must", {"regression", "any", "must"}),
        (ChangeKind.REGRESSION, "should", {"regression", "any"}),
        (ChangeKind.CHANGED_FAILURE, "must", {"regression", "any", "must"}),
        (ChangeKind.NEW_FAILURE, "may", {"regression", "any"}),
        (ChangeKind.VANISHED, "must", {"regression", "any", "must"}),
        (ChangeKind.NOT_JUDGED, "must", {"regression", "any", "must"}),
        (ChangeKind.FLAKY, "must", {"regression", "any", "must"}),
        (ChangeKind.CLIENT_LOST, "", {"regression", "any", "must"}),
        (ChangeKind.REVIEW_OVERDUE, "", {"regression", "any", "must"}),
        (ChangeKind.NEWLY_KNOWN, "must", {"any"}),
        (ChangeKind.STILL_FAILING, "must", {"any"}),
        (ChangeKind.FIX, "must", {"any"}),
        (ChangeKind.WIRE, "must", {"any"}),
        (ChangeKind.OUTCOME, "must", {"any"}),
        (ChangeKind.CAPABILITY, "", {"any"}),
        (ChangeKind.NOT_ASKED, "", {"any"}),
        (ChangeKind.REVIEW_DUE, "", set()),
        (ChangeKind.NEW, "must", set()),
        (ChangeKind.VERSION, "", set()),
    ],
)
def test_a_policy_stops_exactly_these(kind: ChangeKind, level: str, red: set[str]) -> None:
    change = Change(kind=kind, client="one@1.0", level=level)
    assert {str(one) for one in FailOn if Policy(fail_on=one).red(change)} == red


def test_every_kind_of_change_has_been_thought_of() -> None:
    argument = next(m for m in test_a_policy_stops_exactly_these.pytestmark if m.name == "parametrize").args[1]  # type: ignore[attr-defined]  # pytest's
    assert {row[0] for row in argument} == set(ChangeKind)


def test_flaky_may_warn_by_the_projects_choice() -> None:
    change = Change(kind=ChangeKind.FLAKY, client="one@1.0", level="must")
    assert [Policy(fail_on=one, flaky_warns=True).red(change) for one in FailOn] == [False] * 3


def test_a_regression_stops_and_stands_before_all_else(read_of: MakeRead, result: MakeResult, info: MakeInfo) -> None:
    old = read_of(result(case="b"), result(case="a"))
    new = read_of(
        result("fail", case="b", client="one@1.1"),
        result(case="a", client="one@1.1", exchanges=()),
        clients=(info(version="1.1"),),
    )
    found = compared(old, new)
    assert kinds(found) == [ChangeKind.REGRESSION, ChangeKind.WIRE, ChangeKind.VERSION]
    assert [change.red for change in found.changes] == [True, False, False]
    assert found.failing
    assert (found.pairs[0].compared, found.pairs[0].same) == (2, 0)


def test_clients_are_matched_by_name_whatever_their_versions(
    read_of: MakeRead, result: MakeResult, info: MakeInfo
) -> None:
    new = read_of(result("fail", client="one@2.0"), clients=(info(version="2.0", artifact_sha256="f" * 64),))
    found = compared(read_of(result()), new)
    (version,) = found.of(ChangeKind.VERSION)
    assert version.lines == ("version: 1.0 -> 2.0", f"artifact: none -> {'f' * 12}")
    assert [change.client for change in found.of(ChangeKind.REGRESSION)] == ["one@2.0"]


def test_of_several_versions_the_same_is_taken_and_none_is_guessed(
    read_of: MakeRead, result: MakeResult, info: MakeInfo
) -> None:
    clients = (info(), info(version="2.0", requested="2.0"))
    old = read_of(result(), result(client="one@2.0"), clients=clients)
    assert [pair.old for pair in compared(old, read_of(result())).pairs] == ["one@1.0"]
    new = read_of(result("fail", client="one@3.0"), clients=(info(version="3.0"),))
    with pytest.raises(ReportError, match="several versions of `one`") as caught:
        compared(old, new)
    assert caught.value.hint == "name the version to compare with: --pair one@2.0=one@3.0"
    assert compared(old, new, pairs=["one@2.0=one@3.0"]).failing


@pytest.mark.parametrize("pair", ["one@1.0", "one@1=one@1.0", "one@1.0=two@1", "="])
def test_a_pair_that_is_none_is_refused_with_what_there_is(read_of: MakeRead, result: MakeResult, pair: str) -> None:
    with pytest.raises(UsageError, match="has no results of") as caught:
        compared(read_of(result()), read_of(result()), pairs=[pair])
    assert "one@1.0" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"target": "https://api.example"}, "another target: https://api.example, not sandbox"),
        ({"catalogue_sha256": "d" * 64}, "another catalogue of cases"),
        ({"contracts": {"accounting": "b" * 64}}, "another contract: accounting"),
        ({"contracts": {}}, "another contract: accounting"),
    ],
)
def test_a_baseline_of_something_else_is_refused(
    read_of: MakeRead, result: MakeResult, header: dict[str, Any], message: str
) -> None:
    with pytest.raises(ReportError, match=message) as caught:
        compared(read_of(result(), header=header), read_of(result()))
    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_other_catalogues_can_be_compared_when_that_is_asked_for(read_of: MakeRead, result: MakeResult) -> None:
    old = read_of(result(), header={"catalogue_sha256": "d" * 64, "concordat": "0.0.9"})
    found = compared(old, read_of(result(), result(case="newer")), across_catalogues=True)
    assert kinds(found) == [ChangeKind.NEW]
    assert found.notes == (
        "judged by different versions of Concordat: 0.0.9 -> 0.1.0",
        "the catalogues differ: a changed case may be the only reason for another verdict",
    )
    with pytest.raises(ReportError, match="another target"):
        compared(read_of(result(), header={"target": "x"}), read_of(result()), across_catalogues=True)


def test_reports_without_a_common_client_are_refused(read_of: MakeRead, result: MakeResult, info: MakeInfo) -> None:
    new = read_of(result(client="two@1.0"), clients=(info(name="two"),))
    with pytest.raises(ReportError, match="no client in common"):
        compared(read_of(result()), new)


@pytest.mark.parametrize(
    ("footer", "verdict", "message"),
    [
        ({"complete": False, "note": "interrupted"}, "pass", "not complete"),
        ({}, "not-applicable", "no executed result"),
        ({}, "harness-error", "no executed result"),
    ],
)
def test_a_report_that_is_incomplete_or_of_nothing_run_is_refused(  # noqa: PLR0917 - a table and its fixtures
    read_of: MakeRead,
    result: MakeResult,
    tmp_path: Path,
    footer: dict[str, Any],
    verdict: str,
    message: str,
) -> None:
    one = read_of(result(verdict)).report
    one = msgspec.structs.replace(one, footer=msgspec.structs.replace(one.footer, **footer))
    (tmp_path / "report.json").write_bytes(msgspec.json.encode(one))
    with pytest.raises(ReportError, match=message):
        read_report(tmp_path)


def test_a_report_is_read_from_its_file_and_from_its_folder(
    read_of: MakeRead, result: MakeResult, tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_bytes(msgspec.json.encode(read_of(result()).report))
    assert read_report(tmp_path).report == read_report(tmp_path / "report.json").report
    assert isinstance(read_report(tmp_path).report, Report)


def test_a_narrower_selection_is_noted_and_does_not_count_as_vanished(read_of: MakeRead, result: MakeResult) -> None:
    old = read_of(result(), result(case="other"), result("not-applicable", case="never"))
    new = read_of(result(), settings={"cases": ["things"]})
    found = compared(old, new)
    (change,) = found.changes
    assert (change.kind, change.red) == (ChangeKind.NOT_ASKED, False)
    assert change.lines == ("1 results of the baseline are not in the candidate's selection",)
    assert found.notes == (
        'the selections differ: profile "default", level "may" -> cases ["things"], profile "default", level "may"',
    )
    same = compared(old, read_of(result()))
    assert kinds(same) == [ChangeKind.VANISHED]
    assert same.failing


def test_a_client_that_cannot_be_had_any_more_stops(read_of: MakeRead, result: MakeResult, info: MakeInfo) -> None:
    two = info(name="two")
    old = read_of(result(), result(client="two@1.0"), clients=(info(), two))
    gone = info(name="two", available=False, reason="its registry refuses it")
    found = compared(old, read_of(result(), clients=(info(), gone)))
    assert (kinds(found), found.failing) == ([ChangeKind.CLIENT_LOST], True)
    assert found.changes[0].lines == ("its registry refuses it",)
    assert found.notes == ("only in the baseline: two@1.0",)


def test_a_client_outside_the_selection_is_noted(read_of: MakeRead, result: MakeResult, info: MakeInfo) -> None:
    both = read_of(result(), result(client="two@1.0"), clients=(info(), info(name="two")))
    assert compared(both, read_of(result())).notes == ("only in the baseline: two@1.0",)
    assert compared(read_of(result()), both).notes == ("only in the candidate, not compared: two@1.0",)


def test_what_the_package_offers_is_compared(read_of: MakeRead, result: MakeResult, info: MakeInfo) -> None:
    gone = PublicApiDifference(kind="documented-but-absent", operation="things.list", argument="page")
    old = read_of(result(), clients=(info(document="doc 1"),))
    new = read_of(result(), clients=(info(document="doc 2", public_api=(gone,)),))
    (change,) = compared(old, new).changes
    assert (change.kind, change.red) == (ChangeKind.CAPABILITY, False)
    assert change.lines == (
        "compared with another document: doc 1 -> doc 2",
        "now: documented-but-absent: things.list page",
    )
    (back,) = compared(new, old).changes
    assert back.lines[-1] == "no longer: documented-but-absent: things.list page"


@pytest.mark.parametrize(
    ("today", "kind", "words"),
    [
        ("2027-04-19", None, ""),
        ("2027-04-20", ChangeKind.REVIEW_DUE, "its review is due in 30 days (2027-05-20)"),
        ("2027-05-20", ChangeKind.REVIEW_DUE, "its review is due today"),
        ("2027-05-21", ChangeKind.REVIEW_OVERDUE, "its review was due 1 day ago"),
    ],
)
def test_a_review_warns_for_a_month_and_then_stops(
    read_of: MakeRead, result: MakeResult, today: str, kind: ChangeKind | None, words: str
) -> None:
    both = read_of(result("known-failure"))
    found = compared(both, both, today=dt.date.fromisoformat(today))
    assert kinds(found) == ([] if kind is None else [kind])
    assert found.failing is (kind is ChangeKind.REVIEW_OVERDUE)
    assert all(words in change.title for change in found.changes)


def test_a_cause_on_which_nothing_rests_is_nobodys_review(read_of: MakeRead, result: MakeResult) -> None:
    assert compared(read_of(result()), read_of(result()), today=dt.date(2030, 1, 1)).changes == ()


def test_another_toolchain_is_noted(read_of: MakeRead, result: MakeResult) -> None:
    new = read_of(result(), header={"toolchains": {"uv": "2", "node": "20"}})
    assert compared(read_of(result()), new).notes == ("uv: 1 -> 2",)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("pyproject.toml", '[tool.concordat]\nfail-on = "must"\n', Policy(fail_on=FailOn.MUST)),
        ("concordat.toml", 'fail-on = "any"\nflaky = "warn"\n', Policy(fail_on=FailOn.ANY, flaky_warns=True)),
        ("pyproject.toml", "[project]\nname = 'x'\n", Policy()),
        ("other.toml", "", Policy()),
    ],
)
def test_the_policy_is_the_projects_unless_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, expected: Policy
) -> None:
    (tmp_path / file).write_text(text)
    monkeypatch.chdir(tmp_path)
    assert policy_from() == expected
    assert policy_from("regression").fail_on is FailOn.REGRESSION


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('fail-on = "regresion"\n', "unknown policy `fail-on = regresion`"),
        ('flaky = "maybe"\n', "unknown policy `flaky = maybe`"),
        ('fail_on = "any"\n', "`fail_on` is not a setting of `concordat.toml`"),
        ("fail-on = 3\n", "`fail-on` of `concordat.toml` is not text"),
    ],
)
def test_a_policy_that_is_none_is_an_error_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    (tmp_path / "concordat.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConcordatError, match=message) as caught:
        policy_from()
    assert caught.value.where is not None
    assert caught.value.where.path == tmp_path / "concordat.toml"
