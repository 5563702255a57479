"""An exploration finds and shrinks clients with a defect for one rare input, and nothing in a client beside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.explore.conftest import EXAMPLES
from tests.explore.rare_mutants import RARE
from tests.reference_install import REFERENCE

from concordat.explore import ParityLedger, text_report

if TYPE_CHECKING:
    from concordat.explore import Exploration, ExplorationFinding

MAX_ARGUMENTS = 3


def findings_of(search_result: Exploration, name: str) -> list[ExplorationFinding]:
    return [finding for finding in search_result.findings if name in finding.clients]


@pytest.mark.parametrize("name", RARE)
def test_a_rare_mutant_is_found_and_shrunk_to_three_arguments_at_most(search_result: Exploration, name: str) -> None:
    found = findings_of(search_result, name)
    assert found, name
    assert min(len(finding.scenario.arguments) for finding in found) <= MAX_ARGUMENTS
    assert all(finding.clients == (name,) for finding in found)


def test_the_whole_client_beside_itself_has_no_finding(search_result: Exploration) -> None:
    assert findings_of(search_result, REFERENCE) == findings_of(search_result, f"{REFERENCE}#1") == []
    assert search_result.harness_errors == ()
    assert search_result.examples == EXAMPLES


def test_every_finding_replays_from_its_file(search_result: Exploration) -> None:
    assert [finding.case_id for finding in search_result.findings if not finding.replays] == []
    files = [finding.file for finding in search_result.findings]
    assert len(set(files)) == len(files)
    assert all(file is not None and file.is_file() for file in files)


def test_findings_are_few_and_each_names_the_conforming_clients(search_result: Exploration) -> None:
    assert len(RARE) <= len(search_result.findings) <= 2 * len(RARE)
    for finding in search_result.findings:
        assert {REFERENCE, f"{REFERENCE}#1"} <= set(finding.conforming)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "page-of-exactly-5000",
            ["request.query changed /pageSize", "pageSize: 5000", 'has "4999" in place of "5000"'],
        ),
        (
            "teapot-swallowed",
            ["outcome.reported changed", "answer status: 418", "- reported failed, status 418", "+ reported ok"],
        ),
        (
            "contact-without-phone",
            ["request.body extra /phone", "customers.create(", '"contacts":[{"status":"Unknown"}]'],
        ),
    ],
)
def test_the_report_has_the_call_and_the_difference_of_a_finding(
    search_result: Exploration, name: str, words: list[str]
) -> None:
    lines = "\n".join(text_report(search_result, ParityLedger()))
    (part,) = (part for part in lines.split("\n\n") if f"  {name}\n" in part)
    assert [word for word in words if word not in part] == []
    assert f"--client {name}" in part
