"""Turns what a listener sees into exchanges, and judges each by the contract."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from concordat.http1.exchange import Ending, Exchange, Request, Response
from concordat.tap.base_path import beneath, normal_base
from concordat.tap.judge import request_problems, response_problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.contract import Contract, Match
    from concordat.http1.answer import Answer
    from concordat.values import Problem

__all__ = ["Recorder"]

_ON_THE_WIRE = frozenset({Ending.COMPLETE, Ending.CUT, Ending.UNPARSABLE})


class _Pending:
    """An exchange in flight; `path` is the raw path beneath the base path, None outside it."""

    __slots__ = ("answer", "judged", "match", "number", "path", "raw", "request", "started", "straggler")

    def __init__(
        self, number: int, started: float, request: Request | None, path: str | None, match: Match | None
    ) -> None:
        self.number = number
        self.started = started
        self.request = request
        self.path = path
        self.match = match
        self.raw: bytes | None = None
        self.straggler = False
        self.answer: Answer | None = None
        self.judged: tuple[Problem, ...] | None = None


class Recorder:
    """An observer of a listener that keeps exchanges, numbered from 1 in the order of arrival.

    Requests are matched as they arrive, and judged together with their response once that has left, so that no client
    waits for it. `failures` are errors of the judging itself. With `keep` false, exchanges are only handed to
    `on_finished`.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        base_path: str = "",
        clock: Callable[[], float] = time.monotonic,
        on_finished: Callable[[Exchange], None] | None = None,
        keep: bool = True,
    ) -> None:
        self.failures: list[Exception] = []
        self._contract = contract
        self._base = normal_base(base_path)
        self._clock = clock
        self._zero = clock()
        self._on_finished = on_finished
        self._keep = keep
        self._count = 0
        self._ended = False
        self._done: list[Exchange | None] = []
        self._pending: dict[int, _Pending] = {}

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange so far, fully judged; those in flight end as `open`."""
        return self.since(0)

    def since(self, mark: int) -> tuple[Exchange, ...]:
        """Return the exchanges that arrived after `mark` others."""
        found = (
            self._open(number) if exchange is None else exchange
            for number, exchange in enumerate(self._done[mark:], start=mark + 1)
        )
        return tuple(found)

    @property
    def count(self) -> int:
        """How many have arrived."""
        return self._count

    def end(self) -> None:
        """Mark the end of the case: what arrives from now on is a straggler."""
        self._ended = True

    def on_request(self, request: Request) -> int:
        """Record a request."""
        if self._base:
            target = beneath(request.target, self._base)
            path = None if target is None else target.partition("?")[0]
        else:
            path = request.raw_path
        match = None if path is None else self._contract.match(request.method, path)
        return self._arrive(request, path, match).number

    def on_unparsable(self, raw: bytes) -> int:
        """Record bytes that are no request."""
        pending = self._arrive(None, None, None)
        pending.raw = raw
        return pending.number

    def on_answer(self, token: int, answer: Answer) -> None:
        """Remember the answer until it is known how it ended."""
        self._pending[token].answer = answer

    def on_end(self, token: int, ending: Ending, *, begun: bool) -> None:
        """Finish an exchange, and judge it."""
        pending = self._pending[token]
        finished = self._open(token) if ending is Ending.OPEN else self._finish(pending, ending, begun=begun)
        del self._pending[token]
        if self._keep:
            self._done[token - 1] = finished
        if self._on_finished is not None:
            try:
                self._on_finished(finished)
            except Exception as error:  # noqa: BLE001 - a listener must not die of its audience
                self.failures.append(error)

    def _arrive(self, request: Request | None, path: str | None, match: Match | None) -> _Pending:
        self._count = number = self._count + 1
        pending = self._pending[number] = _Pending(number, self._clock() - self._zero, request, path, match)
        pending.straggler = self._ended
        if self._keep:
            self._done.append(None)
        return pending

    def _open(self, number: int) -> Exchange:
        pending = self._pending[number]
        match = pending.match
        return Exchange(
            number=number,
            started=pending.started,
            ending=Ending.OPEN,
            operation=None if match is None else match.operation.name,
            request=pending.request,
            unparsable=pending.raw,
            request_problems=self._judge_request(pending),
            straggler=pending.straggler,
        )

    def _finish(self, pending: _Pending, ending: Ending, *, begun: bool) -> Exchange:
        finished = self._clock() - self._zero
        match, answer = pending.match, pending.answer
        response = None
        if answer is not None and (ending in _ON_THE_WIRE or begun):
            response = Response(answer.status, answer.headers, answer.body)
        return Exchange(
            number=pending.number,
            started=pending.started,
            finished=finished,
            ending=ending,
            operation=None if match is None else match.operation.name,
            request=pending.request,
            unparsable=pending.raw,
            response=response,
            request_problems=self._judge_request(pending),
            response_problems=self._judge_response(pending, response),
            faults=answer.faults if answer is not None else (),
            straggler=pending.straggler,
        )

    def _judge_request(self, pending: _Pending) -> tuple[Problem, ...]:
        if pending.judged is None:
            pending.judged = ()
            try:
                pending.judged = request_problems(self._contract, pending.request, pending.path, pending.match)
            except Exception as error:  # noqa: BLE001 - the harness's own fault, reported as one
                self.failures.append(error)
        return pending.judged

    def _judge_response(self, pending: _Pending, response: Response | None) -> tuple[Problem, ...]:
        match, answer = pending.match, pending.answer
        if match is None or response is None or answer is None or answer.scripted:
            return ()
        try:
            return response_problems(self._contract, match, response)
        except Exception as error:  # noqa: BLE001 - the harness's own fault, reported as one
            self.failures.append(error)
            return ()
