"""The red checks of each mutant in each case, found by as many processes as there are cores.

The *signature* of a mutant is the set of (case, check) that are red in the first row of every case and in every row of
the table. Two mutants of one signature are equivalent: one of them proves nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.harness import MutantHarness, NotRun, cases_by_key
from tests.mutants.kills import KILLS
from tests.timeouts import scaled

from concordat.checks import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.runner.result import Result

__all__ = ["BREAKDOWNS", "RedChecks", "broke_down", "cross", "first_rows", "red_checks", "rows_of_the_signature"]

DEADLINE = scaled(1800)
"""Timeout of one mutant with all cases, in seconds."""
BREAKDOWNS = frozenset(
    {"AssertionError", "AttributeError", "ImportError", "KeyError", "NameError", "TypeError", "UnboundLocalError"}
)
"""Error classes that say that the patch of a mutant failed itself."""


@dataclass(frozen=True, slots=True)
class RedChecks:
    """The red checks of one mutant: verdicts by check, by case key. `broken` says why it did not run."""

    mutant: str
    checks: dict[str, dict[str, Verdict]]
    broken: str | None = None
    broke_down: frozenset[str] = frozenset()
    """The keys of cases in which the patch itself failed."""

    @property
    def signature(self) -> frozenset[tuple[str, str]]:
        """The pairs of case and check that went red."""
        return frozenset((key, check) for key, checks in self.checks.items() for check in checks)


def first_rows() -> list[str]:
    """Return the key of every case; of a case with rows, the key of the first row."""
    return [key for key, case in cases_by_key().items() if case.row in (None, *case.rows[:1])]


def rows_of_the_signature() -> list[str]:
    """Return the keys of every first row and of every row in the table."""
    return sorted({*first_rows(), *(kill.case for kill in KILLS)} & cases_by_key().keys())


def broke_down(result: Result) -> bool:
    """Whether an error of the patch itself reached the caller."""
    errors = {(outcome.get("error") or {}).get("class") for outcome in result.outcomes}
    return not errors.isdisjoint(BREAKDOWNS)


def red_checks(result: Result) -> dict[str, Verdict]:
    """Return the red checks, and the observations of cases whose sources bind no client."""
    verdicts = {check.id: check.verdict for check in result.checks}
    return {check: verdict for check, verdict in verdicts.items() if verdict.red or verdict is Verdict.OBSERVATION}


def cross(mutants: Iterable[str], keys: list[str], *, jobs: int | None = None) -> Iterator[RedChecks]:
    """Run each mutant with each case, and yield the red checks of a mutant when its run ends."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=context) as pool:
        for done in as_completed([pool.submit(_one, mutant, keys) for mutant in mutants]):
            yield done.result()


def _one(mutant: str, keys: list[str]) -> RedChecks:
    with tempfile.TemporaryDirectory() as folder:
        try:
            ran = MutantHarness(Path(folder), deadline=DEADLINE).run({mutant: keys})
        except TimeoutError:
            return RedChecks(mutant, {}, broken=f"it took longer than {DEADLINE:.0f} s")
    failures = {key: found for (_, key), found in ran.items() if isinstance(found, NotRun)}
    results = {key: found for (_, key), found in ran.items() if not isinstance(found, NotRun)}
    reds = {key: found for key, result in results.items() if (found := red_checks(result))}
    broken = next((str(failure) for failure in failures.values()), None)
    return RedChecks(mutant, reds, broken, frozenset(key for key, result in results.items() if broke_down(result)))
