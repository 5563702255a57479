"""Checks can fail: every mutant goes red through the check it names, on a case that the whole client passes.

A part of the table is played here, `tox -e mutants` plays all of it. All that is selected is played before the first
test, several adapters at once: starting one is most of a mutant's time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import pytest
from tests.mutants.crossing import broke_down
from tests.mutants.gate import gate_lines
from tests.mutants.kill import Kill
from tests.mutants.playing import WHOLE, Failed, MutantHarness

from concordat.checks import Verdict
from concordat.runner.result import Result

if TYPE_CHECKING:
    from pathlib import Path

Played: TypeAlias = Mapping[tuple[str, str], Result | Failed]

GATE = gate_lines()
CASES = sorted({kill.case for kill in GATE})


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for item in request.session.items:
        kill = item.callspec.params.get("kill") if hasattr(item, "callspec") else None
        if isinstance(kill, Kill):
            wanted[kill.mutant].append(kill.case)
    return MutantHarness(tmp_path_factory.mktemp("mutants")).play({WHOLE: CASES, **wanted})


def result_of(played: Played, player: str, case: str) -> Result:
    found = played[player, case]
    if isinstance(found, Failed):
        raise found
    return found


@pytest.mark.parametrize("kill", GATE, ids=str)
def test_a_mutant_is_caught_by_the_check_it_names(played: Played, kill: Kill) -> None:
    broken = result_of(played, kill.mutant, kill.case)
    verdicts = {check.id: check.verdict for check in broken.checks}
    assert verdicts.get(kill.check) is kill.verdict, broken.reason or verdicts
    assert broken.verdict.red or broken.verdict is kill.verdict
    assert not broke_down(broken), "the patch itself broke down"


@pytest.mark.parametrize("case", CASES)
def test_the_whole_client_and_the_whole_sandbox_pass_every_case_of_these_lines(played: Played, case: str) -> None:
    whole = result_of(played, WHOLE, case)
    assert whole.verdict is Verdict.PASS, [check for check in whole.checks if check.verdict.red] or whole.reason


def test_a_mutant_that_does_not_start_is_an_error_and_no_kill(tmp_path: Path) -> None:
    found = MutantHarness(tmp_path).play({"no-such-mutant": ["customers.list.first-page"]})
    with pytest.raises(Failed, match="does not start"):
        result_of(found, "no-such-mutant", "customers.list.first-page")
