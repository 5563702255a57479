"""Checks can fail: every mutant goes red through the check it names, on a case that the unbroken client passes.

A part of the table runs here; `tox -e mutants` runs all of it. The fixture `results` runs all selected lines at once on
several adapters, because the start of an adapter takes most of a mutant's time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import pytest
from tests.mutants.harness import UNBROKEN, MutantHarness, NotRun, cases_by_key
from tests.mutants.kill import Kill
from tests.mutants.kills import KILLS
from tests.mutants.red_checks import broke_down

from concordat.catalogue.model import Profile
from concordat.checks import Verdict
from concordat.runner.result import Result

if TYPE_CHECKING:
    from pathlib import Path

Results: TypeAlias = Mapping[tuple[str, str], Result | NotRun]

OF_EACH_CHECK = 3
"""Client mutants that represent one check in one area. The start of a mutant takes a fifth of a second."""
_NUMBERING = re.compile(r"^[^:]*:|(?<=request)\.\d+")


def selected_lines() -> list[Kill]:
    """Return the first line of every sandbox mutant, and for each check and area those of its first client mutants."""
    chosen: dict[str, Kill] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for kill in KILLS:
        case = cases_by_key().get(kill.case)
        if case is None or case.profile is Profile.FULL or kill.mutant in chosen:
            continue
        place = (case.area, _NUMBERING.sub("", kill.check))
        if kill.mutant.startswith("sandbox:") or taken[place] < OF_EACH_CHECK:
            chosen[kill.mutant] = kill
            taken[place] += not kill.mutant.startswith("sandbox:")
    return list(chosen.values())


SELECTED = selected_lines()
CASES = sorted({kill.case for kill in SELECTED})


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Results:
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for item in request.session.items:
        kill = item.callspec.params.get("kill") if hasattr(item, "callspec") else None
        if isinstance(kill, Kill):
            wanted[kill.mutant].append(kill.case)
    return MutantHarness(tmp_path_factory.mktemp("mutants")).run({UNBROKEN: CASES, **wanted})


def result_of(results: Results, mutant: str, case: str) -> Result:
    found = results[mutant, case]
    if isinstance(found, NotRun):
        raise found
    return found


@pytest.mark.parametrize("kill", SELECTED, ids=str)
def test_a_mutant_is_caught_by_the_check_it_names(results: Results, kill: Kill) -> None:
    broken = result_of(results, kill.mutant, kill.case)
    verdicts = {check.id: check.verdict for check in broken.checks}
    assert verdicts.get(kill.check) is kill.verdict, broken.reason or verdicts
    assert broken.verdict.red or broken.verdict is kill.verdict
    assert not broke_down(broken), "the patch itself failed"


@pytest.mark.parametrize("case", CASES)
def test_the_unbroken_client_and_sandbox_pass_every_case_of_these_lines(results: Results, case: str) -> None:
    unbroken = result_of(results, UNBROKEN, case)
    assert unbroken.verdict is Verdict.PASS, [
        check for check in unbroken.checks if check.verdict.red
    ] or unbroken.reason


def test_a_mutant_that_does_not_start_is_an_error_and_no_kill(tmp_path: Path) -> None:
    found = MutantHarness(tmp_path).run({"no-such-mutant": ["customers.list.first-page"]})
    with pytest.raises(NotRun, match="does not start"):
        result_of(found, "no-such-mutant", "customers.list.first-page")
