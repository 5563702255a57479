"""Answers as they reach a socket, whole and broken. Long because all of it is about one server and its doubles."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.timeouts import scaled

from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.exchange import Ending, Request, header
from concordat.http1.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

T = TypeVar("T")

BODY = b'{"results":[1,2,3]}'
ANSWER = Answer(200, (("Content-Type", "application/json"), ("X-Twice", "a"), ("x-twice", "b")), BODY)
ASK = b"GET /things?page=1 HTTP/1.1\r\nHost: here\r\n\r\n"
LONG = 3600.0
"""Seconds that no test waits: a stall of this length must be ended by something else."""


def run(test: Coroutine[object, object, T]) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(scaled(30)):
            return await test

    return asyncio.run(bounded())


class Script:
    """Answers in turn, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers) or [ANSWER]
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class UpstreamThatRaises:
    async def answer(self, request: Request) -> Answer:
        raise LookupError(request.target)


class UpstreamThatNeverAnswers:
    async def answer(self, request: Request) -> Answer:
        await asyncio.Event().wait()
        raise AssertionError(request.target)


class Log:
    """An observer that records its calls."""

    def __init__(self) -> None:
        self.arrivals: list[Request | bytes] = []
        self.answers: dict[int, Answer] = {}
        self.ends: dict[int, tuple[Ending, bool]] = {}

    def on_request(self, request: Request) -> int:
        self.arrivals.append(request)
        return len(self.arrivals)

    def on_unparsable(self, raw: bytes) -> int:
        self.arrivals.append(raw)
        return len(self.arrivals)

    def on_answer(self, token: int, answer: Answer) -> None:
        self.answers[token] = answer

    def on_end(self, token: int, ending: Ending, *, begun: bool) -> None:
        assert token not in self.ends, "an arrival ended twice"
        self.ends[token] = (ending, begun)

    async def ended(self, token: int = 1) -> Ending:
        return (await until(lambda: self.ends.get(token)))[0]


async def until(ready: Callable[[], T | None]) -> T:
    while True:
        value = ready()
        if value:
            return value
        await asyncio.sleep(0.001)


