"""What a manager reads first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.report.html.overview import overview
from concordat.runner.result import CauseView

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult

    from concordat.runner.result import Footer


@pytest.mark.parametrize(
    ("verdicts", "headline", "tone"),
    [
        (["pass"], "Every client meets every expectation that was checked; gone@3 is unavailable", "good"),
        (
            ["pass", "known-failure"],
            "Every failure is known and explained; gone@3 is unavailable",
            "good",
        ),
        (["pass", "fail"], "1 result is not as expected", "bad"),
        (["unexpected-pass", "harness-error"], "2 results are not as expected", "bad"),
    ],
)
def test_the_headline_says_what_it_comes_to(
    result: MakeResult, report: MakeReport, verdicts: list[str], headline: str, tone: str
) -> None:
    whole = report([result(verdict, row=verdict) for verdict in verdicts])
    calm = msgspec.structs.replace(whole, footer=msgspec.structs.replace(whole.footer, exit_code=0))
    summary = overview(calm)
    assert (summary.headline, summary.tone) == (headline, tone)


@pytest.mark.parametrize(
    ("changed", "headline"),
    [
        ({"complete": False, "note": "interrupted"}, "This run did not end"),
        ({"exit_code": 3}, "The run ended with exit code 3; gone@3 is unavailable"),
    ],
)
def test_a_run_that_went_wrong_is_not_called_good(
    result: MakeResult, report: MakeReport, changed: dict[str, object], headline: str
) -> None:
    whole = report([result("pass")])
    footer: Footer = msgspec.structs.replace(whole.footer, **changed)
    summary = overview(msgspec.structs.replace(whole, footer=footer))
    assert summary.headline == headline
    assert summary.tone != "good"


def test_the_sentence_counts_everything_and_names_what_is_not_counted(result: MakeResult, report: MakeReport) -> None:
    verdicts = ("pass", "fail", "known-failure", "observation", "not-applicable")
    sentence = overview(report([result(verdict, row=verdict) for verdict in verdicts])).sentence
    assert sentence == (
        "2 clients, 4 results: 1 passed, 1 is red, 1 failed for 1 known cause in the ledgers, "
        "1 is observed only, because no source specifies the right behaviour. "
        "1 more result does not apply to its client. "
        "1 client could not be installed here and is not counted."
    )


def test_a_cause_comes_with_its_reason_and_one_without_is_still_named(result: MakeResult, report: MakeReport) -> None:
    whole = report([result("known-failure", row=row) for row in "ab"] + [result("known-failure", client="two@2.0.0")])
    reported = CauseView(id="late-decoding", reason="It decodes too late.")
    clients = tuple(
        msgspec.structs.replace(info, causes=(reported,)) if info.name == "one" else info for info in whole.clients
    )
    causes = overview(msgspec.structs.replace(whole, clients=clients)).causes
    assert [(one.client, one.cause.reason, one.failure_count, one.example_key) for one in causes] == [
        ("one@1.0.0", "It decodes too late.", 2, "things.list.second-page[a]"),
        ("two@2.0.0", "", 1, "things.list.second-page"),
    ]


def test_red_results_stand_by_case_with_their_clients_the_strongest_level_first(
    result: MakeResult, report: MakeReport
) -> None:
    results = [
        result("fail", case="a", row="x", level="may"),
        result("fail", case="b", row="x"),
        result("fail", case="b", row="y"),
        result("harness-error", case="b", row="x", client="two@2.0.0", checks=(), reason="it broke"),
        result("known-failure", case="c"),
    ]
    red = overview(report(results)).red_cases
    assert [one.case for one in red] == ["b", "a"]
    assert [(first.key, first.client, count) for first, count in red[0].first_results] == [
        ("b[x]", "one@1.0.0", 2),
        ("b[x]", "two@2.0.0", 1),
    ]
    assert red[0].failures == ("request.query", "it broke")
