"""Many mutants times many cases: what each reddens, played by as many processes as there are cores.

A mutant's *signature* is the set of (case, check) that it reddens over the first row of every case and over every row
that stands in the table. Two mutants of one signature are equivalent: one of them is superfluous.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.kills import KILLS
from tests.mutants.playing import Failed, MutantHarness, cases_by_key
from tests.timeouts import scaled

from concordat.checks import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.runner.result import Result

__all__ = ["BREAKDOWNS", "Reds", "broke_down", "cross", "first_rows", "reds_of", "rows_of_the_signature"]

DEADLINE = scaled(1800)
"""Seconds for one mutant with all cases."""
BREAKDOWNS = frozenset(
    {"AssertionError", "AttributeError", "ImportError", "KeyError", "NameError", "TypeError", "UnboundLocalError"}
)
"""Errors of a mutant's own patch: it broke down instead of misbehaving."""


@dataclass(frozen=True, slots=True)
class Reds:
    """What one player reddened: verdicts by check of each case, by key. `broken` says why it could not be played."""

    player: str
    checks: dict[str, dict[str, Verdict]]
    broken: str | None = None
    broke_down: frozenset[str] = frozenset()
    """The cases in which the mutant's own patch failed."""

    @property
    def signature(self) -> frozenset[tuple[str, str]]:
        """The pairs of case and check that went red."""
        return frozenset((key, check) for key, checks in self.checks.items() for check in checks)


def first_rows() -> list[str]:
    """Return the keys of every case, of a table the first row's."""
    return [key for key, case in cases_by_key().items() if case.row in (None, *case.rows[:1])]


def rows_of_the_signature() -> list[str]:
    """Return the keys of every case's first row and of every row that is in the table."""
    return sorted({*first_rows(), *(kill.case for kill in KILLS)} & cases_by_key().keys())


def broke_down(result: Result) -> bool:
    """Whether an error of the mutant's own patch reached the caller."""
    errors = {(outcome.get("error") or {}).get("class") for outcome in result.outcomes}
    return not errors.isdisjoint(BREAKDOWNS)


def reds_of(result: Result) -> dict[str, Verdict]:
    """Return the checks that say that something is wrong; where no source binds anybody they are observations."""
    seen = {check.id: check.verdict for check in result.checks}
    return {check: verdict for check, verdict in seen.items() if verdict.red or verdict is Verdict.OBSERVATION}


def cross(players: Iterable[str], keys: list[str], *, jobs: int | None = None) -> Iterator[Reds]:
    """Play each player with each case; yields a player's reds as soon as it is done."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=context) as pool:
        for done in as_completed([pool.submit(_one, player, keys) for player in players]):
            yield done.result()


def _one(player: str, keys: list[str]) -> Reds:
    with tempfile.TemporaryDirectory() as folder:
        try:
            played = MutantHarness(Path(folder), deadline=DEADLINE).play({player: keys})
        except TimeoutError:
            return Reds(player, {}, broken=f"it took longer than {DEADLINE:.0f} s")
    failures = {key: found for (_, key), found in played.items() if isinstance(found, Failed)}
    results = {key: found for (_, key), found in played.items() if not isinstance(found, Failed)}
    reds = {key: found for key, result in results.items() if (found := reds_of(result))}
    broken = next((str(failure) for failure in failures.values()), None)
    return Reds(player, reds, broken, frozenset(key for key, result in results.items() if broke_down(result)))
