"""Checks can fail: every mutant goes red through the check it names, on a case that the whole client passes.

All that is selected is played before the first test, several adapters at once: starting one is most of a mutant's time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from concordat.checks import Verdict
from tests.mutants.kills import KILLS, Kill
from tests.mutants.playing import WHOLE, Failed, Stand, cases_by_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.engine.result import Result

pytestmark = pytest.mark.xdist_group("mutants")

BREAKDOWNS = frozenset(
    {"AssertionError", "AttributeError", "ImportError", "KeyError", "NameError", "TypeError", "UnboundLocalError"}
)
"""Errors of a mutant's own patch: it broke down instead of misbehaving."""

Played = "Mapping[tuple[str, str], Result | Failed]"


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for item in request.session.items:
        kill = getattr(item, "callspec", None) and item.callspec.params.get("kill")
        if isinstance(kill, Kill) and item.path == request.path:
            wanted[kill.mutant].append(kill.case)
    wanted[WHOLE] = sorted({key for keys in wanted.values() for key in keys})
    return Stand(tmp_path_factory.mktemp("mutants")).play(wanted)


def result_of(played: Played, player: str, case: str) -> Result:
    found = played[player, case]
    if isinstance(found, Failed):
        raise found
    return found


@pytest.mark.parametrize("kill", KILLS, ids=str)
def test_a_mutant_is_caught_by_the_check_it_names(played: Played, kill: Kill) -> None:
    whole = result_of(played, WHOLE, kill.case)
    assert whole.verdict is Verdict.PASS, [check for check in whole.checks if check.verdict.red] or whole.reason
    broken = result_of(played, kill.mutant, kill.case)
    verdicts = {check.id: check.verdict for check in broken.checks}
    assert verdicts.get(kill.check) is kill.verdict, broken.reason or verdicts
    assert {outcome.error for outcome in broken.outcomes}.isdisjoint(BREAKDOWNS), "the patch itself is broken"
    assert broken.verdict.red


def test_every_mutant_is_in_the_table_and_every_line_is_about_one() -> None:
    from tests.mutants.clients import MUTANTS  # noqa: PLC0415 - the client is importable once `conftest` has run
    from tests.mutants.sandboxes import SANDBOXES  # noqa: PLC0415 - beside the other half

    assert {kill.mutant for kill in KILLS} == {*MUTANTS, *SANDBOXES}
    assert [kill for kill, count in Counter(KILLS).items() if count > 1] == []


def test_every_case_of_the_table_is_in_the_catalogue() -> None:
    assert {kill.case for kill in KILLS} - cases_by_key().keys() == set()
