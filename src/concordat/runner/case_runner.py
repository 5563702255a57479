"""Runs one case with one client: the environment, the tap, the client, the steps."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.model import Absent
from concordat.checks.model import CaseTrace, TargetFailure, TargetFailureKind
from concordat.errors import AdapterDied, AdapterError, AdapterSilent, ConcordatError
from concordat.runner.preparation import PreparationFailed
from concordat.runner.step_runner import StepRunner
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from concordat.catalogue.model import Case
    from concordat.clients import AdapterProcess
    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange
    from concordat.runner.client import Client
    from concordat.tap import Written
    from concordat.targets.target import CaseEnvironment, Target

__all__ = ["CASE_DEADLINE", "CaseRun", "CaseRunner"]

CASE_DEADLINE = 120.0
"""Timeout of a whole case in seconds, which bounds the sum of its waits."""
LIVE_CASE_DEADLINE = 600.0
"""The same on a live target, where writes and refreshes take their real time."""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """The trace of a case, every exchange including stragglers, and the steps' labels by exchange number.

    `stopped` is the reason why the target did not get all requests of the case: such a case is not applicable.
    """

    trace: CaseTrace
    exchanges: tuple[Exchange, ...]
    steps: dict[int, str]
    written: tuple[Written, ...] = ()
    """The writes that a live target accepted."""
    stopped: str | None = None


class CaseRunner:
    """Runs one case with one adapter, once."""

    def __init__(self, case: Case, contract: Contract, adapter: AdapterProcess, client: Client, target: Target) -> None:
        self._case = case
        self._contract = contract
        self._adapter = adapter
        self._client = client
        self._target = target
        self._target_failure: TargetFailure | None = None

    async def run(self) -> CaseRun:
        """Run every step and return the trace, in which a failure of the harness is the `harness_problem`."""
        environment = await self._target.environment(self._case, self._contract)
        try:
            tap = await CaseTap.start(environment.upstream, self._contract, base_path=self._case.client.base_path)
            environment.serve_at(tap.url)
            paced = self._target.pacing is not None
            steps = StepRunner(self._case, self._contract, self._adapter, environment, tap, paced=paced)
            try:
                problem = await self._run_steps(steps, environment, tap)
                tap.end()
            finally:
                stragglers = await tap.close()
            problem = problem or _problem_after(steps, environment, tap)
            return self._case_run(steps, environment, tap.exchanges, stragglers, problem)
        finally:
            await environment.close()

    async def _run_steps(self, steps: StepRunner, environment: CaseEnvironment, tap: CaseTap) -> str | None:
        """Run the steps and return the harness problem, or None."""
        deadline = LIVE_CASE_DEADLINE if environment.real_time else CASE_DEADLINE
        try:
            async with asyncio.timeout(deadline):
                if not await self._open(steps, environment, tap):
                    return None
                for number, step in enumerate(self._case.steps, 1):
                    if steps.calls.lost:
                        break
                    await steps.run(number, step)
                if not steps.calls.lost:
                    await self._adapter.close()
        except TimeoutError:
            tap.release()
            await self._adapter.kill()  # it may still run a call whose outcome has no receiver
            return f"the case took longer than {deadline:.0f} s"
        except AdapterSilent:
            steps.calls.fell_silent()
        except AdapterDied:
            steps.calls.died()
        except ConcordatError as error:
            return self._problem_of(error, steps, environment)
        return None

    def _problem_of(self, error: ConcordatError, steps: StepRunner, environment: CaseEnvironment) -> str | None:
        """Return the harness problem of an error, None for a preparing call in which a live target failed."""
        if isinstance(error, AdapterError):
            steps.calls.died()
        if isinstance(error, PreparationFailed) and self._target.live and not environment.failures:
            self._target_failure = error.target_failure(self._target.name, self._scrub)
            return None
        return str(error)

    def _scrub(self, text: str) -> str:
        scrubber = self._target.scrubber
        return text if scrubber is None else scrubber.text(text)

    async def _open(self, steps: StepRunner, environment: CaseEnvironment, tap: CaseTap) -> bool:
        """Build the SDK's client and return whether that succeeded."""
        settings = self._case.client
        if isinstance(settings.auth, Absent):
            auth = None
        else:
            auth = environment.auth if settings.auth is None else str(steps.saved.fill(settings.auth))
        failure = await self._adapter.open(
            # the tap's URL ends without a slash, and a base path may end with one
            server_url=tap.url + ("/" if settings.base_path.endswith("/") else ""),
            auth=auth,
            retries=settings.retries,
            timeout=settings.timeout,
            mode=self._client.mode_of(settings.mode),
        )
        if failure is not None:
            steps.refuse(failure)
        return failure is None

    def _case_run(
        self,
        steps: StepRunner,
        environment: CaseEnvironment,
        recorded: tuple[Exchange, ...],
        stragglers: tuple[Exchange, ...],
        problem: str | None,
    ) -> CaseRun:
        exchanges = tuple(exchange for exchange in recorded if not exchange.straggler)
        final = {exchange.number: exchange for exchange in exchanges}
        traces = tuple(
            dataclasses.replace(step, exchanges=tuple(final.get(e.number, e) for e in step.exchanges))
            for step in steps.traces
        )
        state, blocked_state = steps.saved.state(self._case, len(traces))
        trace = CaseTrace(
            case=msgspec.structs.replace(self._case, state=state),
            contract=self._contract,
            variant=self._client.variant,
            version=self._client.version,
            promised=frozenset(self._client.manifest.operations),
            steps=traces,
            exchanges=exchanges,
            base_path=self._case.client.base_path,
            live=self._target.live,
            endpoint=self._target.name if self._target.live else "",
            scrub=self._scrub,
            auth=environment.auth if self._case.client.auth is None else "",
            target_failure=self._target_failure or _misfit(environment),
            state=None if self._case.state is None else environment.state(),
            commits=environment.commits(),
            unknown_writes=environment.unknown_writes(),
            unfired=environment.unfired(),
            harness_problem=problem,
            prepared=tuple(steps.preparation.operations),
            missing=tuple(steps.saved.missing),
            blocked_state=blocked_state,
        )
        labels = {exchange.number: step.label for step in traces for exchange in step.exchanges}
        written = tuple(environment.written())
        return CaseRun(trace, exchanges + stragglers, labels, written, environment.stopped)


def _misfit(environment: CaseEnvironment) -> TargetFailure | None:
    """Return the failure of a live target whose answers no planned fault fits, None without such a fault."""
    if not environment.misfits:
        return None
    message = f"the planned fault {environment.misfits[0]} does not fit the target's answer"
    return TargetFailure(kind=TargetFailureKind.DATA, message=message)


def _problem_after(steps: StepRunner, environment: CaseEnvironment, tap: CaseTap) -> str | None:
    """Return the harness problem that appears only after the steps, or None."""
    if steps.calls.lost and not any(step.lost for step in steps.traces):
        return f"the adapter {'stopped answering' if steps.calls.lost == 'silent' else 'died'} between calls"
    if tap.failures:
        return f"the tap failed: {tap.failures[0]!r}"
    return environment.failures[0] if environment.failures else None
