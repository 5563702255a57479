"""One run as pytest sees it: what is planned, what came of it, and who is told.

Sinks get typed events (`runner.result.Event`); reporters are sinks. In an xdist worker nothing is recorded: results
travel to the controller, which records them.
"""

from __future__ import annotations

import datetime as dt
import platform
import time
import uuid
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from concordat import __version__
from concordat.catalogue import load_catalogue
from concordat.catalogue.case_locations import case_roots
from concordat.catalogue.digest import case_digest, catalogue_digest
from concordat.catalogue.release_record import load_past
from concordat.catalogue.requirements import load_requirement_set, load_requirements
from concordat.checks import Verdict
from concordat.clients import select
from concordat.contract import load_contracts
from concordat.coverage.contract_coverage import coverage_of
from concordat.errors import EXIT_HARNESS, NothingRan
from concordat.runner import collector
from concordat.runner.client_pool import ClientPool
from concordat.runner.exit_code import exit_code_of, nothing_ran
from concordat.runner.ledger_suggestions import suggest_causes
from concordat.runner.parity import parity_rows
from concordat.runner.plan import plan, select_cases
from concordat.runner.result import CaseFinished, ClientReady, Footer, Header, RunFinished, RunStarted
from concordat.runner.scheduler import Run
from concordat.runner.scoring import requirement_scores
from concordat.targets.sandbox import SandboxTarget, check_playable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from concordat.catalogue import Catalogue
    from concordat.catalogue.model import Case
    from concordat.catalogue.release_record import Past
    from concordat.catalogue.requirements import RequirementSet
    from concordat.coverage.model import Coverage
    from concordat.runner.plan import Job
    from concordat.runner.result import ClientInfo, Event, Result
    from concordat.runner.settings import RunSettings
    from concordat.targets.target import Target

__all__ = ["Session"]


