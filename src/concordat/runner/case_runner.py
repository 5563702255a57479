"""Runs one case with one client: environment, tap, client, steps, and then the checks."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Absent, Advance, Call, Change, Parallel
from concordat.checks.attribution import divided
from concordat.checks.model import CaseTrace, StepTrace
from concordat.clients.protocol import Retries
from concordat.contract.request import build_request
from concordat.errors import AdapterDied, AdapterError, AdapterSilent, ConcordatError, HarnessError
from concordat.http1.exchange import Ending, Request
from concordat.runner.calibration import calibrated
from concordat.runner.saved_values import SavedValues, labelled
from concordat.sandbox.core.clock import parse_duration
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Case, Repeat, Step
    from concordat.checks.model import MissingValue
    from concordat.clients import AdapterProcess
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract
    from concordat.contract.variant import Variant
    from concordat.http1.exchange import Exchange
    from concordat.targets.target import CaseEnvironment, Target

__all__ = ["CASE_DEADLINE", "CaseRun", "CaseRunner"]

CALL_DEADLINE = 20.0
"""Seconds that one call may take before its adapter is taken for hung; the widest healing fault plan needs under 5."""
ARRIVAL_DEADLINE = 5.0
"""Seconds until a call that is to be cancelled is cancelled although it has sent nothing."""
RECORD_DEADLINE = 1.0
"""Seconds until an answer that a value is saved from has to be on record."""
CASE_DEADLINE = 120.0
"""Seconds for a whole case: nothing waits for ever, whatever the pieces do."""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case as it went, what arrived after its end, and the exchanges' steps by number."""

    trace: CaseTrace
    exchanges: tuple[Exchange, ...]
    steps: dict[int, str]


