"""A report in another form, and options that go with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from concordat.cli.report import rendered
from concordat.errors import UsageError

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("markdown", "# Conformance report"),
        ("html", "<!DOCTYPE html>"),
        ("junit", "<?xml"),
        ("json", "{"),
        ("har", "{"),
    ],
)
def test_a_report_has_each_form(result: MakeResult, report: MakeReport, form: str, begins: str) -> None:
    assert rendered(report([result("pass")]), form, folder=Path()).startswith(begins)


def test_a_har_and_a_badge_can_be_of_one_client(result: MakeResult, report: MakeReport) -> None:
    whole = report([result("pass"), result("pass", client="two@2.0.0")])
    har = json.loads(rendered(whole, "har", folder=Path(), case="things.list.second-page", client="two"))
    assert len(har["log"]["entries"]) == 1
    assert "must 100%" in rendered(whole, "badge", folder=Path(), client="two")


@pytest.mark.parametrize(
    ("form", "given", "message"),
    [
        ("html", {"case": "x"}, "--format html has no option --case"),
        ("badge", {"case": "x", "client": "one"}, "--format badge has no option --case"),
        ("markdown", {"client": "one"}, "--format markdown has no option --client"),
        ("badge", {}, "a badge needs a client"),
    ],
)
def test_an_option_that_the_form_does_not_take_is_refused(
    result: MakeResult, report: MakeReport, form: str, given: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        rendered(report([result("pass")]), form, folder=Path(), **given)
