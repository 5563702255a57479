"""One run of the catalogue under pytest: the plan, the target, the clients, the scheduler and the record."""

from __future__ import annotations

import platform
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from concordat import __version__
from concordat.catalogue.catalogue import catalogue_digest
from concordat.clients import select
from concordat.contract import load_contracts
from concordat.errors import CatalogueError, Location
from concordat.runner import collector
from concordat.runner.client import RunContext
from concordat.runner.client_pool import ClientPool, choices_of
from concordat.runner.plan import RunPlan, plan
from concordat.runner.record import RunRecord, now
from concordat.runner.result import Header
from concordat.runner.scheduler import Run
from concordat.targets.playability import check_playable
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concordat.catalogue.model import Case
    from concordat.clients import ClientChoice
    from concordat.runner.event import CaseFinished
    from concordat.runner.plan import Job
    from concordat.runner.settings import RunSettings
    from concordat.targets.target import Target

__all__ = ["Session"]


class Session:
    """One run, which makes its plan and starts its clients on first use.

    An xdist worker records nothing: it sends its results to the controller, whose session records them.
    """

    def __init__(
        self, settings: RunSettings, *, api_key: str = "", progress: Callable[[str], None] | None = None
    ) -> None:
        self.settings = settings
        self.plan = RunPlan(settings)
        self.record = RunRecord(settings, self.plan)
        self._api_key = api_key
        self._progress = progress or (lambda _line: None)
        self._jobs: list[Job] | None = None
        self._started = False

    @cached_property
    def target(self) -> Target:
        """The sandbox, or the live endpoint after its discovery. Raises CredentialsMissing or TargetUnreachable."""
        if not self.settings.live:
            return SandboxTarget()
        from concordat.targets.live import LiveTarget  # noqa: PLC0415 - most runs are not live

        api_names = dict.fromkeys(api for choice in select(self.settings.clients) for api in choice.manifest.apis)
        known = load_contracts()
        contracts = [known[api] for api in api_names if api in known]
        return LiveTarget.discover(
            self.settings.target, self._api_key, contracts, allow_writes=self.settings.allow_writes
        )

    @cached_property
    def pool(self) -> ClientPool:
        """The clients of this run."""
        context = RunContext(self.target, load_contracts(), rerun_failures=self.settings.rerun_failures)
        return ClientPool(self.settings, context, progress=self._progress)

    @cached_property
    def run(self) -> Run:
        """The scheduler, not yet started."""
        return Run(self.pool.worker_for, self.target)

    def choices(self) -> list[ClientChoice]:
        """Return the chosen clients, available or not. Raises UsageError for a name that no client has."""
        return choices_of(self.settings)

    def jobs(self) -> list[Job]:
        """Return a job for every case and available client. The first call installs the clients."""
        if self._jobs is None:
            load_contracts()  # a wrong contract is reported before the cases that depend on it
            cases = self.plan.cases()
            if not self.settings.live:
                for case in cases:
                    self._check_playable(case)
            available = self.pool.provision()
            self.record.meet(self.pool.unavailable)
            self._jobs = plan(cases, available)
        return self._jobs

    def _check_playable(self, case: Case) -> None:
        """Raise CatalogueError, with the case's file and line, for a case that the sandbox cannot run."""
        try:
            check_playable(case)
        except CatalogueError as error:
            file = self.plan.catalogue.file_of(case)
            where = error.where or (Location(file, case.line) if file else None)
            raise CatalogueError(error.message, where=where, cause=error.cause, hint=error.hint) from error

    def start(self, jobs: Sequence[Job]) -> None:
        """Start jobs; `wait` returns their results."""
        if not self._started:
            collector.planned()
        self.run.start(jobs)
        self._started = True

    def wait(self, job: Job) -> CaseFinished:
        """Return the result of one job, and start it first if necessary. Raises as `Run.wait` does."""
        self.start([job])
        return self.run.wait(job)

    def add(self, finished: CaseFinished) -> None:
        """Record one result, and its client with the first of its results."""
        if self._started:
            for info in self.run.clients.values():
                if info.label == finished.result.client:
                    self.record.introduce(info)
        self.record.add(finished)

    def stop(self) -> None:
        """End the scheduler and add the clients that it started to the record."""
        if self._started:
            self.run.stop()
            self.record.meet(self.run.clients.values())
            self.record.ledger_problems += self.run.ledger_problems

    def header(self) -> Header:
        """Return the header of the report."""
        contracts = load_contracts()
        settings: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(self.settings, report=None))
        settings.pop("report", None)
        return Header(
            concordat=__version__,
            run_id=uuid.uuid4().hex,
            started=now(),
            target=self.target.name,
            settings={**settings, "target": self.target.name},
            catalogue_sha256=catalogue_digest(self.plan.catalogue.cases),
            contracts={name: contract.sha256 for name, contract in contracts.items()},
            toolchains=self.pool.toolchains(),
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
        )
