"""The parity ledger: which class matches a divergence, and errors of the file by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.errors import LedgerError
from concordat.explore.deviations import Fingerprint
from concordat.explore.parity_ledger import load_parity_ledger, read_parity_ledger

if TYPE_CHECKING:
    from pathlib import Path


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
ENUM = Fingerprint("outcome.reported", "changed", "", "unknown ResponseValidationError")
QUERY = Fingerprint("request.query", "missing", "/query", "")
NEW_WORD = frozenset({"answer Company.status", "answer Company.status: unknown value"})


@pytest.mark.parametrize(
    ("fingerprint", "client", "operation", "features", "expected"),
    [
        (ENUM, "python-expenses@8.0.1", "companies.get", NEW_WORD, "closed-enums"),
        (ENUM, "python-expenses@6.2.0", "companies.get", NEW_WORD, None),
        (ENUM, "python-expenses@8.0.1", "companies.get", frozenset({"answer status: 201"}), None),
        (ENUM, "typescript-expenses@3.1.0", "companies.get", NEW_WORD, None),
        (ENUM._replace(detail="silent"), "python-expenses@8.0.1", "companies.get", NEW_WORD, None),
        (QUERY, "typescript-expenses@3.1.0", "companies.list", frozenset(), "empty-is-absent"),
        (QUERY, "typescript-expenses@3.1.0#2", "companies.list", frozenset(), "empty-is-absent"),
        (QUERY, "typescript-expenses@3.1.0", "refresh.all", frozenset(), None),
        (QUERY._replace(pointer="/page"), "typescript-expenses@3.1.0", "companies.list", frozenset(), None),
    ],
)
def test_a_class_matches_the_divergences_that_it_describes(  # noqa: PLR0917 - a row of the table
    tmp_path: Path,
    fingerprint: Fingerprint,
    client: str,
    operation: str,
    features: frozenset[str],
    expected: str | None,
) -> None:
    path = tmp_path / "parity.yaml"
    path.write_text(GOOD, "utf-8")
    assert read_parity_ledger(path).class_of(fingerprint, client, operation, features) == expected


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("verdict: defect", "verdict: defekt", 3, "did you mean `defect`"),
        ("verdict: defect", "verdikt: defect", 3, "did you mean `verdict`"),
        ("check: outcome.reported", "check: outcome.tolt", 6, "did you mean `outcome.reported`"),
        ('{python-expenses: ">=7"}', '{python-expences: ">=7"}', 5, "did you mean `python-expenses`"),
        ('{python-expenses: ">=7"}', '{python-expenses: "7 or so"}', 5, "7 or so"),
        ('{python-expenses: ">=7"}', "{}", 5, "names the clients"),
        ("reason: One new word costs the whole record.", "reason: later", 4, "has fewer than 4 words"),
        ("id: empty-is-absent", "id: closed-enums", 10, "two classes are called `closed-enums`"),
        ("    check: outcome.reported\n", "", 2, "the key `check` is missing"),
        ("classes:", "classes: [", 2, "not YAML"),
        ("detail: [unknown Response*]", "detail: unknown", 8, "expected `array`"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    path = tmp_path / "parity.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_parity_ledger(path)
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (path, line)
    assert message in str(caught.value).replace("Expected", "expected")


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"parity\.yaml: the parity ledger cannot be read"):
        read_parity_ledger(tmp_path / "parity.yaml")


def test_the_built_in_ledger_is_valid_and_each_class_has_its_own_reason() -> None:
    classes = load_parity_ledger().classes
    assert classes
    assert len({one.reason for one in classes}) == len(classes)
