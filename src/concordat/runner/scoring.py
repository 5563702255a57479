"""Scores by level: of all cases, and of each requirement set, with a separate score for later cases."""

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

__all__ = ["level_scores", "requirement_scores"]

_UNSCORED = (*(verdict for verdict in Verdict if not verdict.executed), Verdict.OBSERVATION)
"""Verdicts without a score: the requirement is not applicable, not judged, or not binding."""
_AFTER = "after"


def level_scores(results: Iterable[Result]) -> dict[str, dict[str, Score]]:
    """Return each client's score over all cases, by client and level.

    It excludes results without a judgement, and cases whose behaviour no source specifies.
    """
    executed: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for result in results:
        if _scored(result):
            executed[result.client, result.level] += 1
            passed[result.client, result.level] += result.verdict is Verdict.PASS
    scores: dict[str, dict[str, Score]] = {}
    for (client, level), count in sorted(executed.items()):
        scores.setdefault(client, {})[level] = Score(passed=passed[client, level], executed=count)
    return scores


def requirement_scores(results: Iterable[Result], sets: Iterable[RequirementSet]) -> tuple[RequirementScore, ...]:
    """Return a score for each set and client with results, by set, then client."""
    by_client: dict[str, list[Result]] = {}
    for result in results:
        by_client.setdefault(result.client, []).append(result)
    return tuple(
        _score(requirement_set, client, by_client[client]) for requirement_set in sets for client in sorted(by_client)
    )


def _score(requirement_set: RequirementSet, client: str, results: Iterable[Result]) -> RequirementScore:
    executed: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    scored: set[tuple[str, str | None]] = set()
    for result in results:
        if not _scored(result):
            continue
        level = requirement_set.level_of(result.case, result.row)
        if level is not None:
            scored.add((result.case, result.row))
        key = _AFTER if level is None else str(level)
        executed[key] += 1
        passed[key] += result.verdict is Verdict.PASS
    must, should, may, after = (
        Score(passed=passed[key], executed=executed[key]) for key in ("must", "should", "may", _AFTER)
    )
    return RequirementScore(
        set=requirement_set.name,
        client=client,
        must=must,
        should=should,
        may=may,
        after_freeze=after,
        unplayed=sum(key not in scored for key in _keys(requirement_set)),
    )


def _scored(result: Result) -> bool:
    return result.verdict not in _UNSCORED and is_requirement(result.source)


def _keys(requirement_set: RequirementSet) -> Iterator[tuple[str, str | None]]:
    for case, requirement in requirement_set.cases.items():
        for row in requirement.rows or (None,):
            yield case, row