class Session:
    """Plans lazily, plays on the first demand, records until `finish`."""

    def __init__(
        self, settings: RunSettings, *, api_key: str = "", progress: Callable[[str], None] | None = None
    ) -> None:
        self.settings = settings
        self._api_key = api_key
        self.sinks: list[Callable[[Event], None]] = []
        self.results: list[Result] = []
        self.stragglers: list[str] = []
        self.clients: dict[str, ClientInfo] = {}
        self.notes: list[str] = []
        self._introduced: list[ClientInfo] = []
        self.ledger_problems: list[str] = []
        self._pasts: dict[str, Past] = {}
        self._progress = progress or (lambda _line: None)
        self._began = time.monotonic()
        self._jobs: list[Job] | None = None
        self._started = False

    # -- planning

    @cached_property
    def catalogue(self) -> Catalogue:
        """The whole catalogue, the user's overlay included, with the case files that were named and stand apart."""
        return load_catalogue(case_roots(self.settings.cases))

    @cached_property
    def requirement_sets(self) -> tuple[RequirementSet, ...]:
        """The sets that clients are scored by: the one that was asked for, else all, but none where cases were chosen.

        Raises CatalogueError for a set that is not there, or is wrong.
        """
        if self.settings.requirements is not None:
            return (load_requirement_set(self.settings.requirements),)
        return () if self.settings.cases else load_requirements()

    @cached_property
    def target(self) -> Target:
        """The sandbox, or the live endpoint after it answered. Raises CredentialsMissing or TargetUnreachable."""
        if not self.settings.live:
            return SandboxTarget()
        from concordat.targets.live import LiveTarget  # noqa: PLC0415 - most runs are not live

        spoken = dict.fromkeys(api for choice in select(self.settings.clients) for api in choice.manifest.apis)
        known = load_contracts()
        contracts = [known[api] for api in spoken if api in known]
        return LiveTarget.discover(
            self.settings.target, self._api_key, contracts, allow_writes=self.settings.allow_writes
        )

    @cached_property
    def pool(self) -> ClientPool:
        """The clients of this run."""
        return ClientPool(
            self.settings,
            load_contracts(),
            self.target,
            progress=self._progress,
        )

    def jobs(self) -> list[Job]:
        """Every case for every available client. Provisions the clients the first time."""
        if self._jobs is None:
            load_contracts()  # a wrong one is said of itself, and not of a case that is derived from it
            sets = self.requirement_sets  # a wrong one is said before anything runs, too
            known = self.catalogue.cases
            if self.settings.requirements is not None:
                known = tuple(case for case in known if sets[0].level_of(case.id, case.row) is not None)
            cases = select_cases(known, self.settings)
            if not self.settings.live:
                for case in cases:
                    # what cannot be played is the catalogue's fault, and said before anything runs
                    check_playable(case)
            available = self.pool.provision()
            self.meet(self.pool.unavailable)
            self._jobs = plan(cases, available)
        return self._jobs

    # -- playing

    @cached_property
    def run(self) -> Run:
        """The scheduler, not yet started."""
        return Run(self.pool.worker_for, self.target)

    def start(self, jobs: Sequence[Job]) -> None:
        """Play jobs ahead of whoever will ask for them."""
        if not self._started:
            collector.planned()
        self.run.start(jobs)
        self._started = True

    def result(self, job: Job) -> tuple[Result, tuple[str, ...]]:
        """Wait for one job's result, starting it if nothing did before."""
        self.start([job])
        return self.run.result(job)

    def agreeing(self, result: Result) -> tuple[str, ...]:
        """The clients recorded so far that agree with a result."""
        if result.shape is None:
            return ()
        return tuple(r.client for r in self.results if r.key == result.key and r.shape == result.shape)

    def stop(self) -> None:
        """End the scheduler; clients it started are known then."""
        if self._started:
            self.run.stop()
            self.meet(self.run.clients.values())
            self.ledger_problems += self.run.ledger_problems

    def meet(self, clients: Iterable[ClientInfo]) -> None:
        """Take clients into the report."""
        self.clients.update({f"{info.name}@{info.requested}": info for info in clients})

    # -- recording

    def begin(self, planned: int) -> None:
        """Tell the sinks that the run has begun, and how many results are to come."""
        self._tell(RunStarted(self.header(), planned))
        for info in self.clients.values():
            self._introduce(info)

    def record(self, result: Result, stragglers: Sequence[str] = ()) -> None:
        """Take one result into the report, and its client with the first of its results."""
        for info in self.run.clients.values():
            if info.label == result.client:
                self._introduce(info)
        result = self._with_past(result)
        self.results.append(result)
        collector.recorded(len(self.results))
        self.stragglers.extend(stragglers)
        self._tell(CaseFinished(result, tuple(stragglers)))

    def _with_past(self, result: Result) -> Result:
        """Put beside a failure, known or not, how the case went with the releases that are on record."""
        if result.verdict not in (Verdict.FAIL, Verdict.KNOWN_FAILURE):
            return result
        name = result.client.partition("@")[0]
        if name not in self._pasts:
            self._pasts[name] = load_past(name)
        past = self._pasts[name]
        if result.key not in past.cases:
            return result
        text = past.text(result.key, case_digest(self._cases[result.key]))
        return msgspec.structs.replace(result, history=text)

    @cached_property
    def _cases(self) -> dict[str, Case]:
        return {case.key: case for case in self.catalogue.cases}

    def finish(self, *, interrupted: str | None = None, red: bool = False) -> Footer:
        """Close the report. `interrupted` says why it is not complete, `red` that a red result was to end it."""
        for info in self.clients.values():
            self._introduce(info)
        self._note_doubtful_adapters()
        if self.settings.record_failures:
            self.notes += [f"causes proposed in {path}" for path in suggest_causes(self.results, self.catalogue.cases)]
        footer = Footer(
            complete=interrupted is None,
            finished=_now(),
            exit_code=self.exit_code() if interrupted is None or red else EXIT_HARNESS,
            duration_ms=round((time.monotonic() - self._began) * 1000, 1),
            note=interrupted,
        )
        notes = (*self.notes, *self.ledger_problems)
        scores = requirement_scores(self.results, self.requirement_sets)
        self._tell(RunFinished(footer, parity_rows(self.results), notes, scores, self._coverage()))
        collector.finished()
        return footer

    def _coverage(self) -> Coverage | None:
        """Return what the whole catalogue asserts; a run of chosen cases is not about that."""
        return None if self.settings.cases else coverage_of(self.catalogue.cases, load_contracts())

    def exit_code(self) -> int:
        """0 all as expected, 1 red results, 3 harness trouble.

        Trouble is a harness error, a missing client that was asked for, or that nothing ran.
        """
        counts = Counter(result.verdict for result in self.results)
        code = exit_code_of(
            counts,
            self.clients.values(),
            asked=self.settings.clients,
            require_all=self.settings.require_all,
            ledger_wrong=bool(self.ledger_problems),
        )
        if nothing_ran(counts):
            self.notes.append(str(NothingRan("no case was executed", hint="look at the selection and the clients")))
        return code

    def _note_doubtful_adapters(self) -> None:
        """Note every adapter that is more, or something else, than it claims; what it shows is no evidence."""
        self.notes += [
            f"{info.label}: its results may not be the SDK's: {text}"
            for info in self.clients.values()
            if info.integrity is not None
            for text in info.integrity.trouble
        ]

    def header(self) -> Header:
        """What runs, where and how."""
        contracts = load_contracts()
        settings: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(self.settings, report=None))
        settings.pop("report", None)
        return Header(
            concordat=__version__,
            run_id=uuid.uuid4().hex,
            started=_now(),
            target=self.target.name,
            settings={**settings, "target": self.target.name},
            catalogue_sha256=catalogue_digest(self.catalogue.cases),
            contracts={name: contract.sha256 for name, contract in contracts.items()},
            toolchains=self.pool.toolchains(),
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
        )

    def _introduce(self, info: ClientInfo) -> None:
        if info not in self._introduced:
            self._introduced.append(info)
            self._tell(ClientReady(info))

    def _tell(self, event: Event) -> None:
        for sink in self.sinks:
            sink(event)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