class Wire:
    """One raw connection to a listener under test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def rest(self) -> bytes:
        return await self.reader.read()

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def response(self) -> tuple[int, dict[str, str], bytes]:
        lines = (await self.head()).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split(" ")[1]), headers, body

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return


def served(upstream: object, test: Callable[[Listener, Wire, Log], Awaitable[T]]) -> T:
    """Run a test against a listener with one connection made."""

    async def go() -> T:
        log = Log()
        listener = await Listener(upstream, log).start()  # type: ignore[arg-type]
        wire = Wire(*await asyncio.open_connection("127.0.0.1", listener.port))
        try:
            return await test(listener, wire, log)
        finally:
            await wire.close()
            await listener.close()

    return run(go())


def misdelivered(mode: DeliveryMode, *, seconds: float = 0.0, size: int = 0) -> Script:
    return Script(Answer(200, ANSWER.headers, BODY, Delivery(mode, seconds, size)))


def test_a_whole_answer_leaves_verbatim_with_only_date_and_length_added() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> bytes:
        wire.send(ASK)
        head = await wire.head()
        assert await wire.reader.readexactly(len(BODY)) == BODY
        assert await log.ended() is Ending.COMPLETE
        return head

    lines = served(Script(), test).split(b"\r\n")
    assert lines[:4] == [b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"X-Twice: a", b"x-twice: b"]
    assert [line.partition(b":")[0] for line in lines[4:-2]] == [b"Content-Length", b"Date"]


def test_the_observer_gets_the_headers_that_were_really_sent() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> Answer:
        wire.send(ASK)
        await wire.response()
        await log.ended()
        return log.answers[1]

    answer = served(Script(), test)
    assert header(answer.headers, "content-length") == str(len(BODY))
    assert header(answer.headers, "date") is not None


def test_a_reset_reaches_the_client_as_a_reset() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        with pytest.raises(ConnectionResetError):
            await wire.rest()
        assert await log.ended() is Ending.RESET
        assert log.ends[1] == (Ending.RESET, False)

    served(misdelivered(DeliveryMode.RESET), test)


def test_a_close_is_a_clean_end_without_a_byte() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        assert await wire.rest() == b""
        assert await log.ended() is Ending.CLOSED

    served(misdelivered(DeliveryMode.CLOSE), test)


@pytest.mark.parametrize("size", [0, 1, 7, len(BODY) - 1])
def test_a_cut_body_promises_all_and_ends_early(size: int) -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        head = await wire.head()
        assert f"Content-Length: {len(BODY)}".encode() in head
        assert await wire.rest() == BODY[:size]
        assert await log.ended() is Ending.CUT
        assert log.answers[1].body == BODY

    served(misdelivered(DeliveryMode.CUT, size=size), test)


def test_a_cut_chunked_body_lacks_its_last_chunk() -> None:
    headers = (("Transfer-Encoding", "chunked"),)

    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        assert b"Content-Length" not in await wire.head()
        assert await wire.rest() == b"4\r\n" + BODY[:4] + b"\r\n"
        assert await log.ended() is Ending.CUT

    served(Script(Answer(200, headers, BODY, Delivery(DeliveryMode.CUT, size=4))), test)


def test_a_stall_ends_by_itself() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        assert (await wire.response())[2] == BODY
        assert await log.ended() is Ending.COMPLETE

    served(misdelivered(DeliveryMode.STALL, seconds=0.01), test)


@pytest.mark.parametrize("mode", [DeliveryMode.STALL, DeliveryMode.DRIP])
def test_release_ends_a_delayed_delivery(mode: DeliveryMode) -> None:
    async def test(listener: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        await until(lambda: 1 in log.answers)
        await asyncio.sleep(0)
        listener.release()
        assert (await wire.response())[2] == BODY
        assert await log.ended() is Ending.COMPLETE

    served(misdelivered(mode, seconds=LONG, size=4), test)


def test_a_drip_comes_in_pieces_and_whole() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        assert (await wire.response())[2] == BODY
        assert await log.ended() is Ending.COMPLETE

    served(misdelivered(DeliveryMode.DRIP, seconds=0.001, size=5), test)


@pytest.mark.parametrize(("mode", "begun"), [(DeliveryMode.STALL, False), (DeliveryMode.DRIP, True)])
def test_a_client_that_leaves_while_it_is_kept_waiting_abandons_the_exchange(
    mode: DeliveryMode, *, begun: bool
) -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        await until(lambda: 1 in log.answers)
        await wire.close()
        assert await log.ended() is Ending.ABANDONED
        assert log.ends[1] == (Ending.ABANDONED, begun)

    served(misdelivered(mode, seconds=LONG, size=4), test)


def test_a_client_that_resets_abandons_what_the_upstream_has_not_answered() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        await until(lambda: log.arrivals)
        sock = wire.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.writer.transport.abort()
        assert await log.ended() is Ending.ABANDONED

    served(UpstreamThatNeverAnswers(), test)


def test_a_client_that_ends_its_side_right_after_asking_is_still_answered() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        wire.writer.write_eof()
        assert (await wire.rest()).endswith(BODY)
        assert await log.ended() is Ending.COMPLETE

    served(Script(), test)


def test_an_answer_larger_than_the_kernels_buffers_is_complete_only_when_it_was_read() -> None:
    big = b"x" * (16 * 1024 * 1024)

    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        await wire.head()
        assert not log.ends
        assert await wire.reader.readexactly(len(big)) == big
        assert await log.ended() is Ending.COMPLETE

    served(Script(Answer(200, (), big)), test)


def test_pipelined_requests_are_recorded_at_once_and_answered_in_order() -> None:
    second = Answer(201, (), b"second")

    async def test(listener: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK + b"POST /b HTTP/1.1\r\nhost: h\r\nContent-Length: 2\r\n\r\n{}")
        await until(lambda: len(log.arrivals) == 2)
        assert 1 not in log.ends
        await until(lambda: 1 in log.answers)
        await asyncio.sleep(0)
        listener.release()
        assert (await wire.response())[0] == 200
        assert (await wire.response())[0] == 201
        await log.ended(2)

    served(Script(Answer(200, (), BODY, Delivery(DeliveryMode.STALL, LONG)), second), test)


def test_far_more_pipelined_requests_than_the_queue_holds_are_all_answered() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        for _round in range(10):
            wire.send(ASK * 50)
        for _request in range(500):
            assert (await wire.response())[0] == 200
        await log.ended(500)

    served(Script(), test)


def test_what_is_pipelined_behind_a_reset_is_abandoned() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK + ASK)
        assert await log.ended(1) is Ending.RESET
        assert await log.ended(2) is Ending.ABANDONED

    served(misdelivered(DeliveryMode.RESET), test)


@pytest.mark.parametrize(
    ("ask", "kept"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", True, id="1.1"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", False, id="1.1 close"),
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", False, id="1.0"),
        pytest.param(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", True, id="1.0 keep-alive"),
    ],
)
def test_a_connection_lives_on_as_the_request_asks(ask: bytes, *, kept: bool) -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ask)
        _status, headers, body = await wire.response()
        assert body == BODY
        assert headers.get("connection") == {b"1.1": None, b"1.0": "keep-alive"}[ask[11:14]] if kept else "close"
        if kept:
            wire.send(ask)
            assert (await wire.response())[0] == 200
        else:
            assert await wire.rest() == b""
        await log.ended(2 if kept else 1)

    served(Script(), test)


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", 200), ("GET", 204), ("GET", 304)],
)
def test_some_answers_carry_no_body(method: str, status: int) -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(f"{method} / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        head = await wire.head()
        assert await wire.rest() == b""
        assert (f"Content-Length: {len(BODY)}".encode() in head) is (method == "HEAD")
        await log.ended()
        assert log.answers[1].body == b""

    served(Script(Answer(status, ANSWER.headers, BODY)), test)


def test_a_length_that_is_not_the_bodys_is_sent_and_costs_the_connection() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        assert b"Content-Length: 99" in await wire.head()
        assert await wire.rest() == BODY
        await log.ended()

    served(Script(Answer(200, (("Content-Length", "99"),), BODY)), test)


def test_expect_continue_is_answered_before_the_body_comes() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert await wire.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(b"body")
        assert (await wire.response())[0] == 200
        await log.ended()
        [request] = log.arrivals
        assert isinstance(request, Request)
        assert request.body == b"body"

    served(Script(), test)


def test_expect_continue_waits_its_turn_behind_a_pipelined_request() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK + b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert (await wire.response())[0] == 200
        assert await wire.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(b"body")
        assert (await wire.response())[0] == 200
        await log.ended(2)

    served(Script(), test)


def test_bytes_that_are_no_request_are_recorded_answered_and_counted() -> None:
    garbage = b"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"

    async def test(listener: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK + garbage)
        assert (await wire.response())[0] == 200
        status, headers, _ = await wire.response()
        assert (status, headers["connection"]) == (400, "close")
        assert await wire.rest() == b""
        assert await log.ended(2) is Ending.UNPARSABLE
        assert log.arrivals[1] == garbage
        assert listener.unparsable == 1

    served(Script(), test)


def test_a_body_over_the_bound_is_refused_and_the_answer_still_arrives() -> None:
    async def go() -> tuple[int, int]:
        listener = await Listener(Script(), body_limit=10).start()
        wire = Wire(*await asyncio.open_connection("127.0.0.1", listener.port))
        wire.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)
        status = (await wire.response())[0]
        await wire.close()
        await listener.close()
        return status, listener.unparsable

    assert run(go()) == (413, 1)


def test_half_a_request_is_recorded_when_its_client_leaves() -> None:
    async def test(_: Listener, wire: Wire, log: Log) -> None:
        wire.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf")
        await asyncio.sleep(0)
        await wire.close()
        assert await log.ended() is Ending.ABANDONED
        [raw] = log.arrivals
        assert isinstance(raw, bytes)
        assert raw.endswith(b"half")

    served(Script(), test)


def test_an_upstream_that_raises_is_a_failure_of_the_harness_and_hangs_nobody() -> None:
    async def test(listener: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        status, _, body = await wire.response()
        assert status == 500
        assert b"Concordat" in body
        await log.ended()
        assert log.answers[1].scripted
        assert [type(failure) for failure in listener.failures] == [LookupError]

    served(UpstreamThatRaises(), test)


def test_close_refuses_new_connections_and_leaves_what_is_in_flight_open() -> None:
    async def test(listener: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        await until(lambda: log.arrivals)
        await listener.close()
        assert log.ends == {1: (Ending.OPEN, False)}
        assert await wire.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", listener.port)

    served(UpstreamThatNeverAnswers(), test)


def test_close_does_not_wait_for_a_client_that_reads_nothing() -> None:
    async def test(listener: Listener, wire: Wire, log: Log) -> None:
        wire.send(ASK)
        await until(lambda: 1 in log.answers)
        await listener.close()
        assert log.ends[1] == (Ending.OPEN, True)

    served(Script(Answer(200, (), b"x" * (64 * 1024 * 1024))), test)


def test_a_given_port_is_used_and_a_taken_one_is_an_error() -> None:
    async def go() -> None:
        first = await Listener(Script()).start()
        with pytest.raises(OSError, match="in use"):
            await Listener(Script()).start(port=first.port)
        await first.close()
        again = await Listener(Script()).start(port=first.port)
        assert again.url == f"http://127.0.0.1:{first.port}"
        await again.close()

    run(go())
