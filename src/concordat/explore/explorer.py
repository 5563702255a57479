"""The exploration: scenarios through all clients at once, symptoms collected, then each shrunk and told once."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from concordat.errors import AdapterError, ClientUnavailable
from concordat.explore.deviations import Deviation, Seen, deviations_of, names_of
from concordat.explore.explain import wire_diff
from concordat.explore.findings import Finding, Hit, Mark, Standing
from concordat.explore.scenario_space import ScenarioSpace
from concordat.explore.search import Search
from concordat.explore.views import expected_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from concordat.contract import Contract
    from concordat.explore.exploration_client import ExplorationClient
    from concordat.explore.ledger import ParityLedger
    from concordat.explore.scenario import Scenario

__all__ = ["Explorer"]

_T = TypeVar("_T")

VARIANTS: Final = 4
"""Causes of one symptom of one client that are told apart; what comes after is counted with the first."""
SHRINKS: Final = 250
"""Calls that are made to make one scenario smaller."""
_HITS: Final = 60
"""Scenarios that are kept of one symptom of one client."""
_STARTS: Final = 120.0
_MOST_TROUBLE: Final = 20


class Explorer:
    """Explores one contract with two or more parties; used once, between `start` and `stop`.

    What the ledger knows is counted in `known`, and not looked into.

    `found` grows while `shrink` runs, so that an interruption loses nothing that was found.
    """

    def __init__(
        self,
        contract: Contract,
        parties: Sequence[ExplorationClient],
        ledger: ParityLedger,
        *,
        folder: Path | None = None,
    ) -> None:
        self.contract = contract
        self.parties = tuple(parties)
        self.operations = [
            name
            for name in contract.operations
            if sum(name in party.operations for party in parties) >= min(2, len(parties))
        ]
        self.space = ScenarioSpace(contract, self.operations)
        self.found: list[Finding] = []
        self.examples = 0
        self.calls = 0
        self.known: dict[str, Counter[str]] = defaultdict(Counter)
        """How often a class of the ledger was met, by its id and by client."""
        self.trouble: list[str] = []
        """What went wrong with the adapters themselves: never a finding."""
        self._ledger = ledger
        self._search = Search(self.space.scenarios, contract.name, folder)
        self._hits: dict[tuple[Mark, str], list[Hit]] = defaultdict(list)
        self._met: dict[tuple[Mark, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._names = names_of(contract)
        self._loop = asyncio.Runner(loop_factory=_new_loop)

    # -- around it

    def start(self) -> None:
        """Start every adapter. Raises ClientUnavailable when one does not start."""
        self.run(asyncio.wait_for(_all(party.start() for party in self.parties), _STARTS))

    def stop(self) -> None:
        """End everything that was started."""
        try:
            self.run(_all(party.stop() for party in self.parties))
        finally:
            self._loop.close()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Wait for something in the explorer's own loop."""
        return self._loop.run(work)

    # -- looking

    def generate(self, examples: int, seed: int, progress: Callable[[int], None]) -> None:
        """Play what was kept of earlier runs, then so many scenarios; every symptom is taken down, none stops it."""

        def each(scenario: Scenario, choices: bytes) -> None:
            self._take(scenario, choices)
            self.examples += 1
            progress(self.examples)

        self._search.again(self._take)
        self._search.generate(examples, seed, each)

    def _take(self, scenario: Scenario, choices: bytes) -> None:
        for party, symptoms in self._symptoms(scenario, self.parties).items():
            for mark in dict.fromkeys(symptom.mark(self._names) for symptom in symptoms):
                key = (mark, party.label)
                known = self._ledger.known(mark, party.label, scenario.operation, scenario.features)
                if known is not None:
                    self.known[known][party.label] += 1
                    continue
                self._met[key][scenario.operation] += 1
                if len(self._hits[key]) < _HITS:
                    self._hits[key].append(Hit(scenario, choices))

    def _symptoms(
        self, scenario: Scenario, parties: Sequence[ExplorationClient]
    ) -> dict[ExplorationClient, tuple[Deviation, ...]]:
        return {party: runs.symptoms for party, runs in self._scenario_runs(scenario, parties).items()}

    def _scenario_runs(
        self, scenario: Scenario, parties: Sequence[ExplorationClient]
    ) -> dict[ExplorationClient, ScenarioRun]:
        """Play a scenario with every party that has its operation, all at once."""
        operation = self.contract.operations[scenario.operation]
        expected = expected_of(scenario, operation)
        playing = [party for party in parties if scenario.operation in party.operations]
        seen = self.run(_all(self._seen(party, scenario, expected.answer) for party in playing))
        self.calls += len(playing)
        return {
            party: ScenarioRun(one, deviations_of(one, scenario, operation, expected))
            for party, one in zip(playing, seen, strict=True)
            if one is not None
        }

    async def _seen(self, party: ExplorationClient, scenario: Scenario, answer: Any) -> Seen | None:
        try:
            return await party.run(scenario, answer)
        except ClientUnavailable:
            raise
        except AdapterError as error:
            self.trouble.append(f"{party.label}: {scenario.operation}: {error}")
            if len(self.trouble) > _MOST_TROUBLE:
                raise
            return None

    # -- making it small

    def pending(self) -> int:
        """How many symptoms are still to be looked into."""
        return len(self._hits)

    def shrink(self, progress: Callable[[int, int], None]) -> None:
        """Look into every symptom in the order in which they were met, and add what is new to `found`."""
        total = len(self._hits)
        for number, ((mark, client), hits) in enumerate(list(self._hits.items()), 1):
            progress(number, total)
            party = next(one for one in self.parties if one.label == client)
            for _ in range(VARIANTS):
                news = [hit for hit in hits if not self._explained(mark, client, hit.scenario)]
                if not news:
                    break
                hit = min(news, key=lambda one: (len(one.scenario.features), len(one.scenario.key)))
                finding = self._smallest(mark, party, hit)
                if finding is None:
                    hits.remove(hit)
                    continue
                self.found.append(finding)
            del self._hits[mark, client]

    def leave(self) -> None:
        """Add what was met and not looked into, as it was met: for a search that was interrupted."""
        for (mark, client), hits in self._hits.items():
            news = [hit for hit in hits if not self._explained(mark, client, hit.scenario)]
            if news:
                hit = min(news, key=lambda one: (len(one.scenario.features), len(one.scenario.key)))
                self.found.append(self._bare(mark, client, hit))
        self._hits.clear()

    def _bare(self, mark: Mark, client: str, hit: Hit) -> Finding:
        symptom = Deviation(mark[0], mark[1], mark[2], mark[3])
        return Finding(
            mark=mark,
            symptom=symptom,
            scenario=hit.scenario,
            triggers=hit.scenario.features,
            clients=(client,),
            operations=dict(self._met[mark, client]),
            shrunk=False,
        )

    def _explained(self, mark: Mark, client: str, scenario: Scenario) -> bool:
        if self._ledger.known(mark, client, scenario.operation, scenario.features) is not None:
            return True
        return any(finding.explains(mark, client, scenario.features) for finding in self.found)

    def _smallest(self, mark: Mark, party: ExplorationClient, hit: Hit) -> Finding | None:
        def holds(scenario: Scenario) -> bool:
            if scenario.operation not in party.operations or self._explained(mark, party.label, scenario):
                return False
            return any(one.mark(self._names) == mark for one in self._symptoms(scenario, [party]).get(party, ()))

        scenario, choices = self._search.shrink(hit.choices, holds, SHRINKS)
        if scenario is None:
            return None
        self._search.keep(choices)
        # an operation that takes less is another shape to Hypothesis, which only seldom finds the way there
        simpler = next((one for one in self.space.elsewhere(scenario) if holds(one)), scenario)
        return self._finding(mark, party, simpler)

    def _finding(self, mark: Mark, party: ExplorationClient, scenario: Scenario) -> Finding | None:
        """Play the smallest scenario once more with everybody, each with an SDK client of its own."""
        self.run(_all(one.refresh() for one in self.parties))
        runs = self._scenario_runs(scenario, self.parties)
        own = (
            next((one for one in runs[party].symptoms if one.mark(self._names) == mark), None)
            if party in runs
            else None
        )
        if own is None:
            return None
        clients = [
            one.label for one, done in runs.items() if any(item.mark(self._names) == mark for item in done.symptoms)
        ]
        groups: dict[bytes, tuple[ScenarioRun, list[str]]] = {}
        for one, done in runs.items():
            groups.setdefault(msgspec.json.encode(done.symptoms), (done, []))[1].append(one.label)
        operations: dict[str, int] = defaultdict(int)
        for client in clients:
            for name, count in self._met.get((mark, client), {}).items():
                operations[name] = max(operations[name], count)
        operation = self.contract.operations[scenario.operation]
        expected = expected_of(scenario, operation)
        return Finding(
            mark=mark,
            symptom=own,
            scenario=scenario,
            triggers=scenario.features,
            clients=tuple(clients),
            known={
                client: known
                for client in clients
                if (known := self._ledger.known(mark, client, scenario.operation, scenario.features)) is not None
            },
            standings=tuple([Standing(tuple(labels), done.symptoms) for done, labels in groups.values()]),
            operations=dict(sorted(operations.items())),
            difference=wire_diff(scenario, operation, expected, runs[party].seen),
        )


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """What one client did with a scenario, and how that differs from what the contract asks."""

    seen: Seen
    symptoms: tuple[Deviation, ...]


async def _all(work: Any) -> list[Any]:
    return list(await asyncio.gather(*work))


def _new_loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - keeps `concordat --help` quick

    return uvloop.new_event_loop()
