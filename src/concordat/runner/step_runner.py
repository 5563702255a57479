"""The steps of one case: calls of the client, alone or in parallel, preparing calls, and changes of the world."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Advance, Call, Change, Parallel
from concordat.checks.attribution import divided
from concordat.checks.model import StepTrace
from concordat.duration import parse_duration
from concordat.runner.adapter_call import AdapterCalls
from concordat.runner.calibration import calibrated
from concordat.runner.preparation import Preparation
from concordat.runner.repetition import Repetition
from concordat.runner.saved_values import SavedValues, labelled

if TYPE_CHECKING:
    from concordat.catalogue.model import Case, Repeat, Step
    from concordat.checks.model import MissingValue
    from concordat.clients import AdapterProcess
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange
    from concordat.tap import CaseTap
    from concordat.targets.target import CaseEnvironment

__all__ = ["StepRunner"]


class StepRunner:
    """Runs the steps of one case and records a trace of each client call, in the order of the steps."""

    def __init__(
        self,
        case: Case,
        contract: Contract,
        adapter: AdapterProcess,
        environment: CaseEnvironment,
        tap: CaseTap,
        *,
        paced: bool = False,
    ) -> None:
        self.traces: list[StepTrace] = []
        self.calls = AdapterCalls(adapter, tap)
        self.preparation = Preparation(contract, environment)
        self.saved = SavedValues(contract, environment.bindings)
        self._case = case
        self._contract = contract
        self._environment = environment
        self._tap = tap
        self._paced = paced

    async def run(self, number: int, step: Step) -> None:
        """Run one step, the `number`-th of its case, unless a missing value blocks it."""
        if isinstance(step, Parallel):
            await self._parallel(number, step)
            return
        label = (step.id if isinstance(step, Call) else None) or f"s{number}"
        if self._blocked(step, label):
            return
        if isinstance(step, Advance):
            self._environment.advance(parse_duration(step.advance))
        elif isinstance(step, Change):
            self._environment.change(self.saved.fill(step.change))
        elif step.via == "harness":
            call = self.saved.fill(step)
            self.saved.save_answer(call, await self.preparation.make(call), label, len(self.traces))
        else:
            await self._call(step, label)

    def refuse(self, outcome: Outcome) -> None:
        """Record the failure of the SDK's construction as the outcome of the first client call."""
        for label, call in labelled(self._case):
            if call.via == "client":
                self._add(call, label, (), outcome)
                break

    def _blocked(self, step: Step, label: str) -> bool:
        """Return whether a missing value blocks a step; the trace of a blocked client call names it."""
        blocking = self.saved.blocking(step)
        if not blocking:
            return False
        self.saved.skip(step, blocking[0])
        if isinstance(step, Call) and step.via == "client":
            self._add(step, label, (), None, blocked=blocking)
        return True

    async def _call(self, step: Call, label: str) -> None:
        repetition = Repetition(step.repeat, self._environment)
        mark = self._tap.mark()
        tries = 0
        async with calibrated(active=step.expect.waits is not msgspec.UNSET) as calibration:
            while True:
                tries += 1
                call = self.saved.fill(step)
                if self._paced:
                    await self._environment.ready()
                outcome = await self.calls.outcome(call)
                if call.repeat is None or outcome is None:
                    break
                if _has_awaited(call.repeat, outcome):
                    repetition.arrived()
                    break
                if not await repetition.again():
                    break
        exchanges = await self.calls.exchanges(mark, call)
        trace = self._add(call, label, exchanges, outcome, slowness=calibration.slowness, tries=tries)
        self.saved.save(trace, len(self.traces))

    async def _parallel(self, number: int, step: Parallel) -> None:
        labels = [call.id or f"s{number}.{index}" for index, call in enumerate(step.parallel, 1)]
        running = [
            (label, self.saved.fill(call))
            for label, call in zip(labels, step.parallel, strict=True)
            if not self._blocked(call, label)
        ]
        if self._paced:
            await self._environment.ready()
        mark = self._tap.mark()
        outcomes = await asyncio.gather(*(self.calls.outcome(call) for _, call in running))
        exchanges = self._tap.since(mark)
        for _, call in running:
            exchanges = await self.calls.exchanges(mark, call)
        # Each call gets every exchange: the checks attribute them, and judge those that belong to no call.
        traces = [
            self._add(call, label, exchanges, outcome) for (label, call), outcome in zip(running, outcomes, strict=True)
        ]
        if any(call.save for _, call in running):
            first = len(self.traces) - len(traces) + 1
            for position, one in enumerate(divided(traces, self._case.client.base_path), first):
                self.saved.save(one, position)

    def _add(
        self,
        call: Call,
        label: str,
        exchanges: tuple[Exchange, ...],
        outcome: Outcome | None,
        *,
        slowness: float = 1.0,
        tries: int = 1,
        blocked: tuple[MissingValue, ...] = (),
    ) -> StepTrace:
        trace = StepTrace(
            label=label,
            call=call,
            operation=self._contract.operations.get(call.call),
            exchanges=exchanges,
            outcome=outcome,
            lost=self.calls.lost if outcome is None and not blocked else None,
            slowness=slowness,
            tries=tries,
            blocked=blocked,
        )
        self.traces.append(trace)
        return trace


def _has_awaited(repeat: Repeat, outcome: Outcome) -> bool:
    """Return whether the outcome has the awaited payload."""
    return outcome.payload is not msgspec.UNSET and not match(repeat.until, outcome.payload, mode="has")
