"""Field retention of changed answers, counted for each rule and client, and shown as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.checks import DecodingTrace, FieldRetention, Verdict
from concordat.report.decoding import decoding_scores, decoding_section
from concordat.report.markdown import markdown
from concordat.runner.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concordat.runner.result import Report


def result(rule: str, client: str, retention: FieldRetention, verdict: Verdict = Verdict.PASS, **paths: Any) -> Result:
    seen = DecodingTrace(
        operation="things.list", rule=rule, at="", retention=retention, **{"kept": 3, "total": 3, **paths}
    )
    return Result(case="c.d", client=client, level="must", verdict=verdict, decoding=seen)


ROWS = [
    result("null", "one@1", FieldRetention.KEPT),
    result("null", "one@1", FieldRetention.TYPED_ERROR, Verdict.FAIL, kept=0),
    result("null", "one@1", FieldRetention.TYPED_ERROR, Verdict.KNOWN_FAILURE, kept=0),
    result("null", "two@1", FieldRetention.DROPPED, kept=2),
    result("br", "two@1", FieldRetention.KEPT),
    result("br", "one@1", FieldRetention.KEPT, Verdict.NOT_APPLICABLE),
    Result(case="a.b", client="one@1", level="must", verdict=Verdict.PASS),
]


def test_fates_paths_and_red_rows_are_counted_by_rule_and_client() -> None:
    scores = {(score.rule, score.client): score for score in decoding_scores(ROWS)}
    assert set(scores) == {("null", "one@1"), ("null", "two@1"), ("br", "two@1")}
    one = scores["null", "one@1"]
    assert (one.retentions, one.kept, one.total, one.red) == ({"kept": 1, "typed-error": 2}, 3, 9, 2)


def test_the_table_has_rules_as_rows_and_clients_as_columns() -> None:
    lines = decoding_section(decoding_scores(ROWS))
    assert lines[0] == "## Changed answers"
    assert "| rule | one@1 | two@1 |" in lines
    assert "| null | kept 1, typed-error 2, **2 red**; 33.3 % | dropped 1; 66.6 % |" in lines
    assert "| br |  | kept 1; 100 % |" in lines


def test_a_run_without_changed_answers_has_no_table() -> None:
    assert decoding_section(decoding_scores(ROWS[-1:])) == []


def test_a_whole_report_holds_the_scores_and_shows_the_table(
    report: Callable[[Sequence[Result]], Report],
) -> None:
    made = report(ROWS)
    assert [score.rule for score in made.decoding] == ["null", "null", "br"]
    assert "## Changed answers" in markdown(made)
