"""Known defects are named by a reason and a cause, counted when they are met, and explain nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.checks import Check, Verdict
from concordat.clients import load_manifests
from concordat.ledger.model import load_ledger
from concordat.stateful import known_defects as known
from concordat.stateful.known_defects import Known, KnownDefects, known_defects

TOLD = Check(id="outcome.reported", verdict=Verdict.FAIL)


def line(**more: Any) -> Known:
    return Known(
        **{"client": "c", "versions": "*", "operation": "*", "check": "outcome.reported", "reason": "so"} | more
    )


def test_every_line_names_a_client_and_a_cause_of_its_ledger() -> None:
    manifests = load_manifests()
    lines = known._lines()
    assert lines
    for one in lines:
        assert one.client in manifests
        assert one.cause in {cause.id for cause in load_ledger(one.client).causes}
        assert one.reason


def test_a_version_outside_of_the_range_has_no_excuse() -> None:
    assert known_defects("python-expenses", "8.0.1").lines
    assert not known_defects("python-expenses", "9.0.0").lines
    assert not known_defects("reference", "1.0.0").lines


@pytest.mark.parametrize(
    ("given", "answer", "left"),
    [
        (line(), 404, []),
        (line(answer=[404]), 404, []),
        (line(answer=[400]), 404, [TOLD]),
        (line(operation="customers.list"), 404, [TOLD]),
        (line(check="outcome.payload"), 404, [TOLD]),
        (line(has={"customerId": "[/%]"}), 404, []),
        (line(has={"customerId": "[#]"}), 404, [TOLD]),
        (line(has={"query": "."}), 404, [TOLD]),
    ],
)
def test_a_line_explains_what_it_says_and_counts_it(given: Known, answer: int, left: list[Check]) -> None:
    defects = KnownDefects([given])
    assert defects.unexplained("customers.get", {"customerId": "a/b"}, [TOLD], answer) == left
    assert sum(defects.met.values()) == 1 - len(left)
    assert len(defects.summary()) == 1 - len(left)


def test_a_call_whose_request_is_known_to_be_wrong_is_not_made() -> None:
    defects = KnownDefects([line(check="request.path", has={"customerId": "/"})])
    assert defects.avoids("customers.get", {"customerId": "a/b"})
    assert not defects.avoids("customers.get", {"customerId": "ab"})
    assert not KnownDefects([line(has={"customerId": "/"})]).avoids("customers.get", {"customerId": "a/b"})
    assert sum(defects.met.values()) == 1
