"""The worker of one client: it runs one case after another with a warm adapter."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from concordat.checks.model import Verdict
from concordat.clients.public_api import view_public_api
from concordat.runner.applicability import applicability_of, missing_features_reason
from concordat.runner.case_result import failed_result, judged_result, not_applicable_result, with_rerun
from concordat.runner.case_runner import CaseRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue.model import Case, ClientSettings
    from concordat.clients import AdapterProcess
    from concordat.clients.protocol import Hello
    from concordat.clients.public_api import PublicApiView
    from concordat.contract import Contract
    from concordat.runner.case_runner import CaseRun
    from concordat.runner.client import Client, RunContext
    from concordat.runner.event import CaseFinished

__all__ = ["ClientWorker", "process_environment"]


class ClientWorker:
    """Runs cases with one client. Call `start` once, `run` for each case, `stop` once."""

    def __init__(self, client: Client, context: RunContext) -> None:
        self.client = client
        self._context = context
        self._adapter: AdapterProcess | None = None

    async def start(self) -> Hello:
        """Start the adapter and return its hello message. Raises AdapterError without one."""
        self._adapter = self._context.new_process({})
        hello = await self._adapter.start(self.client.installed)
        self.client = self.client.started(hello)
        return hello

    async def stop(self) -> None:
        """End the adapter and its child processes."""
        if self._adapter is not None:
            await self._adapter.shutdown()
            self._adapter = None

    async def public_api(self) -> PublicApiView:
        """Compare the package of the started adapter with the client's document; an error becomes the view's reason."""
        return await view_public_api(self._adapter, self.client.variant, self.client.version)

    async def run(self, case: Case) -> CaseFinished:
        """Run one case, and once more if it is red under `--rerun-failures`.

        Never raises: an error in running or judging the case becomes the reason of its harness error.
        """
        try:
            return await self._run(case)
        except Exception as error:  # noqa: BLE001 - an internal error fails its own case only
            return failed_result(case, self.client, self._context.target, error)

    async def _run(self, case: Case) -> CaseFinished:
        client, target = self.client, self._context.target
        applicability = applicability_of(case, client.manifest, self._context.contracts)
        reason = applicability.reason
        if applicability.contract is not None:
            reason = target.refusal(case, applicability.contract)
        mode = client.mode_of(case.client.mode)
        if reason is None and client.hello and mode not in client.hello.modes:
            reason = f"the client has no {mode} mode"
        if reason is None and client.hello:
            reason = missing_features_reason(case, client.hello.features)
        if reason is not None or applicability.contract is None:
            return not_applicable_result(case, client, target, reason)
        pacing = target.pacing
        if pacing is None:
            return await self._run_judged(case, applicability.contract)
        async with pacing.case() as stopped:
            if stopped is not None:
                return not_applicable_result(case, client, target, stopped)
            finished = await self._run_judged(case, applicability.contract)
        if finished.result.verdict is not Verdict.NOT_APPLICABLE:
            broken = finished.result.verdict is Verdict.TARGET
            pacing.ended(broken=broken and any(event.outage for event in finished.result.target_events))
        return finished

    async def _run_judged(self, case: Case, contract: Contract) -> CaseFinished:
        """Run a case that applies, and once more if it is red under `--rerun-failures`."""
        first = await self._run_once(case, contract)
        if self._context.rerun_failures and first.result.verdict.red:
            return with_rerun(first, await self._run_once(case, contract))
        return first

    async def _run_once(self, case: Case, contract: Contract) -> CaseFinished:
        client, target = self.client, self._context.target
        began = time.monotonic()
        try:
            case_run = await self._run_case(case, contract)
            if case_run.stopped is not None:
                return not_applicable_result(case, client, target, case_run.stopped)
            duration_ms = (time.monotonic() - began) * 1000
            return judged_result(case, case_run, client, target, duration_ms=duration_ms)
        except Exception as error:  # noqa: BLE001 - see `run`; the rerun keeps the first result
            return failed_result(case, client, target, error)

    async def _run_case(self, case: Case, contract: Contract) -> CaseRun:
        async with contextlib.AsyncExitStack() as stack:
            adapter = await self._adapter_for(case, stack)
            return await CaseRunner(case, contract, adapter, self.client, self._context.target).run()

    async def _adapter_for(self, case: Case, stack: contextlib.AsyncExitStack) -> AdapterProcess:
        """Return the warm adapter, or a separate one for a case with its own environment, which ends with `stack`."""
        env = stack.enter_context(process_environment(case.client))
        if env:
            adapter = self._context.new_process(env)
            stack.push_async_callback(adapter.shutdown)
            await adapter.start(self.client.installed)
            return adapter
        assert self._adapter is not None
        if not self._adapter.alive:
            await self._adapter.restart()
        return self._adapter


@contextlib.contextmanager
def process_environment(client: ClientSettings) -> Iterator[dict[str, str | None]]:
    """Yield additions to a process's environment (None removes a name), empty when the warm process suffices.

    A case with files gets a home folder with these files only. Only their owner can read them, as tools require of
    files with passwords. The end of the block removes the folder.
    """
    if not client.files:
        yield dict(client.env)
        return
    with tempfile.TemporaryDirectory(prefix="concordat-home-", ignore_cleanup_errors=True) as folder:
        for name, text in client.files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            file.chmod(0o600)
        # Adapters start with a NETRC that hides the machine's .netrc; here it would hide the case's.
        yield {"HOME": folder, "NETRC": None, **client.env}
