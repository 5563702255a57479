"""The parity ledger: what it says of a divergence, and what is wrong with it, by file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.errors import LedgerError
from concordat.explore.ledger import load_parity_ledger, read_parity_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.explore.findings import Mark

GOOD = """\
classes:
  - id: closed-enums
    verdict: defect
    reason: One new word costs the whole record.
    clients: {python-expenses: ">=7"}
    check: outcome.reported
    kind: changed
    detail: [unknown Response*]
    triggers: ["*: unknown value"]
  - id: empty-is-absent
    verdict: accepted
    reason: A server reads an empty filter as none.
    clients: {typescript-expenses: "*"}
    check: request.query
    pointer: [/query, /orderBy]
    operations: ["*.list"]
"""
ENUM: Mark = ("outcome.reported", "changed", "", "unknown ResponseValidationError")
QUERY: Mark = ("request.query", "missing", "/query", "")
NEW_WORD = frozenset({"answer Company.status", "answer Company.status: unknown value"})


@pytest.mark.parametrize(
    ("mark", "client", "operation", "features", "expected"),
    [
        (ENUM, "python-expenses@8.0.1", "companies.get", NEW_WORD, "closed-enums"),
        (ENUM, "python-expenses@6.2.0", "companies.get", NEW_WORD, None),
        (ENUM, "python-expenses@8.0.1", "companies.get", frozenset({"answer status: 201"}), None),
        (ENUM, "typescript-expenses@3.1.0", "companies.get", NEW_WORD, None),
        (("outcome.reported", "changed", "", "silent"), "python-expenses@8.0.1", "companies.get", NEW_WORD, None),
        (QUERY, "typescript-expenses@3.1.0", "companies.list", frozenset(), "empty-is-absent"),
        (QUERY, "typescript-expenses@3.1.0#2", "companies.list", frozenset(), "empty-is-absent"),
        (QUERY, "typescript-expenses@3.1.0", "refresh.all", frozenset(), None),
        (("request.query", "missing", "/page", ""), "typescript-expenses@3.1.0", "companies.list", frozenset(), None),
    ],
)
def test_a_class_holds_for_what_it_describes(  # noqa: PLR0917 - a row of the table
    tmp_path: Path, mark: Mark, client: str, operation: str, features: frozenset[str], expected: str | None
) -> None:
    path = tmp_path / "parity.yaml"
    path.write_text(GOOD, "utf-8")
    assert read_parity_ledger(path).known(mark, client, operation, features) == expected


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("verdict: defect", "verdict: defekt", 3, "did you mean `defect`"),
        ("verdict: defect", "verdikt: defect", 3, "did you mean `verdict`"),
        ("check: outcome.reported", "check: outcome.tolt", 6, "did you mean `outcome.reported`"),
        ('{python-expenses: ">=7"}', '{python-expences: ">=7"}', 5, "did you mean `python-expenses`"),
        ('{python-expenses: ">=7"}', '{python-expenses: "7 or so"}', 5, "7 or so"),
        ('{python-expenses: ">=7"}', "{}", 5, "names the clients"),
        ("reason: One new word costs the whole record.", "reason: later", 4, "says nothing"),
        ("id: empty-is-absent", "id: closed-enums", 10, "two classes are called `closed-enums`"),
        ("    check: outcome.reported\n", "", 2, "the key `check` is missing"),
        ("classes:", "classes: [", 2, "not YAML"),
        ("detail: [unknown Response*]", "detail: unknown", 8, "expected `array`"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    path = tmp_path / "parity.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_parity_ledger(path)
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (path, line)
    assert message in str(caught.value).replace("Expected", "expected")


def test_a_file_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"parity\.yaml: the ledger cannot be read"):
        read_parity_ledger(tmp_path / "parity.yaml")


def test_the_built_in_ledger_can_be_read_and_gives_every_reason() -> None:
    classes = load_parity_ledger().classes
    assert classes
    assert len({one.reason for one in classes}) == len(classes)
