"""The scheduler: one event loop in a thread of its own, all clients at once, results as they are asked for.

Pytest items are synchronous and come one by one; the loop runs ahead of them. `Run.wait` waits for one job.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from concordat.checks.model import Verdict
from concordat.compare.values import clean
from concordat.errors import ClientUnavailable, ConcordatError, HarnessError, own_defect
from concordat.runner.event import CaseFinished
from concordat.runner.result import ClientInfo, Result

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from concordat.runner.client_worker import ClientWorker
    from concordat.runner.plan import Job
    from concordat.targets.target import Target

__all__ = ["Run"]

RESULT_DEADLINE = 1800.0
"""Seconds that anyone waits for one result: above all deadlines that one client worker can add up to."""
STOP_DEADLINE = 10.0
WORTH_HELPING = 100
"""Waiting jobs that outweigh the start of a second adapter, a second or two of one core."""


class Run:
    """Runs jobs on client workers. `worker_for` builds the worker of one client, or raises ClientUnavailable.

    A client that is not available has no results; `clients` says why. A client whose own jobs are done makes room for a
    second adapter of the one that is furthest behind, so that the slowest does not run alone at the end.
    """

    def __init__(self, worker_for: Callable[[str], Awaitable[tuple[ClientWorker, ClientInfo]]], target: Target) -> None:
        self._worker_for = worker_for
        self._target = target
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="concordat", daemon=True)
        self._futures: dict[str, concurrent.futures.Future[CaseFinished]] = {}
        self._queues: dict[str, asyncio.Queue[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._helped: set[str] = set()
        self.clients: dict[str, ClientInfo] = {}
        self.ledger_problems: list[str] = []
        """Complete after `stop`."""

    def start(self, jobs: Iterable[Job]) -> None:
        """Queue jobs, each client's in the order given; may be called again with further ones."""
        if not self._thread.is_alive():
            self._thread.start()
        by_client: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            if job.id not in self._futures:
                self._futures[job.id] = concurrent.futures.Future()
                by_client[job.client].append(job)
        for client, listed in by_client.items():
            asyncio.run_coroutine_threadsafe(self._enqueue(client, listed), self._loop)

    def wait(self, job: Job) -> CaseFinished:
        """Wait for one job and return its result.

        Raises ClientUnavailable when its client could not be installed or started, HarnessError at the deadline.
        """
        try:
            return self._futures[job.id].result(timeout=RESULT_DEADLINE)
        except TimeoutError as error:
            message = f"{job.id} gave no result within {RESULT_DEADLINE:.0f} s"
            raise HarnessError(message) from error

    def stop(self) -> None:
        """End every adapter and the loop; what was not played stays without a result."""
        if self._thread.is_alive():
            closing = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
            try:
                closing.result(timeout=STOP_DEADLINE)
            except (TimeoutError, concurrent.futures.CancelledError, ConcordatError):
                pass  # the processes' own watch ends them with us
            finally:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join(timeout=STOP_DEADLINE)
        if not self._thread.is_alive():
            self._loop.close()

    async def _close(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.wait(others, timeout=STOP_DEADLINE / 2) if others else None
        await self._target.close()

    async def _enqueue(self, client: str, jobs: list[Job]) -> None:
        queue = self._queues.get(client)
        if queue is None:
            queue = self._queues[client] = asyncio.Queue()
            self._tasks.add(asyncio.create_task(self._serve_client(client, queue)))
        for job in jobs:
            queue.put_nowait(job)

    async def _serve_client(self, client: str, queue: asyncio.Queue[Job]) -> None:
        worker: ClientWorker | None = None
        job: Job | None = None
        try:
            worker, self.clients[client] = await self._worker_for(client)
            while True:
                job = await queue.get()
                self._settle(job, await self._finished(worker, job))
                job = None
                if queue.empty():
                    self._help_the_slowest()
        except ConcordatError as error:
            await self._refuse(client, job, queue, error)
        except Exception as error:  # noqa: BLE001 - a defect of ours must reach whoever waits, not hang them
            await self._refuse(client, job, queue, HarnessError(own_defect(error)))
        finally:
            if worker is not None:
                self.ledger_problems.extend(worker.ledger_problems())
                await worker.stop()

    def _help_the_slowest(self) -> None:
        client, queue = max(self._queues.items(), key=lambda item: item[1].qsize())
        if queue.qsize() >= WORTH_HELPING and client not in self._helped:
            self._helped.add(client)
            self._tasks.add(asyncio.create_task(self._help(client, queue)))

    async def _help(self, client: str, queue: asyncio.Queue[Job]) -> None:
        """Play a client's waiting jobs beside its own client worker, until there are none left."""
        try:
            worker, _ = await self._worker_for(client)
        except ConcordatError:
            return  # its own client worker goes on, and says what is wrong where something is
        try:
            while not queue.empty():
                job = queue.get_nowait()
                self._settle(job, await self._finished(worker, job))
        finally:
            await worker.stop()

    async def _finished(self, worker: ClientWorker, job: Job) -> CaseFinished:
        """Return the result of one job. Whatever it raises is its own harness error, and costs no other job."""
        try:
            return await worker.run(job.case)
        except Exception as error:  # noqa: BLE001 - a defect of ours must reach whoever waits, and nobody else
            return self._spoilt(job, error)

    def _spoilt(self, job: Job, error: Exception) -> CaseFinished:
        """Return the harness error of one case that could not be run."""
        reason = str(error) if isinstance(error, ConcordatError) else own_defect(error)
        case, info = job.case, self.clients.get(job.client)
        result = Result(
            case=case.id,
            row=case.row,
            client=job.client if info is None else info.label,
            level=str(case.level),
            verdict=Verdict.HARNESS_ERROR,
            reason=clean(f"{case.key}: {reason}"),
            area=case.area,
            title=case.title,
            path=f"{case.path}:{case.line}" if case.path else "",
        )
        return CaseFinished(result)

    def _settle(self, job: Job, finished: CaseFinished) -> None:
        future = self._futures[job.id]
        if not future.done():
            future.set_result(finished)

    async def _refuse(self, client: str, job: Job | None, queue: asyncio.Queue[Job], error: ConcordatError) -> None:
        """Tell everyone who waits, or comes to wait, for this client why it cannot be run.

        A client that is not available has no results; anything else is a harness error of each of its cases.
        """
        if isinstance(error, ClientUnavailable):
            name, _, version = client.partition("@")
            self.clients[client] = ClientInfo(
                name=name, version=version, requested=version, available=False, reason=str(error)
            )
        while True:
            refused = job or await queue.get()
            job = None
            future = self._futures[refused.id]
            if not isinstance(error, ClientUnavailable):
                self._settle(refused, self._spoilt(refused, error))
            elif not future.done():
                future.set_exception(error)


def _new_loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - keeps `concordat --help` quick

    return uvloop.new_event_loop()
