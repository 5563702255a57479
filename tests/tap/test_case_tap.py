from __future__ import annotations

import asyncio
import gzip
import itertools
from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.exchange import Ending, Request
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from concordat.http1.exchange import Exchange

T = TypeVar("T")

LONG = 3600.0
"""Seconds that no test waits: a stall of this length must be ended by something else."""

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST = f"/companies/{COMPANY}/data/customers"
JSON = (("Content-Type", "application/json"),)
PAGE = (
    b'{"results":[],"pageNumber":1,"pageSize":100,"totalResults":0,'
    b'"_links":{"self":{"href":"/companies"},"current":{"href":"/companies"}}}'
)
GOOD = Answer(200, JSON, PAGE)
BAD = Answer(200, JSON, b'{"results":[]}')


class Fixed:
    """Gives one answer, and keeps the requests."""

    def __init__(self, answer: Answer = GOOD) -> None:
        self.fixed = answer
        self.requests: list[Request] = []
        self.asked = asyncio.Event()

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        self.asked.set()
        return self.fixed


def tapped(
    upstream: Fixed, test: Callable[[CaseTap], Awaitable[T]], *, base_path: str = ""
) -> tuple[T, tuple[Exchange, ...]]:
    """Run a test against a tap; return its result and the exchanges after the close."""

    async def go() -> tuple[T, tuple[Exchange, ...]]:
        async with asyncio.timeout(scaled(30)):
            ticks = itertools.count(100)
            contract = load_contract("sync-for-expenses")
            tap = await CaseTap.start(upstream, contract, base_path=base_path, clock=lambda: float(next(ticks)))
            try:
                result = await test(tap)
            finally:
                await tap.close()
            assert tap.failures == ()
            return result, tap.exchanges

    return asyncio.run(go())


