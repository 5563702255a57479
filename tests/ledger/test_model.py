"""The ledger's file, and its lint: a tool writes entries, a person writes each cause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.errors import LedgerError, UsageError
from concordat.ledger.model import ledger_path, load_ledger, read_ledger, rows_in_range
from concordat.lint.ledger import lint_ledger

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 1, 1)
LEDGER = """\
client: python-expenses
causes:
  - id: page-lost
    reason: The page is taken from the call before.
    source: contract:sync-for-expenses#list-customers.page
    smallest: list(page=2)
    versions: ">=7,<9"
    review-by: 2026-06-01
    entries:
      - case: area.table
        check: request.query
        signature: {kind: changed, pointer: /page}
        rows: {range: a..b, count: 1}
      - case: area.table[c]
        check: outcome.error.status
        signature: {kind: missing, class: SDKError, status: 500}
"""
CASES = """\
- id: area.table
  title: A title
  why: A caller would lose data
  source: domain:3.4
  rows: [{id: a, page: 1}, {id: b, page: 2}, {id: c, page: 3}]
  steps: [{call: customers.list, with: {companyId: $company, page: $page}}]
- id: area.single
  title: A title
  why: A caller would lose other data
  source: domain:3.4
  steps: [{call: customers.list, with: {companyId: $company}}]
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases" / "area" / "x.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(CASES)
    return tmp_path / "cases"


def findings(tmp_path: Path, cases: Path, text: str) -> list[str]:
    path = tmp_path / "c.ledger.yaml"
    path.write_text(text)
    found = lint_ledger(read_ledger(path), load_catalogue([cases]), today=TODAY, path=path)
    return [f"{item.where and item.where.line}: {item.severity}: {item.message}" for item in found]


def test_a_ledger_is_read_whole(tmp_path: Path, cases: Path) -> None:
    assert findings(tmp_path, cases, LEDGER) == []
    ledger = read_ledger(tmp_path / "c.ledger.yaml")
    first, second = ledger.causes[0].entries
    assert (first.rows and first.rows.count, second.signature.cls, second.signature.status) == (1, "SDKError", 500)
    assert ledger.causes[0].review_by == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("reason: The page is taken from the call before.", "reason: TODO"),
            "4: error: cause `page-lost` has no reason",
        ),
        (
            ("reason: The page is taken from the call before.", "reason: ''"),
            "4: error: cause `page-lost` has no reason",
        ),
        (("reason: The page is taken from the call before.", "reason: known bug"), "4: error: cause `page-lost` has"),
        (("smallest: list(page=2)", "smallest: tbd"), "6: error: cause `page-lost` has no `smallest`"),
        (('">=7,<9"', "seven"), "7: error: `seven` is not a range"),
        (("2026-06-01", "2025-12-31"), "8: warning: the review was due on 2025-12-31"),
        (
            ("contract:sync-for-expenses#list-customers.page", "because"),
            "5: error: `because` is not a source",
        ),
        (
            ("contract:sync-for-expenses#list-customers.page", "rfc:nine"),
            "5: error: `rfc:nine` is not a source of the kind",
        ),
        (("case: area.table\n", "case: area.tble\n"), "10: error: the catalogue has no case `area.tble`"),
        (("request.query", "request.qery"), "11: error: no check has the id `request.qery`"),
        (("a..b", "a..x"), "13: error: there is no row `x`"),
        (("a..b", "b..a"), "13: error: row `b` comes after row `a`"),
        (("count: 1", "count: 3"), "13: error: `count` is 3, and the range has 2"),
        (("        rows: {range: a..b, count: 1}\n", ""), "10: error: `area.table` is a table"),
        (("case: area.table\n", "case: area.single\n"), "13: error: `area.single` is one case and has no rows"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(
    tmp_path: Path, cases: Path, change: tuple[str, str], expected: str
) -> None:
    (found,) = findings(tmp_path, cases, LEDGER.replace(*change))
    assert found.startswith(expected)


def test_a_pasted_reason_a_second_id_and_a_second_claim_are_refused(tmp_path: Path, cases: Path) -> None:
    cause = LEDGER.partition("causes:\n")[2]
    found = " ".join(findings(tmp_path, cases, LEDGER + cause))
    for part in ("two causes have the id `page-lost`", "the reason is a copy", "is already explained by `page-lost`"):
        assert part in found


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("reason:", "reson:"), "4:5"),
        (("review-by: 2026-06-01", "review-by: soon"), "8:5"),
        (("causes:", "causes: ["), "3:"),
    ],
)
def test_a_malformed_ledger_is_named_by_its_place(tmp_path: Path, change: tuple[str, str], where: str) -> None:
    path = tmp_path / "c.ledger.yaml"
    path.write_text(LEDGER.replace(*change))
    with pytest.raises(LedgerError) as caught:
        read_ledger(path)
    assert f"c.ledger.yaml:{where}" in str(caught.value)


def test_a_client_without_a_file_has_an_empty_ledger() -> None:
    assert ledger_path("nobody-has-this-name") is None
    assert load_ledger("nobody-has-this-name").causes == []


@pytest.mark.parametrize(("text", "rows"), [("*", ["a", "b", "c"]), ("b..c", ["b", "c"]), ("b..b", ["b"])])
def test_ranges_of_rows(text: str, rows: list[str]) -> None:
    assert rows_in_range(["a", "b", "c"], text) == rows
    with pytest.raises(UsageError):
        rows_in_range(["a", "b"], "a-b")
