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
from concordat.runner.applicability import applicability_of
from concordat.runner.client import RunContext
from concordat.runner.client_pool import ClientPool, choices_of
from concordat.runner.plan import RunPlan, plan
from concordat.runner.record import RunRecord, now
from concordat.runner.result import Header
from concordat.runner.scheduler import Run
from concordat.targets.playability import check_playable
from concordat.targets.reach import Reach
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from concordat.catalogue.model import Case
    from concordat.clients import ClientChoice
    from concordat.runner.event import CaseFinished
    from concordat.runner.plan import Job
    from concordat.runner.settings import RunSettings
    from concordat.targets.target import Target

__all__ = ["Session"]


class Session:
    """One run, which makes its plan and starts its clients on first use.

    An xdist worker records nothing: it sends its results to the controller, whose session records them. `part` is its
    index from 0 and the number of workers, which share the limits of a live run and its `run_id`.
    """

    def __init__(
        self,
        settings: RunSettings,
        *,
        api_key: str = "",
        progress: Callable[[str], None] | None = None,
        part: tuple[int, int] = (0, 1),
        run_id: str | None = None,
    ) -> None:
        self.settings = settings
        self.plan = RunPlan(settings)
        self.record = RunRecord(settings, self.plan)
        self._api_key = api_key
        self._part = part
        self._run_id = run_id
        self._progress = progress or (lambda _line: None)
        self._jobs: list[Job] | None = None
        self._started = False
        self.idle: Callable[[], None] | None = None
        """Called while `wait` waits."""

    @cached_property
    def target(self) -> Target:
        """The sandbox, or the live endpoint after its discovery. Raises CredentialsMissing or TargetUnreachable."""
        if not self.settings.live:
            return SandboxTarget()
        from concordat.targets.live import LiveTarget  # noqa: PLC0415 - most runs are not live

        api_names = dict.fromkeys(api for choice in select(self.settings.clients) for api in choice.manifest.apis)
        known = load_contracts()
        contracts = [known[api] for api in api_names if api in known]
        from concordat.targets.marks import Marks  # noqa: PLC0415
        from concordat.targets.pacing import MAX_TARGET_FAILURES, PaceLimits, Pacing, run_interval  # noqa: PLC0415

        settings = self.settings
        limits = PaceLimits(
            run_interval(settings.rate_limit) if settings.rate_limit else 0.0,
            settings.max_requests,
            settings.max_target_failures or MAX_TARGET_FAILURES,
        )
        pacing = Pacing(limits.part(*self._part), self._progress)
        target = LiveTarget.discover(
            settings.target, self._api_key, contracts, permission=settings.permission, pacing=pacing
        )
        target.marks = Marks(self._run_id, self._part[0])
        return target

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
            if self.settings.live:
                for line in self._reach(cases, available):
                    self.record.note(line)
        return self._jobs

    def _reach(self, cases: Sequence[Case], available: Sequence[str]) -> Iterator[str]:
        """Yield a line for each client: the results on the live target, and those that a further permission adds."""
        target, contracts = self.target, load_contracts()
        for choice in self.choices():
            if choice.label not in available:
                continue
            found = (applicability_of(case, choice.manifest, contracts).contract for case in cases)
            needs = (
                target.permission_need(case, contract)
                for case, contract in zip(cases, found, strict=True)
                if contract is not None
            )
            reach = Reach.of(need for need in needs if need is not None)
            yield reach.text(choice.label, self.settings.permission)

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
        return self.run.wait(job, self.idle)

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
            mark=self.target.mark,
            settings={**settings, "target": self.target.name},
            catalogue_sha256=catalogue_digest(self.plan.catalogue.cases),
            contracts={name: contract.sha256 for name, contract in contracts.items()},
            toolchains=self.pool.toolchains(),
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
        )
