"""One client's way through a run: its warm adapter, and its jobs one after another."""

from __future__ import annotations

import contextlib
import shlex
import time
from typing import TYPE_CHECKING

import msgspec

from concordat.checks import Check, Verdict, decoding_of, judge, shape, worst, write_safety_of
from concordat.checks.builders import bounded
from concordat.clients.public_api import view_public_api
from concordat.compare.values import clean
from concordat.errors import ConcordatError, own_defect
from concordat.runner.applicability import fit, missing_feature
from concordat.runner.case_runner import CaseRunner
from concordat.runner.process_environment import process_environment
from concordat.runner.rerun import rerun_of
from concordat.runner.result import Result
from concordat.runner.views import call_view, exchange_view, outcome_view, settings_view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.catalogue.model import Case
    from concordat.clients import AdapterProcess, Installed, Manifest
    from concordat.clients.protocol import Hello
    from concordat.clients.public_api import PublicApiView
    from concordat.contract import Contract
    from concordat.contract.variant import Variant
    from concordat.ledger.matcher import LedgerMatcher
    from concordat.runner.case_runner import CaseRun
    from concordat.tap import Scrubber
    from concordat.targets.target import Target

__all__ = ["ClientWorker"]


class ClientWorker:
    """Plays jobs with one client. `start` once, `run` as often as there are cases, `stop` once."""

    def __init__(
        self,
        name: str,
        installed: Installed,
        manifest: Manifest,
        *,
        contracts: Mapping[str, Contract],
        variant: Variant | None,
        ledger: LedgerMatcher | None,
        target: Target,
        scrubber: Scrubber | None,
        new_process: Callable[[Mapping[str, str | None]], AdapterProcess],
        rerun_failures: bool = False,
        spec: str | None = None,
        mode: str = "sync",
    ) -> None:
        self.name = name
        self._installed = installed
        self._manifest = manifest
        self._contracts = contracts
        self._variant = variant
        self._ledger = ledger
        self._target = target
        self._scrubber = scrubber
        self._new_process = new_process
        self._rerun_failures = rerun_failures
        self._spec = spec or installed.label
        """What `--client` must say to get just this client."""
        self._mode = mode
        """That of every case which does not choose one."""
        self._adapter: AdapterProcess | None = None
        self.hello: Hello | None = None

    async def start(self) -> Hello:
        """Start the adapter. Raises AdapterError when it does not say hello."""
        self._adapter = self._new_process({})
        self.hello = await self._adapter.start(self._installed)
        return self.hello

    async def stop(self) -> None:
        """End the adapter and all that it started."""
        if self._adapter is not None:
            await self._adapter.shutdown()
            self._adapter = None

    async def public_api(self) -> PublicApiView:
        """Compare what the started adapter's package offers with the client's document; a fault is its reason."""
        version = self.hello.version if self.hello else self._installed.version
        return await view_public_api(self._adapter, self._variant, version)

    def ledger_problems(self) -> list[str]:
        """What the client's ledger says that turned out not to be so, one line each."""
        return [] if self._ledger is None else [str(problem) for problem in self._ledger.problems()]

    @property
    def label(self) -> str:
        """`NAME@VERSION`, the version as the package itself says."""
        version = self.hello.version if self.hello else self._installed.version
        return f"{self.name}@{version}"

    async def run(self, case: Case) -> tuple[Result, tuple[str, ...]]:
        """Run one case, and once more if it is red and the run asks for that.

        Never raises: whatever running or judging the case raises is a harness error of this case, which names it.
        """
        try:
            return await self._run(case)
        except Exception as error:  # noqa: BLE001 - a defect of ours costs its case only, and is reported as ours
            return self._spoilt(case, error), ()

    async def _run(self, case: Case) -> tuple[Result, tuple[str, ...]]:
        fitting = fit(case, self._manifest, self._contracts)
        reason = fitting.reason
        if fitting.contract is not None:
            reason = self._target.refusal(case, fitting.contract)
        mode = case.client.mode or self._mode
        if reason is None and self.hello and mode not in self.hello.modes:
            reason = f"the client has no {mode} mode"
        if reason is None and self.hello:
            reason = missing_feature(case, self.hello.features)
        if reason is not None or fitting.contract is None:
            return self._result(case, verdict=Verdict.NOT_APPLICABLE, reason=reason), ()
        result, late = await self._once(case, fitting.contract)
        if self._rerun_failures and result.verdict.red:
            second, later = await self._once(case, fitting.contract, counted=False)
            return rerun_of(result, second), late + later
        return result, late

    async def _once(self, case: Case, contract: Contract, *, counted: bool = True) -> tuple[Result, tuple[str, ...]]:
        began = time.monotonic()
        try:
            case_run = await self._run_case(case, contract)
            return self._judged(case, case_run, (time.monotonic() - began) * 1000, counted=counted)
        except Exception as error:  # noqa: BLE001 - see `run`; the first of two runs keeps its result
            return self._spoilt(case, error), ()

    async def _run_case(self, case: Case, contract: Contract) -> CaseRun:
        async with contextlib.AsyncExitStack() as around:
            adapter = await self._adapter_for(case, around)
            runner = CaseRunner(
                case,
                contract,
                self._target,
                adapter,
                variant=self._variant,
                version=self.hello.version if self.hello else self._installed.version,
                promised=frozenset(self._manifest.operations),
                mode=case.client.mode or self._mode,
            )
            return await runner.run()

    async def _adapter_for(self, case: Case, around: contextlib.AsyncExitStack) -> AdapterProcess:
        """Return the warm adapter, or one of the case's own, which ends with `around`."""
        env = around.enter_context(process_environment(case.client))
        if env:
            adapter = self._new_process(env)
            around.push_async_callback(adapter.shutdown)
            await adapter.start(self._installed)
            return adapter
        assert self._adapter is not None
        if not self._adapter.alive:
            await self._adapter.restart()
        return self._adapter

    def _judged(
        self, case: Case, case_run: CaseRun, duration_ms: float, *, counted: bool
    ) -> tuple[Result, tuple[str, ...]]:
        trace = case_run.trace
        checks = judge(trace)
        if self._ledger is not None:
            checks = self._ledger.apply(case, checks, counted=counted)
        verdict = worst([check.verdict for check in checks])
        result = self._result(
            case,
            verdict=verdict,
            checks=tuple(bounded(self._scrubbed(check)) for check in checks),
            exchanges=tuple(
                exchange_view(exchange, case_run.steps.get(exchange.number), self._scrubber)
                for exchange in case_run.exchanges
            ),
            calls=tuple(call_view(step, self._scrubber) for step in trace.steps if not step.blocked),
            client_settings=settings_view(case.client, self._scrubber),
            outcomes=tuple(outcome_view(step.outcome, self._scrubber) for step in trace.steps if step.outcome),
            duration_ms=round(duration_ms, 1),
            write_safety=write_safety_of(trace),
            decoding=decoding_of(trace),
            shape=shape(trace),
        )
        late = tuple(
            f"{self.label}: {case.key}: a request arrived after the end of its case"
            + (f" ({e.request.method})" if e.request else "")
            for e in case_run.exchanges
            if e.straggler
        )
        return result, late

    def _spoilt(self, case: Case, error: Exception) -> Result:
        """Return the harness error of a case that could not be run or judged."""
        if isinstance(error, ConcordatError):
            reason = str(error)
        else:
            where = f" ({case.path}:{case.line})" if case.path else ""
            reason = f"{case.key}{where}: {own_defect(error)}"
        return self._result(case, verdict=Verdict.HARNESS_ERROR, reason=clean(reason))

    def _scrubbed(self, check: Check) -> Check:
        if self._scrubber is None:
            return check
        return msgspec.json.decode(self._scrubber.bytes(msgspec.json.encode(check)), type=Check)

    def _result(self, case: Case, *, verdict: Verdict, reason: str | None = None, **more: object) -> Result:
        if reason is not None and self._scrubber is not None:
            reason = self._scrubber.text(reason)
        return Result(
            case=case.id,
            row=case.row,
            client=self.label,
            level=str(case.level),
            verdict=verdict,
            reason=reason,
            mode=case.client.mode or (None if self._mode == "sync" else self._mode),
            area=case.area,
            title=case.title,
            why=case.why,
            source=tuple(case.source),
            path=f"{case.path}:{case.line}" if case.path else "",
            rerun=f"concordat run '{case.key}' --client {shlex.quote(self._spec)}"
            + ("" if self._target.name == "sandbox" else f" --target {self._target.name}"),
            **more,  # type: ignore[arg-type]  # the callers above name Result's own fields
        )
