from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from concordat.contract import load_contracts
from concordat.sandbox import World, parse_world
from concordat.sandbox.control import Control, Standalone, maker
from concordat.wire.exchange import Request


class Clock:
    """A clock that shows what it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A control endpoint and the sandbox behind it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.forgotten = 0
        make = maker(load_contracts()["accounting"], parse_world(None), self.forget)
        self.served = Standalone(make, monotonic=self.clock)
        self.control = Control(self.served)

    def forget(self) -> None:
        self.forgotten += 1

    def tell(self, method: str, path: str, body: Any = msgspec.UNSET) -> tuple[int, Any]:
        raw = b"" if body is msgspec.UNSET else body if isinstance(body, bytes) else msgspec.json.encode(body)
        answer = asyncio.run(self.control.answer(Request(method, path, (), raw)))
        return answer.status, msgspec.json.decode(answer.body)

    def ask(self, method: str, tail: str) -> tuple[int, Any]:
        sandbox = self.served.sandbox
        target = f"/companies/{sandbox.bindings['company']}{tail}"
        answer = asyncio.run(self.served.answer(Request(method, target, (("Authorization", sandbox.auth),))))
        return answer.status, msgspec.json.decode(answer.body) if answer.body else None


def test_the_state_and_the_names_can_be_read() -> None:
    desk = Desk()
    status, state = desk.tell("GET", "/state")
    assert (status, len(state["customers"])) == (200, 3)
    assert desk.tell("GET", "/bindings")[1]["company"] == state["companies"][0]["id"]
    assert desk.tell("GET", "/commits") == (200, {})


def test_the_virtual_clock_follows_the_real_one_and_can_be_advanced() -> None:
    desk = Desk()
    desk.tell("POST", "/change", {"synced": [], "sync": {"takes": "10s"}})
    pull = desk.ask("POST", "/data/queue/customers")[1]
    desk.clock.now += 4
    assert desk.ask("GET", f"/data/history/{pull['id']}")[1]["status"] == "Queued"
    assert desk.tell("POST", "/advance", {"by": "5s"}) == (200, {})
    desk.clock.now += 1
    assert desk.ask("GET", f"/data/history/{pull['id']}")[1]["status"] == "Complete"


def test_another_world_begins_anew() -> None:
    desk = Desk()
    desk.served.sandbox.base_url = "http://here"
    assert desk.tell("POST", "/world", {"customers": 7}) == (200, {})
    assert desk.ask("GET", "/data/customers")[1]["totalResults"] == 7
    assert (desk.forgotten, desk.served.sandbox.base_url) == (1, "http://here")


def test_faults_can_be_planned_and_asked_after() -> None:
    desk = Desk()
    faults = [{"id": "one", "respond": {"status": 503}}, {"id": "two", "at": 5, "reset": True, "must-fire": True}]
    assert desk.tell("POST", "/faults", faults) == (200, {})
    assert desk.ask("GET", "/data/customers")[0] == 503
    assert desk.tell("GET", "/unfired") == (200, {"unfired": ["two"]})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "text"),
    [
        ("GET", "/stat", msgspec.UNSET, 404, "GET /state"),
        ("POST", "/advance", {"by": "soon"}, 400, "not a duration"),
        ("POST", "/advance", {"for": "1s"}, 400, "`for` is not a word of `advance`"),
        ("POST", "/advance", b"{", 400, "not JSON"),
        ("POST", "/world", {"custmers": 1}, 400, "customers"),
        ("POST", "/change", {"customers": {"remove": ["x"]}}, 400, "no record x"),
        ("POST", "/faults", [{"repsond": {}}], 400, "respond"),
        ("POST", "/faults", [{"at": 1}], 400, "exactly one action"),
    ],
)
def test_what_cannot_be_done_is_told(method: str, path: str, body: Any, status: int, text: str) -> None:
    told, answer = Desk().tell(method, path, body)
    assert told == status
    assert text in answer["error"] + answer["hint"]


def test_a_world_is_what_a_maker_starts_with() -> None:
    sandbox = maker(load_contracts()["accounting"], World(customers=1), lambda: None)(None)
    assert [name for name in sandbox.bindings if name.startswith("customer")] == ["customer"]
    sandbox.close()


def test_a_world_without_a_beginning_begins_now() -> None:
    moment = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    make = maker(load_contracts()["accounting"], World(), lambda: None, clock=lambda: moment)
    for world in (None, World(customers=1)):
        sandbox = make(world)
        companies: Any = sandbox.state()["companies"]
        assert companies[0]["created"].startswith("2031-04-06T07:08:09")
        sandbox.close()
