from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.contract import load_contracts
from concordat.http1.exchange import Request
from concordat.sandbox import parse_world
from concordat.sandbox.codat.plugin import CODAT
from concordat.sandbox.core import world_pages
from concordat.sandbox.core.control import MOST_CONTENT, MOST_RECORDS, Control, Maker, Standalone
from concordat.sandbox.core.control_guard import TOKEN_HEADER, ControlGuard

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """A clock that shows a given time."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


HOST = "127.0.0.1:8080"


class Desk:
    """A control endpoint and the sandbox behind it."""

    def __init__(self, database: str = ":memory:") -> None:
        self.clock = Clock()
        self.forgotten = 0
        make = Maker(CODAT, load_contracts()["accounting"], parse_world(None), self.forget, database=database)
        self.served = Standalone(make, monotonic=self.clock)
        self.guard = ControlGuard()
        self.guard.hosts = frozenset({HOST})
        self.control = Control(self.served, self.guard)

    def forget(self) -> None:
        self.forgotten += 1

    def tell(self, method: str, path: str, body: object = msgspec.UNSET) -> tuple[int, Any]:
        raw = b"" if body is msgspec.UNSET else body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = [("Host", HOST), (TOKEN_HEADER, self.guard.token), ("Content-Type", "application/json")]
        answer = asyncio.run(self.control.answer(Request(method, path, tuple(headers), raw)))
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
    assert desk.tell("GET", "/accepted-writes") == (200, {})


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
        ("POST", "/advance", b"{", 400, "not JSON at line 1, column 2"),
        ("POST", "/advance", b'{\n  "by": "1s",\n}', 400, "not JSON at line 3, column 1"),
        ("POST", "/advance", b"", 400, "not JSON at line 1, column 1"),
        ("POST", "/advance", b'{"by": "\xff"}', 400, "not JSON at line 1, column 9: the text is not UTF-8"),
        ("POST", "/advance", b"[" * 100_000, 400, "nested too deeply"),
        ("POST", "/advance", b'{"by": ' + b"9" * 5000 + b"}", 400, "out of range"),
        ("POST", "/advance", {"by": "999999999d"}, 400, "cannot be advanced"),
        ("POST", "/world", b"null", 400, "object"),
        ("POST", "/world", [], 400, "object"),
        ("POST", "/world", {"custmers": 1}, 400, "customers"),
        ("POST", "/change", {"customers": {"remove": ["x"]}}, 400, "no record x"),
        ("POST", "/faults", [{"repsond": {}}], 400, "respond"),
        ("POST", "/faults", [{"at": 1}], 400, "exactly one action"),
    ],
)
def test_an_impossible_request_gets_an_error(method: str, path: str, body: object, status: int, text: str) -> None:
    reported, answer = Desk().tell(method, path, body)
    assert reported == status
    assert text in answer["error"] + answer["hint"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/world", {"companies": [{"id": "a"}, {"id": "a"}]}),
        ("/world", {"refuse": {"status": 503, "on": "customers.lst"}}),
        ("/world", {"customers": MOST_RECORDS + 1}),
        ("/change", {"customers": {"add": [{"id": "new"}], "remove": ["nobody"]}}),
        ("/faults", [{"respond": {"base64": "?"}}]),
    ],
)
@pytest.mark.parametrize("kept", [":memory:", "sandbox.db"])
def test_what_cannot_be_done_changes_nothing(tmp_path: Path, path: str, body: object, kept: str) -> None:
    desk = Desk(kept if kept == ":memory:" else str(tmp_path / kept))
    before = desk.tell("GET", "/state")
    assert desk.tell("POST", path, body)[0] in (400, 413)
    assert desk.tell("GET", "/state") == before
    assert desk.ask("GET", "/data/customers")[0] == 200
    assert desk.forgotten == 0


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ({"customers": MOST_RECORDS + 1}, f"{MOST_RECORDS + 1} records"),
        ({"customers": MOST_RECORDS, "pushes": 1}, f"{MOST_RECORDS + 1} records"),
        ({"companies": 1000, "connections": 10**12}, "records"),
        ({"attachments": [{"kind": "random", "size": 5 * 1024 * 1024}] * 13}, "bytes of generated files"),
    ],
)
def test_a_world_beyond_the_bounds_is_refused_before_it_is_made(world: object, text: str) -> None:
    desk = Desk()
    status, answer = desk.tell("POST", "/world", world)
    assert status == 413
    assert text in answer["error"]
    assert str(MOST_CONTENT if "bytes" in text else MOST_RECORDS) in answer["error"]


def test_a_world_of_as_many_records_as_are_allowed_is_made_and_gets_no_more() -> None:
    desk = Desk()
    assert desk.tell("POST", "/world", {"customers": MOST_RECORDS}) == (200, {})
    assert desk.ask("GET", "/data/customers")[1]["totalResults"] == MOST_RECORDS
    status, answer = desk.tell("POST", "/change", {"customers": {"add": [{"id": "one-more"}]}})
    assert status == 413
    assert f"{MOST_RECORDS + 1} records" in answer["error"]


def test_large_worlds_are_not_kept_in_memory() -> None:
    desk = Desk()
    desk.tell("POST", "/world", {"customers": MOST_RECORDS // 2})
    assert max(len(pages) for pages, _ in world_pages._kept.values()) <= world_pages._MOST_PAGES


def test_a_scripted_write_of_unknown_effect_counts_apart() -> None:
    desk = Desk()
    script = {"on": "refresh.all", "respond": {"status": 204}}
    desk.tell("POST", "/faults", [script, {**script, "at": 2, "respond": {"status": 204, "accepted": True}}])
    for _ in range(2):
        assert desk.ask("POST", "/data/all")[0] == 204
    assert desk.tell("GET", "/accepted-writes") == (200, {"refresh.all": 1})
    assert desk.tell("GET", "/unknown-writes") == (200, {"refresh.all": 1})


def test_a_world_is_what_a_maker_starts_with() -> None:
    sandbox = Maker(CODAT, load_contracts()["accounting"], parse_world({"customers": 1}), lambda: None).first()
    assert [name for name in sandbox.bindings if name.startswith("customer")] == ["customer"]
    sandbox.close()


def test_a_world_without_a_beginning_begins_now() -> None:
    moment = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    make = Maker(CODAT, load_contracts()["accounting"], parse_world(None), lambda: None, clock=lambda: moment)
    for sandbox in (make.first(), make.other(parse_world({"customers": 1}))()):
        companies: Any = sandbox.state()["companies"]
        assert companies[0]["created"].startswith("2031-04-06T07:08:09")
        sandbox.close()
