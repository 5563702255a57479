"""The numbers of a run: shares of judged results, which are never 100% of less than all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.checks import Verdict
from concordat.report.summary import Share, Tally

if TYPE_CHECKING:
    from tests.report.conftest import MakeResult


@pytest.mark.parametrize(
    ("passed", "judged", "text", "must", "should"),
    [
        (0, 0, "-", "none", "none"),
        (10, 10, "100%", "all", "all"),
        (999, 1000, "99%", "most", "most"),
        (90, 100, "90%", "most", "most"),
        (89, 100, "89%", "few", "most"),
        (0, 3, "0%", "few", "most"),
    ],
)
def test_a_share_is_rounded_down_and_has_a_tone(passed: int, judged: int, text: str, must: str, should: str) -> None:
    share = Share(passed, judged)
    assert (share.text, share.tone("must"), share.tone("should")) == (text, must, should)


def test_observations_are_not_judged_and_a_known_failure_is_not_passed(result: MakeResult) -> None:
    verdicts = ("pass", "observation", "known-failure", "fail", "not-applicable", "harness-error", "blocked")
    tally = Tally([result(verdict, row=verdict) for verdict in verdicts])
    assert tally.share("one@1.0.0") == Share(1, 4)
    assert tally.share("one@1.0.0", level="must", area="things") == Share(1, 4)
    assert tally.count("one@1.0.0", Verdict.OBSERVATION, area="things") == 1
    assert tally.share("one@1.0.0", level="may") == Share(0, 0)
    assert tally.share("two@2.0.0") == Share(0, 0)
    assert tally.count("one@1.0.0", Verdict.PASS, Verdict.FAIL) == 2
    assert tally.areas == ("things",)
