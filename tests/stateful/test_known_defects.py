"""Known defects: each has a reason and a cause, and explains and counts only what it describes."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.checks import Check, Verdict
from concordat.clients import load_manifests
from concordat.ledger.model import load_ledger
from concordat.stateful import known_defects as known
from concordat.stateful.known_defects import KnownDefect, KnownDefects, known_defects

FAILED = Check(id="outcome.reported", verdict=Verdict.FAIL)


def defect(**more: Any) -> KnownDefect:
    return KnownDefect(
        **{"client": "c", "versions": "*", "operation": "*", "check": "outcome.reported", "reason": "so"} | more
    )


def test_every_defect_names_a_client_and_a_cause_of_its_ledger() -> None:
    manifests = load_manifests()
    defects = known._defects()
    assert defects
    for one in defects:
        assert one.client in manifests
        assert one.cause in {cause.id for cause in load_ledger(one.client).causes}
        assert one.reason


def test_a_version_outside_of_the_range_has_no_known_defect() -> None:
    assert known_defects("python-expenses", "8.0.1").defects
    assert not known_defects("python-expenses", "9.0.0").defects
    assert not known_defects("reference", "1.0.0").defects


@pytest.mark.parametrize(
    ("known_defect", "answer", "left"),
    [
        (defect(), 404, []),
        (defect(answer=[404]), 404, []),
        (defect(answer=[400]), 404, [FAILED]),
        (defect(operation="customers.list"), 404, [FAILED]),
        (defect(check="outcome.payload"), 404, [FAILED]),
        (defect(has={"customerId": "[/%]"}), 404, []),
        (defect(has={"customerId": "[#]"}), 404, [FAILED]),
        (defect(has={"query": "."}), 404, [FAILED]),
    ],
)
def test_a_defect_explains_and_counts_the_checks_that_it_describes(
    known_defect: KnownDefect, answer: int, left: list[Check]
) -> None:
    defects = KnownDefects([known_defect])
    assert defects.unexplained("customers.get", {"customerId": "a/b"}, [FAILED], answer) == left
    assert sum(defects.met.values()) == 1 - len(left)
    assert len(defects.summary()) == 1 - len(left)


def test_the_machine_skips_a_call_with_a_known_defect_of_its_request() -> None:
    defects = KnownDefects([defect(check="request.path", has={"customerId": "/"})])
    assert defects.avoids("customers.get", {"customerId": "a/b"})
    assert not defects.avoids("customers.get", {"customerId": "ab"})
    assert not KnownDefects([defect(has={"customerId": "/"})]).avoids("customers.get", {"customerId": "a/b"})
    assert sum(defects.met.values()) == 1
