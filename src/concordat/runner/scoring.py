"""How far each client keeps a requirement set: passed of executed by level, and what came after the freeze apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.catalogue.requirements import is_requirement
from concordat.checks.model import Verdict
from concordat.runner.result import RequirementScore, Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from concordat.catalogue.requirements import RequirementSet
    from concordat.runner.result import Result

__all__ = ["requirement_scores"]

_UNSCORED = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR, Verdict.OBSERVATION)
"""Verdicts that say nothing of a requirement: it was not asked for, not judged, or bound nobody."""
_AFTER = "after"


def requirement_scores(results: Iterable[Result], sets: Iterable[RequirementSet]) -> tuple[RequirementScore, ...]:
    """Return a score for each set and client with results, by set, then client."""
    by_client: dict[str, list[Result]] = {}
    for result in results:
        by_client.setdefault(result.client, []).append(result)
    return tuple(_score(found, client, by_client[client]) for found in sets for client in sorted(by_client))


def _score(found: RequirementSet, client: str, results: Iterable[Result]) -> RequirementScore:
    executed: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    played: set[tuple[str, str | None]] = set()
    for result in results:
        if result.verdict in _UNSCORED or not is_requirement(result.source):
            continue
        level = found.level_of(result.case, result.row)
        if level is not None:
            played.add((result.case, result.row))
        key = _AFTER if level is None else str(level)
        executed[key] += 1
        passed[key] += result.verdict is Verdict.PASS
    must, should, may, after = (
        Score(passed=passed[key], executed=executed[key]) for key in ("must", "should", "may", _AFTER)
    )
    return RequirementScore(
        set=found.name,
        client=client,
        must=must,
        should=should,
        may=may,
        after_freeze=after,
        unplayed=sum(key not in played for key in _keys(found)),
    )


def _keys(found: RequirementSet) -> Iterator[tuple[str, str | None]]:
    for case, requirement in found.cases.items():
        for row in requirement.rows or (None,):
            yield case, row
