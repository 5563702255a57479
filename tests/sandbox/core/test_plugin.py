"""The core with a plug-in that is not a built-in one: the interface is all that the core needs of an API."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.catalogue.model import Fault
from concordat.contract import load_contracts
from concordat.errors import CatalogueError
from concordat.http1.exchange import Request, header
from concordat.sandbox.core.context import json_answer
from concordat.sandbox.core.model import read_model
from concordat.sandbox.core.refusal import Refusal
from concordat.sandbox.core.server import Sandbox
from concordat.sandbox.core.world import World, WorldChange, WorldSize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.contract import Match
    from concordat.http1.answer import Answer
    from concordat.sandbox.core.context import SandboxContext
    from concordat.sandbox.core.plugin import AnyPlugin
    from concordat.sandbox.core.state import State
    from concordat.sandbox.core.stock import Ask, Stock
    from concordat.values import Json, JsonObject, Pairs, Problem

CONTRACT = load_contracts()["accounting"]


class ShelfWorld(World, frozen=True, kw_only=True):
    """A world of books."""

    books: int = 1


class Token:
    """The authentication: one fixed token."""

    credential = "Token t"

    def check(self, request: Request) -> None:
        if header(request.headers, "Authorization") != self.credential:
            raise Refusal(401)


class Shelf:
    """The service: a list of books, and a write that adds one."""

    def __init__(self, context: SandboxContext) -> None:
        self._context = context
        self._requests = 0
        self.authentication = Token()

    def spend_quota(self) -> None:
        self._requests += 1

    def response_headers(self) -> Pairs:
        return (("X-Requests", str(self._requests)),)

    def tolerates(self, operation: str, problem: Problem) -> bool:
        del operation, problem
        return True

    def handle(self, match: Match, request: Request) -> Answer:
        del request
        if match.operation.name == "companies.create":
            self._context.state.run("INSERT INTO books VALUES (?)", self._context.new_id("book"))
            raise Refusal(409, "full")
        return json_answer(self.collections()["books"])

    def error_body(self, refusal: Refusal, correlation: str) -> bytes:
        del correlation
        return msgspec.json.encode({"problem": refusal.error})

    def change(self, change: WorldChange) -> None:
        del change

    def records_after(self, change: WorldChange) -> int:
        del change
        return 0

    def collections(self) -> dict[str, Json]:
        return {"books": [row[0] for row in self._context.state.all("SELECT title FROM books")]}


class Shelves:
    """The plug-in."""

    name = "shelves"
    contracts = frozenset({"accounting"})
    operations = ("companies.list", "companies.create")
    schema = "CREATE TABLE books (title TEXT NOT NULL);"
    world_type = ShelfWorld
    list_rules = None

    def parse_world(self, raw: JsonObject | None) -> ShelfWorld:
        return read_model(raw or {}, ShelfWorld, "world")

    def parse_change(self, raw: JsonObject) -> WorldChange:
        return read_model(raw, WorldChange, "change")

    def said_by_needs(self, raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return raw

    async def discover(self, ask: Ask, chosen: Mapping[str, str]) -> Stock:
        raise NotImplementedError

    def world_for_needs(self, needs: Mapping[str, Any]) -> ShelfWorld:
        return self.parse_world(dict(needs))

    def size_of(self, world: ShelfWorld) -> WorldSize:
        return WorldSize(world.books, 0)

    def seed(self, world: ShelfWorld, context: SandboxContext) -> None:
        context.state.many("INSERT INTO books VALUES (?)", [(f"book {number}",) for number in range(world.books)])

    def bindings(self, state: State) -> dict[str, Json]:
        row = state.one("SELECT title FROM books")
        return {} if row is None else {"book": row[0]}

    def open(self, world: ShelfWorld, context: SandboxContext, *, resumed: bool) -> Shelf:
        del world, resumed
        return Shelf(context)


SHELVES: AnyPlugin = Shelves()


def ask(sandbox: Sandbox, method: str = "GET", target: str = "/companies", auth: str = "Token t") -> Answer:
    return asyncio.run(sandbox.answer(Request(method, target, (("Authorization", auth),))))


def test_a_world_of_the_plugin_is_seeded_bound_and_served() -> None:
    sandbox = Sandbox(SHELVES, CONTRACT, SHELVES.parse_world({"books": 2}))
    assert (sandbox.auth, sandbox.bindings) == ("Token t", {"book": "book 0"})
    answer = ask(sandbox)
    assert (answer.status, answer.body) == (200, b'["book 0","book 1"]')
    assert header(answer.headers, "X-Requests") == "1"
    sandbox.close()


@pytest.mark.parametrize(
    ("method", "target", "auth", "status", "body"),
    [
        ("GET", "/companies", "Basic x", 401, b'{"problem":null}'),
        ("GET", "/nowhere", "Token t", 404, b'{"problem":null}'),
        ("POST", "/companies", "Token t", 409, b'{"problem":"full"}'),
    ],
)
def test_the_plugin_words_every_refusal(method: str, target: str, auth: str, status: int, body: bytes) -> None:
    sandbox = Sandbox(SHELVES, CONTRACT, SHELVES.parse_world(None))
    answer = ask(sandbox, method, target, auth)
    assert (answer.status, answer.body) == (status, body)
    sandbox.close()


def test_a_write_whose_handler_refuses_leaves_the_state_as_it_was() -> None:
    sandbox = Sandbox(SHELVES, CONTRACT, SHELVES.parse_world(None))
    ask(sandbox, "POST")
    assert sandbox.state() == {"books": ["book 0"]}
    sandbox.close()


def test_an_operation_that_the_plugin_lacks_needs_a_script() -> None:
    sandbox = Sandbox(SHELVES, CONTRACT, SHELVES.parse_world(None))
    target = "/companies/8a210b68-6988-11ed-a1eb-0242ac120002"
    assert ask(sandbox, target=target).status == 501
    sandbox.plan([msgspec.convert({"respond": {"status": 204}}, Fault)])
    assert ask(sandbox, target=target).status == 204
    sandbox.close()


def test_the_world_refuses_operations_of_the_plugin_only() -> None:
    sandbox = Sandbox(SHELVES, CONTRACT, SHELVES.parse_world({"refuse": {"status": 503, "on": "companies.list"}}))
    assert (ask(sandbox).status, ask(sandbox, "POST").status) == (503, 409)
    with pytest.raises(CatalogueError, match=r"no operation `customers\.list`"):
        sandbox.change({"refuse": {"status": 503, "on": "customers.list"}})
    sandbox.close()
