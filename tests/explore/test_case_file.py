"""The case file of a finding: lint accepts it, and a run takes it only by its name or path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.catalogue import load_catalogue
from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.case_file import write_case
from concordat.explore.deviations import Deviation, Fingerprint
from concordat.explore.findings import ExplorationFinding
from concordat.lint.catalogue import lint_cases
from concordat.runner.plan import case_roots, select_cases
from concordat.runner.settings import RunSettings

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.contract import Contract
    from concordat.explore.scenario_space import ScenarioSpace

DEVIATIONS = {
    "query": Deviation("request.query", "changed", "/query", "", "a", "b"),
    "lost": Deviation("client.alive", "died"),
    "place": Deviation("call.possible", "unrepresentable", "/tags"),
    "reported": Deviation("outcome.reported", "changed", "", "silent", ["failed"], "silent"),
    "status": Deviation("outcome.error.status", "changed", "", "", 404, None),
    "member": Deviation("outcome.payload", "missing", "/results/1/number", "", "+44", None),
    "added": Deviation("outcome.payload", "extra", "/results/0/properties", "", None, {}),
    "count": Deviation("outcome.payload", "count", "/results", "", 2, 1),
    "whole": Deviation("outcome.payload", "type", "", "", {}, None),
}


def finding(space: ScenarioSpace, deviation: Deviation, *, allowed: bool = True) -> ExplorationFinding:
    plain = space.plainest("customers.list")
    body = {"results": [{"number": "1"}, {"number": "$+44"}], "length": 3}
    scenario = msgspec.structs.replace(
        plain,
        arguments={**plain.arguments, "query": "${a} \x00 $b"} | ({} if allowed else {"page": 0}),
        answer=ScriptedAnswer(status=200, json=body),
        allowed=allowed,
    )
    return ExplorationFinding(
        fingerprint=Fingerprint(deviation.check, deviation.kind, deviation.pointer, deviation.detail),
        deviation=deviation,
        scenario=scenario,
        triggers=frozenset({"argument query: other text"}),
        clients=("reference@1.0.0",),
    )


@pytest.mark.parametrize("deviation", DEVIATIONS.values(), ids=list(DEVIATIONS))
@pytest.mark.parametrize("allowed", [True, False])
def test_lint_accepts_the_case_of_a_finding(
    space: ScenarioSpace,
    expenses: Contract,
    tmp_path: Path,
    deviation: Deviation,
    allowed: bool,  # noqa: FBT001 - a row
) -> None:
    path = write_case(finding(space, deviation, allowed=allowed), expenses, tmp_path)
    catalogue = load_catalogue([path])
    assert [str(problem) for problem in lint_cases(catalogue, bound=lambda _: ())] == []
    (case,) = catalogue.cases
    assert case.id == path.stem
    # the answer of this finding lacks required members of a page
    assert case.allow == ["answers"] if allowed else ["contract", "answers"]


def test_each_finding_has_its_own_file(space: ScenarioSpace, expenses: Contract, tmp_path: Path) -> None:
    first, again = (write_case(finding(space, DEVIATIONS["query"]), expenses, tmp_path) for _ in range(2))
    other = write_case(finding(space, DEVIATIONS["reported"]), expenses, tmp_path)
    assert first == again != other


@pytest.mark.parametrize("folder", ["elsewhere", "mine/cases/quarantine"])
def test_a_path_selects_a_case_file_outside_of_every_catalogue(
    space: ScenarioSpace, expenses: Contract, tmp_path: Path, folder: str
) -> None:
    path = write_case(finding(space, DEVIATIONS["query"]), expenses, tmp_path / folder)
    settings = RunSettings(cases=(str(path),))
    catalogue = load_catalogue(case_roots(settings.cases))
    (case,) = select_cases(catalogue, settings)
    assert case.id == path.stem
    assert catalogue.file_of(case) == path.resolve()


def test_a_run_takes_quarantined_cases_only_by_name(space: ScenarioSpace, expenses: Contract, tmp_path: Path) -> None:
    path = write_case(finding(space, DEVIATIONS["query"]), expenses, tmp_path / "cases" / "quarantine")
    catalogue = load_catalogue([path.parent.parent])
    assert [case.area for case in catalogue.cases] == ["quarantine"]
    assert select_cases(catalogue, RunSettings()) == []
    for selector in ("quarantine", path.stem):
        assert select_cases(catalogue, RunSettings(cases=(selector,))) == list(catalogue.cases)
