"""The explorer: runs scenarios through all clients at once, collects deviations, and shrinks each to a finding."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from concordat.errors import AdapterError, ClientUnavailable
from concordat.explore.canonical_form import expected_of
from concordat.explore.deviations import Deviation, Fingerprint, ScenarioTrace, deviations_of, names_of
from concordat.explore.findings import ClientGroup, ExplorationFinding, wire_diff
from concordat.explore.scenario_space import ScenarioSpace
from concordat.explore.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence
    from pathlib import Path

    from concordat.contract import Contract
    from concordat.explore.exploration_client import ExplorationClient
    from concordat.explore.parity_ledger import ParityLedger
    from concordat.explore.scenario import Scenario
    from concordat.http1.answer import Answer

__all__ = ["Explorer", "callable_operations"]

_T = TypeVar("_T")
_MAX_CAUSES: Final = 4
"""Causes of one fingerprint of one client to tell apart; further ones are counted with the first."""
_MAX_SHRINK_CALLS: Final = 250
_MAX_OCCURRENCES: Final = 60
"""Scenarios to keep for one fingerprint of one client."""
_START_TIMEOUT: Final = 120.0
_MAX_HARNESS_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """One scenario in which one client has one deviation, with the choices that Hypothesis shrinks it from."""

    scenario: Scenario
    choices: bytes


@dataclass(frozen=True, slots=True)
class _ScenarioRun:
    """The trace of one client in a scenario, and its deviations from the contract."""

    trace: ScenarioTrace
    deviations: tuple[Deviation, ...]


def callable_operations(contract: Contract, clients: Sequence[ExplorationClient]) -> list[str]:
    """Return the operations that two or more of the clients can call; with one client, those that it can call."""
    enough = min(2, len(clients))
    return [name for name in contract.operations if sum(name in client.operations for client in clients) >= enough]


class Explorer:
    """Explores operations of one contract with two or more clients, once, between `start` and `stop`.

    Deviations of the ledger's classes are counted in `known` and not shrunk. `findings` grows during `shrink`, so that
    an interruption loses no finding.
    """

    def __init__(
        self,
        contract: Contract,
        clients: Sequence[ExplorationClient],
        ledger: ParityLedger,
        operations: Sequence[str],
        *,
        folder: Path | None = None,
    ) -> None:
        self.contract = contract
        self.clients = tuple(clients)
        self.operations = tuple(operations)
        self.findings: list[ExplorationFinding] = []
        self.examples = 0
        self.calls = 0
        self.known: dict[str, Counter[str]] = defaultdict(Counter)
        """The number of occurrences of the ledger's classes, by id and by client."""
        self.harness_errors: list[str] = []
        """The failures of the adapters themselves, which are never findings."""
        self._ledger = ledger
        self._space = ScenarioSpace(contract, self.operations)
        self._search = Search(self._space.scenarios, contract.name, folder)
        self._occurrences: dict[tuple[Fingerprint, str], list[_Occurrence]] = defaultdict(list)
        self._counts: dict[tuple[Fingerprint, str], Counter[str]] = defaultdict(Counter)
        self._names = names_of(contract)
        self._loop = asyncio.Runner(loop_factory=_new_loop)

    def start(self) -> None:
        """Start every adapter. Raises ClientUnavailable when one does not start."""
        self.run(asyncio.wait_for(_all(client.start() for client in self.clients), _START_TIMEOUT))

    def stop(self) -> None:
        """Stop the clients and the loop."""
        try:
            self.run(_all(client.stop() for client in self.clients))
        finally:
            self._loop.close()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine in the explorer's loop and return its result."""
        return self._loop.run(work)

    # -- generation

    def generate(self, examples: int, seed: int, progress: Callable[[int], None]) -> None:
        """Run the saved scenarios of earlier runs, then `examples` new ones, and record every deviation."""

        def each(scenario: Scenario, choices: bytes) -> None:
            self._record(scenario, choices)
            self.examples += 1
            progress(self.examples)

        self._search.replay_saved(self._record)
        self._search.generate(examples, seed, each)

    def _record(self, scenario: Scenario, choices: bytes) -> None:
        for client, run in self._scenario_runs(scenario, self.clients).items():
            for fingerprint in dict.fromkeys(self._fingerprints(run)):
                known = self._class_of(fingerprint, client.label, scenario)
                if known is not None:
                    self.known[known][client.label] += 1
                    continue
                key = (fingerprint, client.label)
                self._counts[key][scenario.operation] += 1
                if len(self._occurrences[key]) < _MAX_OCCURRENCES:
                    self._occurrences[key].append(_Occurrence(scenario, choices))

    def _fingerprints(self, run: _ScenarioRun) -> Iterable[Fingerprint]:
        return (deviation.fingerprint(self._names) for deviation in run.deviations)

    def _class_of(self, fingerprint: Fingerprint, client: str, scenario: Scenario) -> str | None:
        return self._ledger.class_of(fingerprint, client, scenario.operation, scenario.features)

    def _scenario_runs(
        self, scenario: Scenario, clients: Sequence[ExplorationClient]
    ) -> dict[ExplorationClient, _ScenarioRun]:
        """Run a scenario on each of the clients that has its operation, all at once."""
        operation = self.contract.operations[scenario.operation]
        expected = expected_of(scenario, operation)
        able = [client for client in clients if scenario.operation in client.operations]
        traces = self.run(_all(self._trace(client, scenario, expected.answer) for client in able))
        self.calls += len(able)
        return {
            client: _ScenarioRun(trace, deviations_of(trace, scenario, operation, expected))
            for client, trace in zip(able, traces, strict=True)
            if trace is not None
        }

    async def _trace(self, client: ExplorationClient, scenario: Scenario, answer: Answer) -> ScenarioTrace | None:
        try:
            return await client.run(scenario, answer)
        except ClientUnavailable:
            raise
        except AdapterError as error:
            self.harness_errors.append(f"{client.label}: {scenario.operation}: {error}")
            if len(self.harness_errors) > _MAX_HARNESS_ERRORS:
                raise
            return None

    # -- shrinking

    def shrink(self, progress: Callable[[int, int], None]) -> None:
        """Shrink the deviations, in the order of their first occurrence, and add each new finding to `findings`."""
        total = len(self._occurrences)
        for number, ((fingerprint, label), occurrences) in enumerate(list(self._occurrences.items()), 1):
            progress(number, total)
            client = next(one for one in self.clients if one.label == label)
            for _ in range(_MAX_CAUSES):
                simplest = self._simplest(fingerprint, label, occurrences)
                if simplest is None:
                    break
                finding = self._smallest(fingerprint, client, simplest)
                if finding is None:
                    occurrences.remove(simplest)
                    continue
                self.findings.append(finding)
            del self._occurrences[fingerprint, label]

    def add_unshrunk(self) -> None:
        """Add a finding for each deviation that an interrupted search did not shrink."""
        for (fingerprint, label), occurrences in self._occurrences.items():
            simplest = self._simplest(fingerprint, label, occurrences)
            if simplest is not None:
                self.findings.append(
                    ExplorationFinding(
                        fingerprint=fingerprint,
                        deviation=Deviation(*fingerprint),
                        scenario=simplest.scenario,
                        triggers=simplest.scenario.features,
                        clients=(label,),
                        operations=dict(self._counts[fingerprint, label]),
                        shrunk=False,
                    )
                )
        self._occurrences.clear()

    def _simplest(
        self, fingerprint: Fingerprint, client: str, occurrences: Iterable[_Occurrence]
    ) -> _Occurrence | None:
        """Return the plainest of the occurrences that no finding explains, None when there is none."""
        new = [one for one in occurrences if not self._explained(fingerprint, client, one.scenario)]
        return min(new, key=lambda one: (len(one.scenario.features), len(one.scenario.key)), default=None)

    def _explained(self, fingerprint: Fingerprint, client: str, scenario: Scenario) -> bool:
        if self._class_of(fingerprint, client, scenario) is not None:
            return True
        return any(finding.explains(fingerprint, client, scenario.features) for finding in self.findings)

    def _smallest(
        self, fingerprint: Fingerprint, client: ExplorationClient, occurrence: _Occurrence
    ) -> ExplorationFinding | None:
        """Return the finding of the smallest scenario, None when the deviation does not occur again."""

        def holds(scenario: Scenario) -> bool:
            if scenario.operation not in client.operations or self._explained(fingerprint, client.label, scenario):
                return False
            return any(
                fingerprint in self._fingerprints(run) for run in self._scenario_runs(scenario, [client]).values()
            )

        scenario, choices = self._search.shrink(occurrence.choices, holds, _MAX_SHRINK_CALLS)
        if scenario is None:
            return None
        self._search.save(choices)
        # Hypothesis seldom shrinks to an operation with fewer arguments, because its choices have another shape
        simpler = next((one for one in self._space.elsewhere(scenario) if holds(one)), scenario)
        return self._finding(fingerprint, client, simpler)

    def _finding(
        self, fingerprint: Fingerprint, client: ExplorationClient, scenario: Scenario
    ) -> ExplorationFinding | None:
        """Run the smallest scenario again on all clients, each with a new client object of its SDK."""
        self.run(_all(one.refresh() for one in self.clients))
        runs = self._scenario_runs(scenario, self.clients)
        own = runs[client].deviations if client in runs else ()
        deviation = next((one for one in own if one.fingerprint(self._names) == fingerprint), None)
        if deviation is None:
            return None
        failing = [one.label for one, run in runs.items() if fingerprint in self._fingerprints(run)]
        groups: dict[bytes, tuple[_ScenarioRun, list[str]]] = {}
        for one, run in runs.items():
            groups.setdefault(msgspec.json.encode(run.deviations), (run, []))[1].append(one.label)
        occurrences: Counter[str] = Counter()
        for label in failing:
            occurrences |= self._counts.get((fingerprint, label), Counter())
        operation = self.contract.operations[scenario.operation]
        classes = {label: self._class_of(fingerprint, label, scenario) for label in failing}
        return ExplorationFinding(
            fingerprint=fingerprint,
            deviation=deviation,
            scenario=scenario,
            triggers=scenario.features,
            clients=tuple(failing),
            known={label: name for label, name in classes.items() if name is not None},
            groups=tuple([ClientGroup(tuple(labels), run.deviations) for run, labels in groups.values()]),
            operations=dict(sorted(occurrences.items())),
            difference=wire_diff(scenario, operation, expected_of(scenario, operation), runs[client].trace),
        )


async def _all(work: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    return list(await asyncio.gather(*work))


def _new_loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - keeps `concordat --help` quick

    return uvloop.new_event_loop()
