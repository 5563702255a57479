"""The scheduler, and everyone who waits for it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest
from tests.timeouts import scaled

from concordat.checks import Verdict
from concordat.errors import ClientUnavailable, ConcordatError, HarnessError
from concordat.runner.event import CaseFinished
from concordat.runner.plan import Job
from concordat.runner.result import ClientInfo, Result
from concordat.runner.scheduler import SECOND_WORKER_FROM, Run
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.runner.conftest import Doubles, MakeCase, Workshop

    from concordat.catalogue.model import Case
    from concordat.runner.client_worker import ClientWorker

WAIT = scaled(60)


@dataclass
class NotedWorker:
    """Notes what it plays, and plays nothing."""

    client: str
    log: list[str] = field(default_factory=list)
    stopped: bool = False

    async def run(self, case: Case) -> CaseFinished:
        self.log.append(f"{self.client} begins {case.id}")
        await self.work()
        self.log.append(f"{self.client} ends {case.id}")
        return CaseFinished(Result(case=case.id, client=self.client, level="must", verdict=Verdict.PASS))

    async def work(self) -> None:
        await asyncio.sleep(0)

    async def stop(self) -> None:
        self.stopped = True


class RaisingWorker(NotedWorker):
    async def work(self) -> None:
        raise ZeroDivisionError


@dataclass
class RaisingOnceWorker(NotedWorker):
    """Raises for the given cases, whichever of the client's adapters runs them."""

    hostile: frozenset[str] = frozenset()
    at_once: list[int] = field(default_factory=lambda: [0, 0])

    async def run(self, case: Case) -> CaseFinished:
        self.at_once[0] += 1
        self.at_once[1] = max(self.at_once)
        await asyncio.sleep(0.001)
        self.at_once[0] -= 1
        if case.id in self.hostile:
            raise OverflowError(case.id)
        return await super().run(case)


@dataclass
class EndlessWorker(NotedWorker):
    begun: threading.Event = field(default_factory=threading.Event)

    async def work(self) -> None:
        self.begun.set()
        await asyncio.Event().wait()


@dataclass
class MeetingWorker(NotedWorker):
    """Goes on only when another client has come as far."""

    barrier: asyncio.Barrier | None = None

    async def work(self) -> None:
        assert self.barrier is not None
        await asyncio.wait_for(self.barrier.wait(), WAIT)


class Runs:
    """Makes runs over given client workers and stops them all."""

    def __init__(self) -> None:
        self.made: list[Run] = []

    def of(self, **pool: NotedWorker | ConcordatError) -> Run:
        async def worker_for(client: str) -> tuple[ClientWorker, ClientInfo]:
            found = pool[client.partition("@")[0]]
            if isinstance(found, ConcordatError):
                raise found
            return cast("ClientWorker", found), ClientInfo(name=found.client, version="1", requested="1")

        run = Run(worker_for, SandboxTarget())
        self.made.append(run)
        return run


@pytest.fixture
def runs() -> Iterator[Runs]:
    made = Runs()
    yield made
    for run in made.made:
        run.stop()


@pytest.fixture
def job(case: MakeCase) -> Callable[[str, str], Job]:
    return lambda id_, client: Job(case(id=id_), f"{client}@1")


def test_a_clients_jobs_are_played_in_their_order(runs: Runs, job: Callable[[str, str], Job]) -> None:
    worker = NotedWorker("a")
    run = runs.of(a=worker)
    jobs = [job(name, "a") for name in ("first", "second")]
    run.start(jobs)
    assert [run.wait(one).result.case for one in reversed(jobs)] == ["second", "first"]
    assert worker.log == ["a begins first", "a ends first", "a begins second", "a ends second"]


def test_clients_are_played_at_once(runs: Runs, job: Callable[[str, str], Job]) -> None:
    barrier = asyncio.Barrier(2)
    run = runs.of(a=MeetingWorker("a", barrier=barrier), b=MeetingWorker("b", barrier=barrier))
    jobs = [job("only", "a"), job("only", "b")]
    run.start(jobs)
    assert [run.wait(one).result.client for one in jobs] == ["a", "b"]


def test_further_jobs_may_come_later_and_none_is_played_twice(runs: Runs, job: Callable[[str, str], Job]) -> None:
    worker = NotedWorker("a")
    run = runs.of(a=worker)
    first, second = job("first", "a"), job("second", "a")
    run.start([first])
    run.wait(first)
    run.start([first, second])
    run.wait(second)
    assert len(worker.log) == 4


def test_whoever_waits_for_an_unavailable_client_learns_why(runs: Runs, job: Callable[[str, str], Job]) -> None:
    run = runs.of(gone=ClientUnavailable("no `go` here"), well=NotedWorker("well"))
    jobs = [job("first", "gone"), job("second", "gone"), job("first", "well")]
    run.start(jobs)
    for one in jobs[:2]:
        with pytest.raises(ClientUnavailable, match="no `go` here"):
            run.wait(one)
    assert run.wait(jobs[2]).result.client == "well"
    later = job("third", "gone")
    run.start([later])
    with pytest.raises(ClientUnavailable):
        run.wait(later)
    info = run.clients["gone@1"]
    assert (info.name, info.requested, info.available, info.reason) == ("gone", "1", False, "no `go` here")