class CaseRunner:
    """Plays one case with one adapter. Used once."""

    def __init__(
        self,
        case: Case,
        contract: Contract,
        target: Target,
        adapter: AdapterProcess,
        *,
        variant: Variant | None,
        version: str,
        promised: frozenset[str],
        mode: str = "sync",
        bindings: Mapping[str, Any] | None = None,
    ) -> None:
        self._case = case
        self._contract = contract
        self._target = target
        self._adapter = adapter
        self._variant = variant
        self._version = version
        self._promised = promised
        self._mode = mode
        self._saved = SavedValues(contract, bindings or {})
        self._prepared: list[str] = []
        self._steps: list[StepTrace] = []
        self._lost: str | None = None

    async def run(self) -> CaseRun:
        """Run every step, then hand over all that was seen; harness trouble is part of what is seen."""
        environment = await self._target.environment(self._case, self._contract)
        try:
            self._saved.bind(environment.bindings)
            tap = await CaseTap.start(environment.upstream, self._contract, base_path=self._case.client.base_path)
            environment.serve_at(tap.url)
            try:
                problem = await self._run_steps(environment, tap)
                tap.end()
            finally:
                late = await tap.close()
            return self._case_run(environment, tap, late, problem)
        finally:
            await environment.close()

    async def _run_steps(self, environment: CaseEnvironment, tap: CaseTap) -> str | None:
        try:
            async with asyncio.timeout(CASE_DEADLINE):
                if not await self._open(environment, tap):
                    return None
                for number, step in enumerate(self._case.steps, 1):
                    if self._lost:
                        break
                    await self._step(number, step, environment, tap)
                if not self._lost:
                    await self._adapter.close()
        except TimeoutError:
            tap.release()
            await self._adapter.kill()  # it may still be in the middle of a call that nobody waits for any more
            return f"the case took longer than {CASE_DEADLINE:.0f} s"
        except AdapterSilent:
            tap.release()
            self._lost = "silent"
        except AdapterDied:
            self._lost = "died"
        except ConcordatError as error:
            if isinstance(error, AdapterError):
                self._lost = "died"
            return str(error)
        return None

    async def _open(self, environment: CaseEnvironment, tap: CaseTap) -> bool:
        settings = self._case.client
        retries = settings.retries
        refused = await self._adapter.open(
            # the tap's URL has no slash at its end; a base path that has one asks for it
            server_url=tap.url + ("/" if settings.base_path.endswith("/") else ""),
            auth=self._credential(environment),
            retries=retries
            if isinstance(retries, str)
            else Retries(
                initial_interval=retries.initial,
                max_interval=retries.maximum,
                max_elapsed_time=retries.elapsed,
                exponent=retries.exponent,
                retry_connection_errors=retries.connection_errors,
            ),
            timeout=settings.timeout,
            mode=self._mode,
        )
        if refused is not None:
            # The SDK refused to be built: that is what its first call came to.
            for label, call in labelled(self._case):
                if call.via == "client":
                    self._saw(call, label, (), refused)
                    break
            return False
        return True

    def _credential(self, environment: CaseEnvironment) -> str | None:
        given = self._case.client.auth
        if isinstance(given, Absent):
            return None
        return environment.auth if given is None else str(self._saved.fill(given))

    async def _step(self, number: int, step: Any, environment: CaseEnvironment, tap: CaseTap) -> None:
        label = getattr(step, "id", None) or f"s{number}"
        if isinstance(step, Parallel):
            await self._parallel(number, step, tap)
        elif self._blocked(step, label):
            return
        elif isinstance(step, Advance):
            environment.advance(parse_duration(step.advance))
        elif isinstance(step, Change):
            environment.change(self._saved.fill(step.change))
        elif step.via == "harness":
            await self._by_harness(step, label, environment)
        else:
            await self._call(step, label, environment, tap)

    def _blocked(self, step: Step, label: str) -> bool:
        """Whether a step needs a value that an earlier one did not give; it is noted then as not run."""
        blocking = self._saved.blocking(step)
        if not blocking:
            return False
        self._saved.skip(step, blocking[0])
        if isinstance(step, Call) and step.via == "client":
            self._saw(step, label, (), None, blocked=blocking)
        return True

    async def _call(self, step: Call, label: str, environment: CaseEnvironment, tap: CaseTap) -> None:
        left = step.repeat.times if step.repeat else 1
        mark = tap.mark()
        async with calibrated(active=step.expect.waits is not msgspec.UNSET) as calibration:
            while True:
                left -= 1
                call = self._saved.fill(step)
                outcome = await self._outcome(call, tap)
                if left <= 0 or call.repeat is None or _settled(call.repeat, outcome):
                    break
                if call.repeat.advance:
                    environment.advance(parse_duration(call.repeat.advance))
        trace = self._saw(call, label, await _finished(tap, mark, call), outcome, slowness=calibration.slowness)
        self._saved.save(trace, len(self._steps))

    async def _outcome(self, call: Call, tap: CaseTap) -> Outcome | None:
        try:
            mark = tap.mark()
            started = await self._adapter.begin(call.call, call.with_)
            if call.cancel_after is not None:
                await _arrival(tap, mark)
                await asyncio.sleep(call.cancel_after)
                await started.cancel()
            return await started.outcome(CALL_DEADLINE)
        except AdapterSilent:
            tap.release()
            self._lost = "silent"
        except AdapterDied:
            self._lost = "died"
        return None

    async def _parallel(self, number: int, step: Parallel, tap: CaseTap) -> None:
        labels = [call.id or f"s{number}.{index}" for index, call in enumerate(step.parallel, 1)]
        running = [
            (label, self._saved.fill(call))
            for label, call in zip(labels, step.parallel, strict=True)
            if not self._blocked(call, label)
        ]
        mark = tap.mark()
        outcomes = await asyncio.gather(*(self._outcome(call, tap) for _, call in running))
        exchanges = tap.since(mark)
        for _, call in running:
            exchanges = await _finished(tap, mark, call)
        # Whose is whose is for the checks to say; an exchange that is nobody's must not be lost here.
        trace = [
            self._saw(call, label, exchanges, outcome) for (label, call), outcome in zip(running, outcomes, strict=True)
        ]
        if any(call.save for _, call in running):
            first = len(self._steps) - len(trace) + 1
            for position, one in enumerate(divided(trace, self._case.client.base_path), first):
                self._saved.save(one, position)

    async def _by_harness(self, step: Call, label: str, environment: CaseEnvironment) -> None:
        """Prepare something as Concordat itself: straight to the upstream, past the tap and the planned faults."""
        call = self._saved.fill(step)
        tries = call.repeat.times if call.repeat else 1
        built = build_request(self._contract.operation(call.call), call.with_, auth=environment.auth)
        request = Request(built.method, built.target, built.headers, built.body)
        payload: Any = msgspec.UNSET
        for _ in range(tries):
            self._prepared.append(call.call)
            answer = await environment.harness(request)
            if answer.status >= 400:  # noqa: PLR2004 - the first error status
                message = f"preparation by `{call.call}` was answered {answer.status}: {answer.body[:300]!r}"
                raise HarnessError(message, hint="mend the case's world or its preparing step")
            payload = _prepared(call, answer.body)
            if call.repeat is None or not match(call.repeat.until, payload, mode="has"):
                break
            if call.repeat.advance:
                environment.advance(parse_duration(call.repeat.advance))
        else:
            message = f"preparation by `{call.call}` did not come to what it waited for in {tries} tries"
            raise HarnessError(message, hint="mend the case's `repeat`, or its world")
        self._saved.save_answer(call, payload, label, len(self._steps))

    def _saw(
        self,
        call: Call,
        label: str,
        exchanges: tuple[Exchange, ...],
        outcome: Outcome | None,
        *,
        slowness: float = 1.0,
        blocked: tuple[MissingValue, ...] = (),
    ) -> StepTrace:
        trace = StepTrace(
            label=label,
            call=call,
            operation=self._contract.operations.get(call.call),
            exchanges=exchanges,
            outcome=outcome,
            lost=self._lost if outcome is None and not blocked else None,
            slowness=slowness,
            blocked=blocked,
        )
        self._steps.append(trace)
        return trace

    def _case_run(
        self, environment: CaseEnvironment, tap: CaseTap, late: tuple[Exchange, ...], problem: str | None
    ) -> CaseRun:
        exchanges = tuple(exchange for exchange in tap.exchanges if not exchange.straggler)
        final = {exchange.number: exchange for exchange in exchanges}
        steps = tuple(
            dataclasses.replace(step, exchanges=tuple(final.get(e.number, e) for e in step.exchanges))
            for step in self._steps
        )
        if self._lost and not any(step.lost for step in steps) and problem is None:
            problem = f"the adapter {'fell silent' if self._lost == 'silent' else 'died'} between calls"
        if tap.failures and problem is None:
            problem = f"the tap failed: {tap.failures[0]!r}"
        if environment.failures and problem is None:
            problem = environment.failures[0]
        state, blocked_state = self._saved.state(self._case, len(steps))
        trace = CaseTrace(
            case=msgspec.structs.replace(self._case, state=state),
            contract=self._contract,
            variant=self._variant,
            version=self._version,
            promised=self._promised,
            steps=steps,
            exchanges=exchanges,
            base_path=self._case.client.base_path,
            state=None if self._case.state is None else environment.state(),
            commits=environment.commits(),
            unknown_writes=environment.unknown_writes(),
            unfired=environment.unfired(),
            harness_problem=problem,
            prepared=tuple(self._prepared),
            missing=tuple(self._saved.missing),
            blocked_state=blocked_state,
        )
        named = {exchange.number: step.label for step in steps for exchange in step.exchanges}
        return CaseRun(trace, exchanges + late, named)


