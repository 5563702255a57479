"""The search for contradictions: generated examples of one relation, each judged again before it counts.

Records of a live target may change between two reads. So an example whose answers contradict each other is judged
again, between two reads of the list: only a contradiction that occurs in both runs counts, and only if the list has not
changed in between. After three attempts without a stable list the example stays unjudged.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from concordat.contract_tests.semantic.reader import Contradicted, Refused
from concordat.contract_tests.semantic.relation import RELATIONS
from concordat.contract_tests.semantic.window import read_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.contract_tests.semantic.reader import Contradiction, ListReader
    from concordat.contract_tests.semantic.window import Example, Relation, Window

__all__ = ["EXAMPLES", "SearchResult", "search"]

EXAMPLES = 10
_ATTEMPTS = 3
_MOST_REQUESTS = 600
"""Requests of one search, after which it draws and shrinks no further."""


@dataclass(slots=True)
class SearchResult:
    """The contradictions of the smallest contradicting example with its requests, and the reasons of unjudged ones.

    `judged` counts the judged examples. Without any, and without a contradiction, the relation is not tested.
    """

    contradictions: tuple[Contradiction, ...] = ()
    requests: tuple[str, ...] = ()
    judged: int = 0
    unjudged: Counter[str] = field(default_factory=Counter)

    def text(self) -> str:
        """Return the contradictions with the requests that show them, empty without one."""
        if not self.contradictions:
            return ""
        lines = [str(one) for one in self.contradictions]
        requests = [f"    {line}" for line in dict.fromkeys(self.requests)]
        return "\n".join([*lines, "", "Repeat with these requests:", *requests])


class _Found(Exception):  # noqa: N818 - ends an example
    """An example whose answers contradict each other."""


def search(reader: ListReader, relation: str, *, examples: int | None, chosen_seed: int | None) -> SearchResult:
    """Draw examples of a relation, and return the smallest contradiction and the counts."""
    run = _Search(reader, RELATIONS[relation])
    try:
        window = read_window(reader)
    except Contradicted as error:
        return _of_shape(reader, error)
    except Refused as error:
        return SearchResult(unjudged=Counter([str(error)]))
    drawn = run.relation.examples(reader, window)
    if isinstance(drawn, str):
        return SearchResult(unjudged=Counter([drawn]))
    run.window = window

    @settings(
        max_examples=examples or EXAMPLES,
        deadline=None,
        derandomize=chosen_seed is None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(drawn)
    def judge(example: Example) -> None:
        if run.contradictions_of(example):
            raise _Found

    with suppress(_Found):
        (judge if chosen_seed is None else seed(chosen_seed)(judge))()
    return run.result


def _of_shape(reader: ListReader, error: Contradicted) -> SearchResult:
    """Return the result of a list that is not one; it is read twice."""
    first = error.contradiction
    try:
        read_window(reader)
    except Contradicted as again:
        if again.contradiction == first:
            return SearchResult((first,), (reader.trace[-1],), judged=1)
    except Refused:
        pass
    return SearchResult(unjudged=Counter(["the list has an answer of another form at each read"]))


class _Search:
    """Judges examples and keeps the last, which is the smallest, that has a contradiction.

    Each example is judged once, so that Hypothesis meets the same verdict whenever it draws the example again.
    """

    window: Window

    def __init__(self, reader: ListReader, relation: Relation) -> None:
        self.relation = relation
        self.result = SearchResult()
        self._reader = reader
        self._verdicts: dict[Example, tuple[tuple[Contradiction, ...], tuple[str, ...]]] = {}

    def contradictions_of(self, example: Example) -> Sequence[Contradiction]:
        """Return the stable contradictions of an example, none for one that cannot be judged."""
        if example not in self._verdicts:
            if self._reader.sent >= _MOST_REQUESTS:
                return ()
            self._verdicts[example] = self._stable(example)
        contradictions, requests = self._verdicts[example]
        if contradictions:
            self.result.contradictions, self.result.requests = contradictions, requests
        return contradictions

    def _stable(self, example: Example) -> tuple[tuple[Contradiction, ...], tuple[str, ...]]:
        for _ in range(_ATTEMPTS):
            try:
                first = self._judge(example)
                if not first:
                    self.result.judged += 1
                    return (), ()
                self.window = before = read_window(self._reader)
                again = set(self._judge(example))
                requests = tuple(self._reader.trace)
                self.window = after = read_window(self._reader)
            except Refused as error:
                self.result.unjudged[str(error)] += 1
                return (), ()
            except Contradicted:
                continue  # the list itself had another form this time
            if (before.ids, before.first.total) == (after.ids, after.first.total):
                self.result.judged += 1
                return tuple(one for one in first if one in again), requests
        self.result.unjudged["the list changed at each attempt"] += 1
        return (), ()

    def _judge(self, example: Example) -> list[Contradiction]:
        self._reader.clear_trace()
        try:
            return list(self.relation.judge(self._reader, self.window, example))
        except Contradicted as error:
            return [error.contradiction]
