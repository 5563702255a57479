"""Runs one case with one client: stage, tap, client, steps, and then the checks."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Absent, Advance, Call, Change, Parallel
from concordat.checks.matchers import match
from concordat.checks.model import CaseSeen, StepSeen
from concordat.clients.protocol import Retries
from concordat.engine.bindings import fill
from concordat.engine.calibration import calibrated
from concordat.errors import AdapterDied, AdapterError, AdapterSilent, ConcordatError, HarnessError
from concordat.sandbox.clock import parse_duration
from concordat.tap import CaseTap
from concordat.values import resolve_pointer
from concordat.wire.exchange import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.catalogue.model import Case, Repeat
    from concordat.clients import AdapterProcess
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract
    from concordat.contract.variant import Variant
    from concordat.engine.stage import Stage, Target
    from concordat.wire.exchange import Exchange

__all__ = ["CASE_DEADLINE", "CaseRunner", "Played"]

CALL_DEADLINE = 20.0
"""Seconds that one call may take before its adapter is taken for hung; the widest healing fault plan needs under 5."""
ARRIVAL_DEADLINE = 5.0
"""Seconds until a call that is to be cancelled is cancelled although it has sent nothing."""
CASE_DEADLINE = 120.0
"""Seconds for a whole case: nothing waits for ever, whatever the pieces do."""


@dataclass(frozen=True, slots=True)
class Played:
    """A case as it went, what arrived after its end, and the exchanges' steps by number."""

    seen: CaseSeen
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
        surface: str = "sync",
        bindings: Mapping[str, Any] | None = None,
    ) -> None:
        self._case = case
        self._contract = contract
        self._target = target
        self._adapter = adapter
        self._variant = variant
        self._version = version
        self._promised = promised
        self._surface = surface
        self._saved: dict[str, Any] = dict(bindings or {})
        self._steps: list[StepSeen] = []
        self._lost: str | None = None

    async def play(self) -> Played:
        """Run every step, then hand over all that was seen; harness trouble is part of what is seen."""
        stage = await self._target.stage(self._case, self._contract)
        try:
            self._saved.update(stage.bindings)
            tap = await CaseTap.start(stage.upstream, self._contract, base_path=self._case.client.base_path)
            stage.serve_at(tap.url)
            try:
                problem = await self._play_steps(stage, tap)
                tap.end()
            finally:
                late = await tap.close()
            return self._played(stage, tap, late, problem)
        finally:
            await stage.close()

    async def _play_steps(self, stage: Stage, tap: CaseTap) -> str | None:
        try:
            async with asyncio.timeout(CASE_DEADLINE):
                if not await self._open(stage, tap):
                    return None
                for number, step in enumerate(self._case.steps, 1):
                    if self._lost:
                        break
                    await self._step(number, step, stage, tap)
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

    async def _open(self, stage: Stage, tap: CaseTap) -> bool:
        settings = self._case.client
        retries = settings.retries
        refused = await self._adapter.open(
            # the tap's URL has no slash at its end; a base path that has one asks for it
            server_url=tap.url + ("/" if settings.base_path.endswith("/") else ""),
            auth=self._credential(stage),
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
            surface=self._surface,
        )
        if refused is not None:
            # The SDK refused to be built: that is what its first call came to.
            for label, call in _labelled(self._case):
                if call.via == "client":
                    self._saw(call, label, (), refused)
                    break
            return False
        return True

    def _credential(self, stage: Stage) -> str | None:
        given = self._case.client.auth
        if isinstance(given, Absent):
            return None
        return stage.auth if given is None else str(fill(given, self._saved))

    async def _step(self, number: int, step: Any, stage: Stage, tap: CaseTap) -> None:
        if isinstance(step, Advance):
            stage.advance(parse_duration(step.advance))
        elif isinstance(step, Change):
            stage.change(fill(step.change, self._saved))
        elif isinstance(step, Parallel):
            await self._parallel(number, step, tap)
        elif step.via == "harness":
            await self._by_harness(step, stage)
        else:
            await self._call(step, step.id or f"s{number}", stage, tap)

    async def _call(self, step: Call, label: str, stage: Stage, tap: CaseTap) -> None:
        left = step.repeat.times if step.repeat else 1
        mark = tap.mark()
        async with calibrated(active=step.expect.waits is not msgspec.UNSET) as calibration:
            while True:
                left -= 1
                call = fill(step, self._saved)
                outcome = await self._outcome(call, tap)
                if left <= 0 or call.repeat is None or _settled(call.repeat, outcome):
                    break
                if call.repeat.advance:
                    stage.advance(parse_duration(call.repeat.advance))
        self._saw(call, label, tap.since(mark), outcome, slowness=calibration.slowness)
        if outcome is not None:
            self._save(step, outcome.payload)

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
        calls = [fill(call, self._saved) for call in step.parallel]
        mark = tap.mark()
        outcomes = await asyncio.gather(*(self._outcome(call, tap) for call in calls))
        exchanges = tap.since(mark)
        for index, (call, outcome) in enumerate(zip(calls, outcomes, strict=True), 1):
            # Whose is whose is for the checks to say; an exchange that is nobody's must not be lost here.
            self._saw(call, call.id or f"s{number}.{index}", exchanges, outcome)
            if outcome is not None:
                self._save(call, outcome.payload)

    async def _by_harness(self, step: Call, stage: Stage) -> None:
        """Prepare something as Concordat itself: straight to the upstream, past the tap and the planned faults."""
        call = fill(step, self._saved)
        tries = call.repeat.times if call.repeat else 1
        built = self._contract.operation(call.call).build(call.with_, auth=stage.auth)
        request = Request(built.method, built.target, built.headers, built.body)
        payload: Any = msgspec.UNSET
        for _ in range(tries):
            answer = await stage.harness(request)
            if answer.status >= 400:  # noqa: PLR2004 - the first error status
                message = f"preparation by `{call.call}` was answered {answer.status}: {answer.body[:300]!r}"
                raise HarnessError(message, hint="mend the case's world or its preparing step")
            payload = msgspec.json.decode(answer.body) if answer.body else None
            if call.repeat is None or not match(call.repeat.until, payload, mode="has"):
                break
            if call.repeat.advance:
                stage.advance(parse_duration(call.repeat.advance))
        else:
            message = f"preparation by `{call.call}` did not come to what it waited for in {tries} tries"
            raise HarnessError(message, hint="mend the case's `repeat`, or its world")
        self._save(call, payload)

    def _save(self, step: Call, payload: Any) -> None:
        for name, pointer in step.save.items():
            try:
                self._saved[name] = resolve_pointer(payload, pointer)
            except (LookupError, TypeError, ValueError):
                self._saved[name] = None  # the payload's own checks say that it is not there

    def _saw(
        self,
        call: Call,
        label: str,
        exchanges: tuple[Exchange, ...],
        outcome: Outcome | None,
        *,
        slowness: float = 1.0,
    ) -> None:
        self._steps.append(
            StepSeen(
                label=label,
                call=call,
                operation=self._contract.operations.get(call.call),
                exchanges=exchanges,
                outcome=outcome,
                lost=self._lost if outcome is None else None,
                slowness=slowness,
            )
        )

    def _played(self, stage: Stage, tap: CaseTap, late: tuple[Exchange, ...], problem: str | None) -> Played:
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
        if stage.failures and problem is None:
            problem = stage.failures[0]
        seen = CaseSeen(
            case=msgspec.structs.replace(self._case, state=fill(self._case.state, self._saved)),
            contract=self._contract,
            variant=self._variant,
            version=self._version,
            promised=self._promised,
            steps=steps,
            exchanges=exchanges,
            base_path=self._case.client.base_path,
            state=None if self._case.state is None else stage.state(),
            commits=stage.commits(),
            unfired=stage.unfired(),
            harness_problem=problem,
        )
        named = {exchange.number: step.label for step in steps for exchange in step.exchanges}
        return Played(seen, exchanges + late, named)


async def _arrival(tap: CaseTap, mark: int) -> None:
    """Wait until the call has sent something: what is cancelled before that says nothing of what was sent."""
    until = time.monotonic() + ARRIVAL_DEADLINE
    while tap.mark() == mark and time.monotonic() < until:  # noqa: ASYNC110 - the tap tells nobody of an arrival
        await asyncio.sleep(0.005)


def _labelled(case: Case) -> Iterator[tuple[str, Call]]:
    """Yield every call of a case under the label that it has in checks."""
    for number, step in enumerate(case.steps, 1):
        if isinstance(step, Call):
            yield step.id or f"s{number}", step
        elif isinstance(step, Parallel):
            for index, call in enumerate(step.parallel, 1):
                yield call.id or f"s{number}.{index}", call


def _settled(repeat: Repeat, outcome: Outcome | None) -> bool:
    """Whether there is no use in asking again: what was waited for is there, or the adapter is not."""
    if outcome is None:
        return True
    return outcome.payload is not msgspec.UNSET and not match(repeat.until, outcome.payload, mode="has")