def test_a_worker_that_raises_is_a_harness_error_of_each_case_that_names_it(
    runs: Runs, job: Callable[[str, str], Job]
) -> None:
    worker = RaisingWorker("a")
    run = runs.of(a=worker)
    jobs = [job("first", "a"), job("second", "a")]
    run.start(jobs)
    results = [run.wait(one).result for one in jobs]
    assert [(result.case, result.client, result.verdict) for result in results] == [
        (one.case.id, "a@1", Verdict.HARNESS_ERROR) for one in jobs
    ]
    for result in results:
        assert result.reason == f"{result.case}: internal error: ZeroDivisionError: "
    run.stop()
    assert worker.stopped


def test_stop_ends_what_is_under_way(runs: Runs, job: Callable[[str, str], Job]) -> None:
    worker = EndlessWorker("a")
    run = runs.of(a=worker)
    run.start([job("first", "a")])
    assert worker.begun.wait(WAIT)
    run.stop()
    assert not run._thread.is_alive()
    assert run._loop.is_closed()
    assert worker.stopped


def test_a_result_that_does_not_come_is_a_harness_error(
    runs: Runs, job: Callable[[str, str], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concordat.runner.scheduler.RESULT_DEADLINE", 0.01)
    run = runs.of(a=EndlessWorker("a"))
    one = job("first", "a")
    run.start([one])
    with pytest.raises(HarnessError, match="no result within"):
        run.wait(one)


def test_stopping_a_run_that_never_began_is_nothing(runs: Runs) -> None:
    run = runs.of()
    run.stop()
    assert run._loop.is_closed()


def test_real_workers_run_real_cases(runs: Runs, workshop: Workshop, case: MakeCase, doubles: Doubles) -> None:
    async def worker_for(client: str) -> tuple[ClientWorker, ClientInfo]:
        worker: ClientWorker = workshop.worker(doubles["DiesOnce"])
        await worker.start()
        return worker, ClientInfo(name=client, version="1", requested="1")

    run = Run(worker_for, SandboxTarget())
    runs.made.append(run)
    jobs = [Job(case(id=name), "double@1") for name in ("first", "second")]
    run.start(jobs)
    assert [run.wait(one).result.verdict for one in jobs] == [Verdict.FAIL, Verdict.PASS]


@dataclass
class SlowWorker(NotedWorker):
    """Takes its time, and counts how many of its kind are at it."""

    at_once: list[int] = field(default_factory=lambda: [0, 0])
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self) -> None:
        self.begun.set()
        self.at_once[0] += 1
        self.at_once[1] = max(self.at_once)
        await asyncio.sleep(0.002)
        self.at_once[0] -= 1


@dataclass
class QuickWorker(NotedWorker):
    """Is done as soon as the slow client has begun: until then there is nothing to help with."""

    slow: SlowWorker = field(default_factory=lambda: SlowWorker("slow"))

    async def work(self) -> None:
        await self.slow.begun.wait()


@pytest.mark.parametrize(("waiting", "adapters"), [(SECOND_WORKER_FROM + 5, 2), (SECOND_WORKER_FROM // 2, 1)])
def test_a_client_that_is_done_makes_room_for_a_second_adapter_of_the_slowest(
    runs: Runs, job: Callable[[str, str], Job], waiting: int, adapters: int
) -> None:
    slow = SlowWorker("slow")
    run = runs.of(quick=QuickWorker("quick", slow=slow), slow=slow)
    jobs = [job("only", "quick"), *(job(f"case-{number}", "slow") for number in range(waiting))]
    run.start(jobs)
    assert [run.wait(one).result.case for one in jobs] == [one.case.id for one in jobs]
    assert slow.at_once[1] == adapters
    assert len([line for line in slow.log if "begins" in line]) == waiting, "no job is played twice"


def test_what_one_case_raises_costs_no_other_case_of_its_client_nor_of_the_second_adapter(
    runs: Runs, job: Callable[[str, str], Job]
) -> None:
    count = SECOND_WORKER_FROM + 20
    hostile = frozenset({"case-0", "case-40", "case-41", "case-90", f"case-{count - 1}"})
    slow = RaisingOnceWorker("slow", hostile=hostile)
    run = runs.of(quick=NotedWorker("quick"), slow=slow)
    jobs = [job("only", "quick"), *(job(f"case-{number}", "slow") for number in range(count))]
    run.start(jobs)
    results = [run.wait(one).result for one in jobs]
    assert slow.at_once[1] == 2, "a second adapter helps"
    assert {result.case for result in results if result.verdict is Verdict.HARNESS_ERROR} == hostile
    assert {result.verdict for result in results if result.case not in hostile} == {Verdict.PASS}
    assert all(result.case in (result.reason or "") for result in results if result.case in hostile)
