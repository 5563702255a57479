"""The scheduler: one event loop in a separate thread runs all clients concurrently.

Pytest items are synchronous and sequential; the loop runs ahead of them. `Run.wait` waits for one job.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
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
"""Timeout of one result in seconds, above the sum of all deadlines of one client worker."""
IDLE = 1.0
"""Seconds between two calls of a waiting thread's `idle`."""
STOP_DEADLINE = 10.0
SECOND_WORKER_FROM = 100
"""Waiting jobs that justify a second adapter, whose start takes a second or two of one core."""


class Run:
    """Runs jobs on client workers. `worker_for` starts a worker of one client, or raises ClientUnavailable.

    An unavailable client has no results; `clients` has the reason. When a client has finished its jobs, the client with
    the most waiting jobs gets a second worker, so that the slowest does not run alone at the end.
    """

    def __init__(self, worker_for: Callable[[str], Awaitable[tuple[ClientWorker, ClientInfo]]], target: Target) -> None:
        self._worker_for = worker_for
        self._target = target
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="concordat", daemon=True)
        self._futures: dict[str, concurrent.futures.Future[CaseFinished]] = {}
        self._queues: dict[str, asyncio.Queue[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._with_second_worker: set[str] = set()
        self.clients: dict[str, ClientInfo] = {}

    def start(self, jobs: Iterable[Job]) -> None:
        """Queue jobs, in the given order for each client. Further calls add jobs."""
        if not self._thread.is_alive():
            self._thread.start()
        by_client: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            if job.id not in self._futures:
                self._futures[job.id] = concurrent.futures.Future()
                by_client[job.client].append(job)
        for client, listed in by_client.items():
            asyncio.run_coroutine_threadsafe(self._enqueue(client, listed), self._loop)

    def wait(self, job: Job, idle: Callable[[], None] | None = None) -> CaseFinished:
        """Wait for one job and return its result; call `idle` about once a second until then.

        Raises ClientUnavailable when its client cannot be installed or started, HarnessError at the deadline.
        """
        future = self._futures[job.id]
        deadline = time.monotonic() + RESULT_DEADLINE
        while (left := deadline - time.monotonic()) > 0:
            try:
                return future.result(timeout=min(left, IDLE))
            except TimeoutError:
                if idle is not None:
                    idle()
        message = f"{job.id} gave no result within {RESULT_DEADLINE:.0f} s"
        raise HarnessError(message)

    def stop(self) -> None:
        """End every adapter and the loop; a job that has not run has no result."""
        if self._thread.is_alive():
            closing = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
            try:
                closing.result(timeout=STOP_DEADLINE)
            except (TimeoutError, concurrent.futures.CancelledError, ConcordatError):
                pass  # the reaper ends the processes when this one ends
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
                self._set_result(job, await self._finished(worker, job))
                job = None
                if queue.empty():
                    self._add_second_worker()
        except ConcordatError as error:
            await self._fail_all(client, job, queue, error)
        except Exception as error:  # noqa: BLE001 - an internal error must end every wait
            await self._fail_all(client, job, queue, HarnessError(own_defect(error)))
        finally:
            if worker is not None:
                await worker.stop()

    def _add_second_worker(self) -> None:
        client, queue = max(self._queues.items(), key=lambda item: item[1].qsize())
        if queue.qsize() >= SECOND_WORKER_FROM and client not in self._with_second_worker:
            self._with_second_worker.add(client)
            self._tasks.add(asyncio.create_task(self._run_second_worker(client, queue)))

    async def _run_second_worker(self, client: str, queue: asyncio.Queue[Job]) -> None:
        """Run a client's waiting jobs beside its first worker, until none is left."""
        try:
            worker, _ = await self._worker_for(client)
        except ConcordatError:
            return  # the first worker continues, and reports its own errors
        try:
            while not queue.empty():
                job = queue.get_nowait()
                self._set_result(job, await self._finished(worker, job))
        finally:
            await worker.stop()

    async def _finished(self, worker: ClientWorker, job: Job) -> CaseFinished:
        """Run one job and return its result; an error becomes its harness error and does not affect other jobs."""
        try:
            return await worker.run(job.case)
        except Exception as error:  # noqa: BLE001 - an internal error fails its own case only
            return self._failed(job, error)

    def _failed(self, job: Job, error: Exception) -> CaseFinished:
        """Return the harness error of a case that could not run."""
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

    def _set_result(self, job: Job, finished: CaseFinished) -> None:
        future = self._futures[job.id]
        if not future.done():
            future.set_result(finished)

    async def _fail_all(self, client: str, job: Job | None, queue: asyncio.Queue[Job], error: ConcordatError) -> None:
        """Fail every waiting and every later job of a client, until cancelled.

        An unavailable client has no results; any other error is a harness error of each of its cases.
        """
        if isinstance(error, ClientUnavailable):
            name, _, version = client.partition("@")
            self.clients[client] = ClientInfo(
                name=name, version=version, requested=version, available=False, reason=str(error)
            )
        while True:
            failed = job or await queue.get()
            job = None
            future = self._futures[failed.id]
            if not isinstance(error, ClientUnavailable):
                self._set_result(failed, self._failed(failed, error))
            elif not future.done():
                future.set_exception(error)


def _new_loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - keeps `concordat --help` quick

    return uvloop.new_event_loop()
