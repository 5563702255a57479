"""Planned faults before a foreign upstream, and the count of the writes that it accepted."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.catalogue.model import Fault
from concordat.contract import load_contract
from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.exchange import Ending, Request, header
from concordat.http1.listener import Listener
from concordat.tap import CaseTap, FaultyUpstream, LiveUpstream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from concordat.http1.exchange import Exchange

T = TypeVar("T")

DEADLINE = scaled(30)
COMPANY = "/companies/8a210b68-6988-11ed-a1eb-0242ac120002"
LIST = f"{COMPANY}/data/customers"
PUSH = f"{COMPANY}/connections/2e9d2c44-f675-40ba-8049-353bfcb5e171/push/customers"
JSON = ("Content-Type", "application/json")
PAGE = {"results": [{"id": "1", "status": "Active"}], "totalResults": 1}
OWN = Answer(200, (JSON, ("X-Target", "own")), msgspec.json.encode(PAGE))


class Target:
    """A foreign target: it gives one answer, or those of a list in order, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[Request] = []
        self._answers = list(answers) or [OWN]

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class NeverAnswers(Target):
    """Takes requests, and does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = asyncio.Event()

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        self.arrived.set()
        await asyncio.Event().wait()
        raise AssertionError


def planned(*faults: dict[str, Any]) -> list[Fault]:
    return [msgspec.convert(fault, Fault) for fault in faults]


def before(
    target: Target, test: Callable[[FaultyUpstream], Awaitable[T]], *faults: dict[str, Any], writes: bool = True
) -> T:
    """Run a test with the faults before the target, which is a server that the forwarder of live runs reaches."""

    async def go() -> T:
        async with asyncio.timeout(2 * DEADLINE):
            listener = await Listener(target).start()
            live = LiveUpstream(listener.url, allow_writes=writes, deadline=DEADLINE)
            try:
                return await test(FaultyUpstream(live, load_contract("accounting"), planned(*faults)))
            finally:
                await live.close()
                await listener.close()

    return asyncio.run(go())


def read(**headers: str) -> Request:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request("GET", LIST, (("Host", "127.0.0.1:1"), *pairs))


def write(body: bytes = b"{}", method: str = "POST", target: str = PUSH, key: str | None = None) -> Request:
    keys = () if key is None else (("Idempotency-Key", key),)
    return Request(method, target, (("Host", "127.0.0.1:1"), JSON, *keys), body)


def asked(target: Target, request: Request, *faults: dict[str, Any]) -> tuple[Answer, FaultyUpstream]:
    async def test(upstream: FaultyUpstream) -> tuple[Answer, FaultyUpstream]:
        upstream.serve_at("http://127.0.0.1:7/base")
        return await upstream.answer(request), upstream

    return before(target, test, *faults)


SCRIPT = {"status": 503, "json": {"a": 1}}
RESPOND = Answer(503, (JSON,), b'{"a":1}', faults=("fault-1",), scripted=True)
MOVED = Answer(302, (("Location", "http://127.0.0.1:7/base/x"),), faults=("fault-1",), scripted=True)
ELSEWHERE = msgspec.structs.replace(MOVED, status=307, headers=(("Location", "http://localhost:7/base/"),))


@pytest.mark.parametrize(
    ("fault", "answer", "forwarded"),
    [
        ({"respond": SCRIPT}, RESPOND, 0),
        ({"respond": SCRIPT, "when": "after"}, RESPOND, 1),
        ({"redirect": {"location": "{base}/x"}}, MOVED, 0),
        ({"redirect": {"location": "{base}/x"}, "when": "after"}, MOVED, 1),
        ({"redirect": {"location": "{elsewhere}/", "status": 307}}, ELSEWHERE, 0),
    ],
)
def test_a_fault_that_replaces_the_answer_forwards_the_request_only_if_it_comes_after(
    fault: dict[str, Any], answer: Answer, forwarded: int
) -> None:
    target = Target()
    got, upstream = asked(target, read(), fault)
    assert got == answer
    assert len(target.requests) == forwarded
    assert upstream.unfired() == ()


@pytest.mark.parametrize(
    ("fault", "delivery", "forwarded"),
    [
        ({"reset": True}, Delivery(DeliveryMode.RESET), 0),
        ({"reset": True, "when": "after"}, Delivery(DeliveryMode.RESET), 1),
        ({"close": True}, Delivery(DeliveryMode.CLOSE), 0),
        ({"close": True, "when": "after"}, Delivery(DeliveryMode.CLOSE), 1),
        ({"stall": 0.5}, Delivery(DeliveryMode.STALL, seconds=0.5), 1),
        ({"drip": {"size": 7, "every": 0.25}}, Delivery(DeliveryMode.DRIP, seconds=0.25, size=7), 1),
        ({"cut": 5}, Delivery(DeliveryMode.CUT, size=5), 1),
    ],
)
def test_a_fault_of_delivery_keeps_the_targets_answer(
    fault: dict[str, Any], delivery: Delivery, forwarded: int
) -> None:
    target = Target()
    got, upstream = asked(target, read(), fault)
    assert (got.delivery, got.faults) == (delivery, ("fault-1",))
    assert len(target.requests) == forwarded
    if forwarded:
        assert (got.status, header(got.headers, "x-target"), got.body) == (200, "own", OWN.body)
    assert upstream.unfired() == ()


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ({"edit": {"set": {"/results/0/status": "Odd"}}}, {**PAGE, "results": [{"id": "1", "status": "Odd"}]}),
        ({"edit": {"remove": ["/totalResults"]}}, {"results": PAGE["results"]}),
        ({"evolve": {"rule": "null", "at": "/results/0/status"}}, {**PAGE, "results": [{"id": "1", "status": None}]}),
        ({"evolve": {"rule": "new-field"}}, {**PAGE, "concordatAddition": "new"}),
    ],
)
@pytest.mark.parametrize("coded", [False, True])
def test_edits_and_evolution_change_the_targets_own_answer(
    fault: dict[str, Any], body: dict[str, Any], *, coded: bool
) -> None:
    own = Answer(200, (*OWN.headers, ("Content-Encoding", "gzip")), gzip.compress(OWN.body)) if coded else OWN
    got, upstream = asked(Target(own), read(), fault)
    assert msgspec.json.decode(got.body) == body
    assert (header(got.headers, "content-encoding"), header(got.headers, "content-length")) == (None, None)
    assert (header(got.headers, "x-target"), got.faults, got.scripted) == ("own", ("fault-1",), True)
    assert (upstream.unfired(), upstream.misfits()) == ((), ())


@pytest.mark.parametrize(
    ("offer", "fits"), [({"Accept_Encoding": "deflate"}, True), ({"Accept_Encoding": "gzip"}, False), ({}, False)]
)
def test_a_coding_depends_on_the_clients_offer_although_the_target_is_asked_for_plain_text(
    offer: dict[str, str], *, fits: bool
) -> None:
    target = Target()
    got, upstream = asked(target, read(**offer), {"evolve": {"rule": "deflate"}})
    assert header(target.requests[0].headers, "accept-encoding") == "identity"
    assert (zlib.decompress(got.body) if fits else got.body) == OWN.body
    assert upstream.unfired() == upstream.misfits() == (() if fits else ("fault-1",))


@pytest.mark.parametrize(
    ("fault", "misfits"),
    [
        ({"edit": {"set": {"/results/9/id": "1"}}}, ("fault-1",)),
        ({"edit": {"set": {"/results/9/id": "1"}}, "must-fire": False}, ()),
        ({"edit": {"set": {"/results/9/id": "1"}}, "at": 2}, ()),
    ],
)
def test_a_fault_that_does_not_fit_leaves_the_targets_answer_and_is_named(
    fault: dict[str, Any], misfits: tuple[str, ...]
) -> None:
    got, upstream = asked(Target(), read(), fault)
    assert (got.status, got.body, got.faults, got.scripted) == (200, OWN.body, (), False)
    assert upstream.misfits() == misfits


@pytest.mark.parametrize(
    ("on", "struck"), [("customers.list", True), ("customers.create", False), (None, True), ("customers.get", False)]
)
def test_a_fault_strikes_its_operation_below_the_base_path(on: str | None, *, struck: bool) -> None:
    async def test(upstream: FaultyUpstream) -> Exchange:
        tap = await CaseTap.start(upstream, load_contract("accounting"), base_path="/v1")
        upstream.serve_at(tap.url)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", tap.port)
            writer.write(f"GET /v1{LIST} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            await reader.read()
            writer.close()
        finally:
            await tap.close()
        [exchange] = tap.exchanges
        return exchange

    target = Target()
    fault = {"redirect": {"location": "{base}/there"}} | ({"on": on} if on else {})
    exchange = before(target, test, fault)
    assert [request.target for request in target.requests] == ([] if struck else [LIST])
    assert exchange.operation == "customers.list"
    assert exchange.response is not None
    assert exchange.faults == (("fault-1",) if struck else ())
    assert (header(exchange.response.headers, "location") or "").endswith("/v1/there") is struck


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        ({"reset": True}, Ending.RESET),
        ({"reset": True, "when": "after"}, Ending.RESET),
        ({"close": True}, Ending.CLOSED),
        ({"cut": 5}, Ending.CUT),
        ({"drip": {"size": 20, "every": 0}}, Ending.COMPLETE),
        ({"stall": 0}, Ending.COMPLETE),
    ],
)
def test_the_taps_listener_delivers_the_fault(fault: dict[str, Any], ending: Ending) -> None:
    async def test(upstream: FaultyUpstream) -> Exchange:
        tap = await CaseTap.start(upstream, load_contract("accounting"))
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", tap.port)
            writer.write(f"GET {LIST} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            try:
                got = await reader.read()
            except ConnectionResetError:
                got = b""
            writer.close()
        finally:
            await tap.close()
        assert got.endswith({Ending.CUT: OWN.body[:5], Ending.COMPLETE: OWN.body}.get(ending, b""))
        assert bool(got) is (ending in (Ending.CUT, Ending.COMPLETE))
        [exchange] = tap.exchanges
        return exchange

    exchange = before(Target(), test, fault)
    assert (exchange.ending, exchange.faults) == (ending, ("fault-1",))


@pytest.mark.parametrize("header_", [("Host", "evil.example"), ("Origin", "http://evil.example")])
def test_a_request_of_a_web_page_is_refused_and_uses_up_no_fault(header_: tuple[str, str]) -> None:
    target = Target()

    async def test(upstream: FaultyUpstream) -> list[int]:
        page = msgspec.structs.replace(write(), headers=(header_, JSON))
        return [(await upstream.answer(request)).status for request in (page, write())]

    assert before(target, test, {"respond": SCRIPT}) == [403, 503]
    assert target.requests == []


OK, REFUSED, BUSY = Answer(200, (JSON,), b"{}"), Answer(400, (JSON,), b"{}"), Answer(429, (JSON,), b"{}")
CREATED, MOVED_ON = Answer(202), Answer(307, (("Location", "/x"),))
GONE = Answer(delivery=Delivery(DeliveryMode.RESET))
ONE, CREATE = {"customers.create": 1}, "customers.create"
TWO = {"customers.create": 2}
PUT = write(method="PUT", target=f"{PUSH}/1", key="k")


@pytest.mark.parametrize(
    ("answers", "requests", "accepted", "unknown"),
    [
        ([OK], [write()], ONE, {}),
        ([CREATED], [write()], ONE, {}),
        ([OK], [write(), write()], TWO, {}),
        ([REFUSED], [write()], {}, {}),
        ([MOVED_ON], [write()], {}, {}),
        ([BUSY, OK], [write(), write()], ONE, {}),
        ([OK], [read()], {}, {}),
        ([OK], [write(target="/nowhere")], {}, {}),
        ([OK], [write(key="k"), write(key="k")], ONE, {}),
        ([OK], [write(key="k"), write(key="other")], TWO, {}),
        ([OK], [write(b"{}", key="k"), write(b"[]", key="k")], TWO, {}),
        ([REFUSED, OK, OK], [write(key="k")] * 3, ONE, {}),
        ([OK], [PUT, PUT], {"customers.update": 2}, {}),
        ([GONE], [write()], {}, ONE),
        ([GONE, OK], [write(), write()], ONE, ONE),
        ([GONE, OK, OK], [write(key="k")] * 3, ONE, {}),
        ([OK, GONE], [write(key="k")] * 2, ONE, {}),
        ([GONE], [write(key="k")] * 2, {}, ONE),
        ([GONE], [read()], {}, {}),
    ],
)
def test_accepted_writes_are_counted_from_the_targets_answers(
    answers: list[Answer], requests: list[Request], accepted: dict[str, int], unknown: dict[str, int]
) -> None:
    async def test(upstream: FaultyUpstream) -> tuple[dict[str, int], dict[str, int]]:
        for request in requests:
            await upstream.answer(request)
        return upstream.accepted_writes(), upstream.unknown_writes()

    assert before(Target(*answers), test) == (accepted, unknown)


@pytest.mark.parametrize(
    ("fault", "accepted", "unknown"),
    [
        ({"respond": SCRIPT}, {}, ONE),
        ({"respond": {**SCRIPT, "accepted": True}}, ONE, {}),
        ({"respond": {**SCRIPT, "accepted": False}}, {}, {}),
        ({"respond": SCRIPT, "when": "after"}, ONE, {}),
        ({"reset": True}, {}, {}),
        ({"reset": True, "when": "after"}, ONE, {}),
        ({"redirect": {"location": "/"}}, {}, {}),
        ({"edit": {"set": {"/a": 1}}}, ONE, {}),
        ({"cut": 1}, ONE, {}),
        ({"respond": SCRIPT, "on": "customers.list"}, ONE, {}),
    ],
)
def test_a_struck_write_counts_as_the_target_and_the_script_say(
    fault: dict[str, Any], accepted: dict[str, int], unknown: dict[str, int]
) -> None:
    upstream = asked(Target(OK), write(), fault)[1]
    assert (upstream.accepted_writes(), upstream.unknown_writes()) == (accepted, unknown)


def test_a_struck_read_counts_for_nothing() -> None:
    upstream = asked(Target(OK), read(), {"respond": {**SCRIPT, "accepted": True}})[1]
    assert (upstream.accepted_writes(), upstream.unknown_writes()) == ({}, {})


@pytest.mark.parametrize("fault", [{"edit": {"set": {"/a": 1}}}, {"respond": SCRIPT, "when": "after"}, {"cut": 1}])
def test_what_the_forwarder_says_in_the_targets_place_is_not_changed(fault: dict[str, Any]) -> None:
    got, upstream = asked(Target(GONE), write(), fault)
    assert (got.status, got.scripted, got.faults, got.delivery) == (502, True, (), Delivery())
    assert upstream.unknown_writes() == ONE


def test_a_write_whose_client_left_before_the_answer_is_unknown() -> None:
    async def test() -> dict[str, int]:
        target = NeverAnswers()
        upstream = FaultyUpstream(target, load_contract("accounting"))
        running = asyncio.create_task(upstream.answer(write()))
        await target.arrived.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return upstream.unknown_writes()

    assert asyncio.run(asyncio.wait_for(test(), DEADLINE)) == ONE


def test_the_requests_of_the_harness_use_up_no_fault_and_their_writes_are_counted() -> None:
    target = Target(OK)

    async def test(upstream: FaultyUpstream) -> tuple[int, int, dict[str, int], tuple[str, ...]]:
        prepared = await upstream.process(write())
        unfired = upstream.unfired()
        return prepared.status, (await upstream.answer(write())).status, upstream.accepted_writes(), unfired

    assert before(target, test, {"respond": {**SCRIPT, "accepted": False}}) == (200, 503, ONE, ("fault-1",))
