"""Lint: what only contracts, documentation and the whole catalogue can tell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.catalogue.sources import Anchors
from concordat.lint.catalogue import lint_cases, lint_ledgers

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
- id: area.good
  title: A title
  why: A caller would lose data
  source: contract:sync-for-expenses#list-customers.page
  steps:
    - call: customers.list
      with: {companyId: $company, page: 1}
"""
REVIEWED = dt.date(2026, 11, 21)
"""Not today: a review that comes due is a warning of `concordat cases lint`, and must not turn a test red."""
ANCHORS = Anchors(principles={"no-loss"}, undefined={"page-beyond-the-end"})


def findings(root: Path, text: str) -> list[str]:
    path = root / "cases" / "area" / "x.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    catalogue = load_catalogue([root / "cases"])
    found = lint_cases(catalogue, anchors=ANCHORS, bound=lambda _: {"company", "connection"})
    return [f"{item.where and item.where.line}: {item.message}; {item.hint}" for item in found]


def test_a_good_case_is_clean(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


def test_the_built_in_catalogue_is_clean_on_the_day_that_its_causes_were_reviewed() -> None:
    catalogue = load_catalogue()
    found = (*lint_cases(catalogue), *lint_ledgers(catalogue, REVIEWED))
    assert [str(finding) for finding in found] == []


SOURCE = "source: contract:sync-for-expenses#list-customers.page"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("customers.list", "customers.lst"), "6: no contract has an operation `customers.lst`; did you mean"),
        (("page: 1", "pge: 1"), "7: `customers.list` of accounting has no argument `pge`; did you mean `page`"),
        (("page: 1", "page: 0"), "7: invalid by accounting:"),
        (("companyId: $company, ", ""), "7: invalid by accounting: `companyId` is required"),
        (("companyId: $company", "companyId: x"), "7: invalid by accounting:"),
        (("page: 1", "query: $nobody"), "7: `$nobody` is not bound"),
        (("id: area.good", "id: Area good"), "1: `Area good` is not a valid id"),
        (("id: area.good", "id: good"), "1: `good` is not a valid id"),
        (("A caller would lose data", "TODO"), "3: `why` gives no reason"),
        (("A caller would lose data", "A title"), "3: `why` "),
        ((SOURCE, "source: contrat:x#y"), "4: `contrat:x#y` is not a source; did you mean `contract`"),
        ((SOURCE, "source: contract:nothing#x"), "4: there is no contract `nothing`"),
        ((SOURCE, "source: contract:accounting#list-custmers"), "4: the contract `accounting` has no operation"),
        ((SOURCE, "source: contract:accounting#schemas.Custmer"), "4: the contract `accounting` has no `schemas."),
        ((SOURCE, "source: document:2"), "4: `document:2` is not a source of the kind"),
        ((SOURCE, "source: rfc:9110"), "4: `rfc:9110` is not a source of the kind"),
        ((SOURCE, "source: 'domain:'"), "4: `domain:` is not a source of the kind"),
        ((SOURCE, "source: principle:no-los\n  level: should"), "4: `principle:no-los` is not listed"),
        ((SOURCE, "source: undefined:nothing"), "4: `undefined:nothing` is not listed"),
        ((SOURCE, "source: principle:no-loss"), "1: a principle alone does not justify `must`"),
        (
            ("  steps:", "  apis: [acounting]\n  steps:"),
            "5: there is no contract `acounting`; did you mean `accounting`",
        ),
        (("page: 1}", "page: 1}\n      save: {key: /results}"), "8: `key` is saved and never used"),
        (("page: 1}", "query: $key}\n      save: {key: /results}"), "7: `$key` is used before a step saves it"),
        (("page: 1}", "page: 1}\n      expect: {attempts: {length: x}}"), "8: `length` takes a count"),
        (("page: 1}", "page: 1}\n      expect: {outcome: {payload: {a: {matches: '('}}}}"), "8: `matches` takes"),
        (("  steps:", "  faults: [{on: customers.lst, reset: true}]\n  steps:"), "5: no contract has an operation"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    found = findings(tmp_path, GOOD.replace(*change))
    assert any(item.startswith(expected) for item in found), found


@pytest.mark.parametrize(
    "change",
    [
        (SOURCE, "source: [contract:accounting#customers.list, domain:3.4, document:002#errors]"),
        (SOURCE, "source: contract:accounting#schemas.Customer.status"),
        (SOURCE, "source: principle:no-loss\n  level: should"),
        (SOURCE, "source: undefined:page-beyond-the-end"),
        ("page: 1}", "page: 0}\n  allow: [contract]"),
        ("page: 1", "page: {$undefined: true}"),
    ],
)
def test_what_is_allowed(tmp_path: Path, change: tuple[str, str]) -> None:
    assert findings(tmp_path, GOOD.replace(*change)) == []


def test_a_body_is_judged_where_it_is_known(tmp_path: Path) -> None:
    case = """\
- id: area.create
  title: A title
  why: A caller would lose data
  source: domain:3.1
  steps:
    - call: customers.create
      with:
        companyId: $company
        connectionId: $connection
        body: {customerName: $company, status: STATUS}
"""
    assert findings(tmp_path, case.replace("STATUS", "Active")) == []
    assert findings(tmp_path, case.replace("STATUS", "$company")) == []
    (first, *_) = findings(tmp_path, case.replace("STATUS", "active"))
    assert first.startswith("10: invalid by accounting:")


def test_a_copied_reason_is_refused(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, GOOD + GOOD.replace("area.good", "area.other"))
    assert found.startswith("10: `why` is a copy of the one of `area.good`")


def test_a_saved_name_may_be_used_later(tmp_path: Path) -> None:
    text = GOOD.replace("page: 1}", "page: 1}\n      save: {key: /results/0/id}")
    text += "    - {call: customers.get, with: {companyId: $company, customerId: $key}}\n"
    assert findings(tmp_path, text) == []
