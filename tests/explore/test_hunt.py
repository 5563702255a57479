"""Clients that are wrong for one rare input are found and made small; a client beside itself is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.explore.conftest import EXAMPLES
from tests.explore.hunting import WHOLE
from tests.explore.rare import RARE

from concordat.explore import ParityLedger, tell

if TYPE_CHECKING:
    from concordat.explore import Exploration, Finding

MOST_ARGUMENTS = 3


def own(hunted: Exploration, name: str) -> list[Finding]:
    return [finding for finding in hunted.findings if name in finding.clients]


@pytest.mark.parametrize("name", RARE)
def test_a_rare_mutant_is_found_and_shrunk_to_three_arguments_at_most(hunted: Exploration, name: str) -> None:
    found = own(hunted, name)
    assert found, name
    assert min(len(finding.scenario.arguments) for finding in found) <= MOST_ARGUMENTS
    assert all(finding.clients == (name,) for finding in found)


def test_the_whole_client_beside_itself_has_no_finding(hunted: Exploration) -> None:
    assert own(hunted, WHOLE) == own(hunted, f"{WHOLE}#1") == []
    assert hunted.trouble == ()
    assert hunted.examples == EXAMPLES


def test_every_finding_replays_from_its_file(hunted: Exploration) -> None:
    assert [finding.case_id for finding in hunted.findings if not finding.replays] == []
    files = [finding.file for finding in hunted.findings]
    assert len(set(files)) == len(files)
    assert all(file is not None and file.is_file() for file in files)


def test_findings_are_few_and_each_says_who_agrees(hunted: Exploration) -> None:
    assert len(RARE) <= len(hunted.findings) <= 2 * len(RARE)
    for finding in hunted.findings:
        conforming = [label for one in finding.standings if one.conforming for label in one.clients]
        assert {WHOLE, f"{WHOLE}#1"} <= set(conforming)


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
def test_a_finding_is_told_with_its_call_and_its_difference(hunted: Exploration, name: str, words: list[str]) -> None:
    lines = "\n".join(tell(hunted, ParityLedger()))
    (part,) = (part for part in lines.split("\n\n") if f"  {name}\n" in part)
    assert [word for word in words if word not in part] == []
    assert f"--client {name}" in part
