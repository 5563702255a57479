"""Records the exchanges of a listener, and judges each by the contract."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import unquote

from concordat.http1.coding import decoded
from concordat.http1.exchange import Ending, Exchange, Request, Response
from concordat.values import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.contract import Contract, Match
    from concordat.http1.answer import Answer

__all__ = ["Recorder", "normal_base", "target_below"]

_ON_THE_WIRE = frozenset({Ending.COMPLETE, Ending.CUT, Ending.UNPARSABLE})


class _Pending:
    """An exchange in flight; `path` is the raw path below the base path, None outside it."""

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
    """An observer that keeps a listener's exchanges, numbered from 1 in the order of arrival.

    Requests are matched on arrival and judged after their response was sent, so that no client waits for it.
    `failures` are errors of the judging itself. With `keep` false, exchanges are passed to `on_finished` only.
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
        """All exchanges, judged; those in flight end as `open`."""
        return self.since(0)

    def since(self, mark: int) -> tuple[Exchange, ...]:
        """Return the exchanges after the first `mark` arrivals."""
        found = (
            self._open(number) if exchange is None else exchange
            for number, exchange in enumerate(self._done[mark:], start=mark + 1)
        )
        return tuple(found)

    @property
    def count(self) -> int:
        """The number of arrivals."""
        return self._count

    def end(self) -> None:
        """Mark the end of the case: later arrivals are stragglers."""
        self._ended = True

    def on_request(self, request: Request) -> int:
        """Record a request."""
        if self._base:
            target = target_below(request.target, self._base)
            path = None if target is None else target.partition("?")[0]
        else:
            path = request.raw_path
        match = None if path is None else self._contract.match(request.method, path)
        return self._arrive(request, path, match).number

    def on_unparsable(self, raw: bytes) -> int:
        """Record bytes that are not a request."""
        pending = self._arrive(None, None, None)
        pending.raw = raw
        return pending.number

    def on_answer(self, token: int, answer: Answer) -> None:
        """Keep the answer until the exchange ends."""
        self._pending[token].answer = answer

    def on_end(self, token: int, ending: Ending, *, begun: bool) -> None:
        """Finish and judge an exchange."""
        pending = self._pending[token]
        finished = self._open(token) if ending is Ending.OPEN else self._finish(pending, ending, begun=begun)
        del self._pending[token]
        if self._keep:
            self._done[token - 1] = finished
        if self._on_finished is not None:
            try:
                self._on_finished(finished)
            except Exception as error:  # noqa: BLE001 - an error of the callback must not end the listener
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
                pending.judged = _request_problems(self._contract, pending.request, pending.path, pending.match)
            except Exception as error:  # noqa: BLE001 - reported as a harness error
                self.failures.append(error)
        return pending.judged

    def _judge_response(self, pending: _Pending, response: Response | None) -> tuple[Problem, ...]:
        match, answer = pending.match, pending.answer
        if match is None or response is None or answer is None or answer.scripted:
            return ()
        try:
            return _response_problems(self._contract, match, response)
        except Exception as error:  # noqa: BLE001 - reported as a harness error
            self.failures.append(error)
            return ()


def normal_base(base_path: str) -> str:
    """Return a base path with a leading and without a trailing slash. An empty one stays empty."""
    stripped = base_path.strip("/")
    return f"/{stripped}" if stripped else ""


def target_below(target: str, base: str) -> str | None:
    """Return the target without the base path, None for a target outside it.

    The base path is compared decoded, segment by segment (RFC 3986, 6.2.2.2); the rest of the target is unchanged.
    """
    if not base:
        return target
    path, mark, query = target.partition("?")
    expected, segments = base.split("/"), path.split("/")
    if list(map(unquote, segments[: len(expected)])) != list(map(unquote, expected)):
        return None
    return ("/" + "/".join(segments[len(expected) :])) + mark + query


def _request_problems(
    contract: Contract, request: Request | None, path: str | None, match: Match | None
) -> tuple[Problem, ...]:
    """Return the problems of a request; `path` is the raw path below the base path, None outside it.

    Additional rules: `unparsable` for bytes that are not a request (None), `unknown` for a request without a match.
    """
    if request is None:
        return (Problem(where="path", pointer="", rule="unparsable", message="the bytes are not an HTTP request"),)
    if match is None:
        return (Problem(where="path", pointer="", rule="unknown", message=_unknown(contract, request, path)),)
    body = decoded(request.headers, request.body) if request.body else request.body
    if body is None or body is request.body:
        return request.problems(contract, match)
    return contract.check_request(
        match.operation,
        arguments=match.arguments,
        query=request.query,
        headers=request.headers,
        body=body,
    )


def _response_problems(contract: Contract, match: Match, response: Response) -> tuple[Problem, ...]:
    """Return the problems of a response, without its content codings."""
    body = decoded(response.headers, response.body)
    if body is None:
        message = "the content coding cannot be decoded, so the body was not judged"
        return (Problem(where="header", pointer="content-encoding", rule="unreadable", message=message),)
    return contract.check_response(match.operation, response.status, response.headers, body)


def _unknown(contract: Contract, request: Request, path: str | None) -> str:
    if path is None:
        return f"{request.raw_path} lies outside the base path"
    if contract.path_known(path):
        return f"the contract has no {request.method} for {path}"
    return f"the contract has no path {path}"
