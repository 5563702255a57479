"""A comparison as people get it: for a terminal, and for the page of a CI job."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

import jsonschema_rs
import msgspec

from concordat.gate import Comparison, Policy, compare, comparison_text
from concordat.gate.output import comparison_json, comparison_markdown, comparison_schema

if TYPE_CHECKING:
    from tests.gate.conftest import MakeCheck, MakeRead, MakeResult

    from concordat.gate import StoredReport


def compared(old: StoredReport, new: StoredReport) -> Comparison:
    return compare(old, new, Policy(), today=dt.date(2026, 11, 21))


def test_the_decision_comes_last_and_what_stops_it_first(read_of: MakeRead, result: MakeResult) -> None:
    old = read_of(*(result(case=f"c{number:02}") for number in range(12)))
    new = read_of(*(result("fail", case=f"c{number:02}", history="0.9 ok") for number in range(11)), result(case="c11"))
    lines = comparison_text(compared(old, new)).splitlines()
    assert lines[0] == "gate: one@1.0 against one@1.0 (report.json, 2026-01-02): 12 compared, 1 the same"
    assert lines[2] == "red: 11 regressions with one@1.0: request.query at /page (changed)"
    assert lines[3] == "    request.query: /page: expected 2, observed 1"
    assert lines[4] == "    must   c00: was pass, now fail; 0.9 ok"
    assert "    ... and 3 further cases" in lines
    assert "    run one alone: concordat run things.list --client one@1.0" in lines
    assert lines[-1] == "STOPPED: 11 regressions (fail on regression)"


def test_a_gate_that_compared_nothing_does_not_say_that_nothing_changed(read_of: MakeRead, result: MakeResult) -> None:
    idle = read_of(result("not-applicable", checks=()))
    assert comparison_text(compared(idle, idle)).endswith("\npassed (fail on regression): no result was compared")
    ran = read_of(result())
    assert comparison_text(compared(ran, ran)).endswith("\npassed (fail on regression): nothing changed")


def test_a_terminal_and_a_log_obey_nothing_of_it(read_of: MakeRead, result: MakeResult, check: MakeCheck) -> None:
    hostile = "a\x1b[31m\r\x9b\u2028\u202e\n::error::x\n##[error]x\nSTOPPED"
    new = read_of(result("fail", case=hostile, checks=(check("fail", message=hostile, observed=hostile),)))
    text = comparison_text(compared(read_of(result(case=hostile)), new))
    assert "\\x1b[31m" in text
    assert not [one for one in text if one != "\n" and unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"}]
    lines = text.split("\n")
    assert not [line for line in lines if line.strip().startswith("::") or "##[" in line]
    assert [line for line in lines if line.startswith("STOPPED")] == lines[-1:]


def test_hostile_texts_stay_in_their_cells(read_of: MakeRead, result: MakeResult, check: MakeCheck) -> None:
    hostile = "a|b <script>alert(1)</script>\n| c |\n# d"
    new = read_of(result("fail", case=hostile, checks=(check("fail", message=hostile, pointer="/|"),)))
    text = "\n".join(comparison_markdown(compared(read_of(result(case=hostile)), new)))
    assert "<script>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| regression")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 5


def test_a_great_many_changes_stay_a_page(read_of: MakeRead, result: MakeResult, check: MakeCheck) -> None:
    old = read_of(*(result(case=f"c{number}") for number in range(300)))
    new = [result("fail", case=f"c{n}", checks=(check("fail", pointer=f"/p{n}"),)) for n in range(300)]
    found = compared(old, read_of(*new))
    assert "... and 270 further groups: see comparison.json" in comparison_text(found)
    assert "... and 280 further groups, in comparison.json." in "\n".join(comparison_markdown(found))


def test_the_json_is_as_its_schema_says(read_of: MakeRead, result: MakeResult) -> None:
    found = compared(read_of(result()), read_of(result("fail")))
    value = msgspec.json.decode(comparison_json(found))
    jsonschema_rs.validator_for(comparison_schema()).validate(value)
    assert msgspec.convert(value, Comparison) == found