def _prepared(call: Call, body: bytes) -> Any:
    """Return the JSON that a preparing call was answered with. Raises HarnessError when it cannot be read."""
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the answer to the preparation by `{call.call}` cannot be read as JSON: {body[:300]!r}"
        raise HarnessError(message, cause=str(error), hint="look at what the target answers") from error


async def _arrival(tap: CaseTap, mark: int) -> None:
    """Wait until the call has sent something: what is cancelled before that says nothing of what was sent."""
    until = time.monotonic() + ARRIVAL_DEADLINE
    while tap.mark() == mark and time.monotonic() < until:  # noqa: ASYNC110 - the tap tells nobody of an arrival
        await asyncio.sleep(0.005)


async def _finished(tap: CaseTap, mark: int, call: Call) -> tuple[Exchange, ...]:
    """Return the exchanges since the mark, those of a call that saves something with their answers on record.

    A client may have read an answer to its end before the tap has noted that it left.
    """
    until = time.monotonic() + RECORD_DEADLINE
    exchanges = tap.since(mark)
    while call.save and exchanges and exchanges[-1].ending is Ending.OPEN and time.monotonic() < until:
        await asyncio.sleep(0.005)
        exchanges = tap.since(mark)
    return exchanges


def _settled(repeat: Repeat, outcome: Outcome | None) -> bool:
    """Whether there is no use in asking again: what was waited for is there, or the adapter is not."""
    if outcome is None:
        return True
    return outcome.payload is not msgspec.UNSET and not match(repeat.until, outcome.payload, mode="has")