async def fetch(tap: CaseTap, target: str, *, method: str = "GET", headers: str = "", body: bytes = b"") -> bytes:
    """Send one request on a connection of its own and return all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", tap.port)
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{headers}{length}\r\n".encode() + body)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


def only(exchanges: tuple[Exchange, ...]) -> Exchange:
    [exchange] = exchanges
    return exchange


def one(target: str, upstream: Fixed, *, method: str = "GET", headers: str = "", body: bytes = b"") -> Exchange:
    return only(tapped(upstream, lambda tap: fetch(tap, target, method=method, headers=headers, body=body))[1])


def test_an_exchange_holds_both_sides_the_operation_and_its_times() -> None:
    exchange = one(f"{LIST}?page=1", Fixed())
    assert exchange.number == 1
    assert exchange.operation == "customers.list"
    assert exchange.ending is Ending.COMPLETE
    assert (exchange.started, exchange.finished) == (1.0, 2.0)
    assert exchange.request is not None
    assert exchange.request.target == f"{LIST}?page=1"
    assert exchange.response is not None
    assert exchange.response.json["totalResults"] == 0
    assert exchange.request_problems == exchange.response_problems == ()


@pytest.mark.parametrize(
    ("method", "target", "where", "rule"),
    [
        ("GET", f"{LIST}?page=0", "query", "minimum"),
        ("GET", f"{LIST}?pages=1", "query", "unknown"),
        ("GET", "/nowhere", "path", "unknown"),
        ("DELETE", LIST, "path", "unknown"),
        ("GET", f"/companies/{COMPANY}/../data", "path", "unknown"),
    ],
)
def test_a_request_that_breaks_the_contract_has_its_problems(method: str, target: str, where: str, rule: str) -> None:
    problems = one(target, Fixed(), method=method).request_problems
    assert [(problem.where, problem.rule) for problem in problems] == [(where, rule)]


def test_a_response_that_breaks_the_contract_has_its_problems() -> None:
    problems = one(LIST, Fixed(BAD)).response_problems
    assert {problem.rule for problem in problems} == {"required"}


def test_a_scripted_response_is_not_judged() -> None:
    assert one(LIST, Fixed(Answer(200, JSON, BAD.body, scripted=True))).response_problems == ()


@pytest.mark.parametrize(
    ("coding", "body", "rules"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0), []),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-9], ["unreadable"]),
        ("br", PAGE, ["unreadable"]),
    ],
)
def test_a_coded_response_is_judged_decoded_and_kept_coded(coding: str, body: bytes, rules: list[str]) -> None:
    exchange = one(LIST, Fixed(Answer(200, (*JSON, ("Content-Encoding", coding)), body)))
    assert exchange.response is not None
    assert exchange.response.body == body
    assert [problem.rule for problem in exchange.response_problems] == rules


@pytest.mark.parametrize(
    ("delivery", "ending", "responded"),
    [
        (Delivery(DeliveryMode.RESET), Ending.RESET, False),
        (Delivery(DeliveryMode.CLOSE), Ending.CLOSED, False),
        (Delivery(DeliveryMode.CUT, size=3), Ending.CUT, True),
        (Delivery(DeliveryMode.DRIP, seconds=0.0, size=50), Ending.COMPLETE, True),
    ],
)
def test_a_misdelivered_answer_is_recorded_with_its_faults(
    delivery: Delivery, ending: Ending, *, responded: bool
) -> None:
    exchange = one(LIST, Fixed(Answer(200, JSON, PAGE, delivery, faults=("f1",))))
    assert exchange.ending is ending
    assert exchange.faults == ("f1",)
    assert (exchange.response is not None) is responded


def test_bytes_that_are_no_request_are_an_exchange_of_their_own() -> None:
    async def test(tap: CaseTap) -> int:
        await fetch(tap, "/a b")
        return tap.unparsable

    count, exchanges = tapped(Fixed(), test)
    assert count == 1
    exchange = only(exchanges)
    assert exchange.ending is Ending.UNPARSABLE
    assert (exchange.unparsable or b"").startswith(b"GET /a b HTTP/1.1")
    assert [problem.rule for problem in exchange.request_problems] == ["unparsable"]
    assert (exchange.operation, exchange.request) == (None, None)


def test_what_is_in_flight_is_open_and_its_request_is_judged_already() -> None:
    upstream = Fixed(Answer(200, JSON, PAGE, Delivery(DeliveryMode.STALL, seconds=LONG)))

    async def test(tap: CaseTap) -> Exchange:
        asking = asyncio.create_task(fetch(tap, "/nowhere"))
        await upstream.asked.wait()
        seen = only(tap.exchanges)
        tap.release()
        await asking
        return seen

    seen, exchanges = tapped(upstream, test)
    assert seen.ending is Ending.OPEN
    assert (seen.finished, seen.response) == (None, None)
    assert [problem.rule for problem in seen.request_problems] == ["unknown"]
    assert only(exchanges).ending is Ending.COMPLETE


def test_what_is_in_flight_at_the_close_stays_open() -> None:
    upstream = Fixed(Answer(200, JSON, PAGE, Delivery(DeliveryMode.STALL, seconds=LONG)))

    async def test(tap: CaseTap) -> None:
        asking = asyncio.create_task(fetch(tap, LIST))
        await upstream.asked.wait()
        await tap.close()
        assert await asking == b""

    exchange = only(tapped(upstream, test)[1])
    assert (exchange.ending, exchange.finished) == (Ending.OPEN, None)


def test_marks_slice_the_exchanges_by_step() -> None:
    async def test(tap: CaseTap) -> tuple[list[int], list[int]]:
        await fetch(tap, "/a")
        mark = tap.mark()
        await fetch(tap, "/b")
        await fetch(tap, "/c")
        return [e.number for e in tap.since(mark)], [e.number for e in tap.since(tap.mark())]

    assert tapped(Fixed(), test)[0] == ([2, 3], [])


def test_what_arrives_after_the_end_is_a_straggler() -> None:
    async def test(tap: CaseTap) -> tuple[Exchange, ...]:
        await fetch(tap, "/a")
        tap.end()
        await fetch(tap, "/late")
        return await tap.close()

    stragglers, exchanges = tapped(Fixed(), test)
    assert [exchange.straggler for exchange in exchanges] == [False, True]
    assert [exchange.number for exchange in stragglers] == [2]


@pytest.mark.parametrize(
    ("base", "sent", "upstream_sees", "operation"),
    [
        ("/api/v1", f"/api/v1{LIST}?page=1", f"{LIST}?page=1", "customers.list"),
        ("api/v1/", "/api/v1", "/", None),
        ("/api/v1", "/api/v1?x=1", "/?x=1", None),
        ("/api/v1", LIST, LIST, None),
        ("/api/v1", f"/api/v10{LIST}", f"/api/v10{LIST}", None),
        ("/a%20b", f"/a%20b{LIST}/a%2Fb", f"{LIST}/a%2Fb", "customers.get"),
        ("/caf%C3%A9", f"/caf%c3%a9{LIST}", LIST, "customers.list"),
        ("/a%2Fb", f"/a%2fb{LIST}", LIST, "customers.list"),
        ("/a%2Fb", f"/a/b{LIST}", f"/a/b{LIST}", None),
        ("/a%25", f"/a%2525{LIST}", f"/a%2525{LIST}", None),
        ("", f"{LIST}/a%2Fb", f"{LIST}/a%2Fb", "customers.get"),
        ("/", LIST, LIST, "customers.list"),
    ],
)
def test_the_base_path_is_taken_off_and_the_rest_is_kept_as_written(
    base: str, sent: str, upstream_sees: str, operation: str | None
) -> None:
    upstream = Fixed()
    exchange = only(tapped(upstream, lambda tap: fetch(tap, sent), base_path=base)[1])
    assert upstream.requests[0].target == upstream_sees
    assert exchange.operation == operation
    assert exchange.request is not None
    assert exchange.request.target == sent


def test_the_url_has_the_base_path_without_a_slash_at_its_end() -> None:
    async def test(tap: CaseTap) -> bool:
        return tap.url == f"http://127.0.0.1:{tap.port}/api"

    assert tapped(Fixed(), test, base_path="api/")[0]


def test_an_upstream_may_be_made_from_the_taps_url() -> None:
    seen: list[str] = []

    def make(url: str) -> Fixed:
        seen.append(url)
        return Fixed()

    async def go() -> None:
        tap = await CaseTap.start(make, load_contract("accounting"), base_path="/x")
        assert seen == [tap.url]
        assert (await fetch(tap, "/x/companies")).startswith(b"HTTP/1.1 200")
        await tap.close()

    asyncio.run(go())


class UpstreamThatRaises:
    async def answer(self, request: Request) -> Answer:
        raise LookupError(request.target)


def test_a_fault_of_the_harness_is_kept_apart_from_the_clients() -> None:
    async def go() -> tuple[CaseTap, bytes]:
        tap = await CaseTap.start(UpstreamThatRaises(), load_contract("accounting"))
        got = await fetch(tap, LIST)
        await tap.close()
        return tap, got

    tap, got = asyncio.run(go())
    assert got.startswith(b"HTTP/1.1 500")
    assert [type(failure) for failure in tap.failures] == [LookupError]
    assert only(tap.exchanges).response_problems == ()
