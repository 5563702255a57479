from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import msgspec
import pytest

from concordat.errors import CatalogueError, ContractError, UsageError
from concordat.sandbox.serve import read_world, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT = 20


def fetch(url: str, auth: str | None = None, body: bytes | None = None) -> Any:
    headers = {"Authorization": auth} if auth else {}
    with urlopen(Request(url, body, headers), timeout=5) as response:
        return msgspec.json.decode(response.read())


def run(visit: Callable[[dict[str, str]], Any], **settings: Any) -> Any:
    """Serve until the visitor has been, and return what it brought."""

    async def scene() -> Any:
        until, told = asyncio.Event(), asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve("accounting", on_ready=told.set_result, until=until, **settings))
        await asyncio.wait((told, serving), return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            await serving
        try:
            return await asyncio.to_thread(visit, told.result())
        finally:
            until.set()
            await serving

    async def bounded() -> Any:
        return await asyncio.wait_for(scene(), LIMIT)

    return asyncio.run(bounded())


def test_the_sandbox_serves_and_its_control_endpoint_tells(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("customers: 5\n")

    def visit(ready: dict[str, str]) -> tuple[Any, Any]:
        page = fetch(f"{ready['url']}/companies", ready["auth"])
        state = fetch(f"{ready['control']}/state")
        return page["totalResults"], len(state["customers"])

    assert run(visit, world=world) == (1, 5)


def test_ready_tells_the_four_things_that_a_caller_needs() -> None:
    ready = run(lambda ready: ready)
    assert set(ready) == {"api", "url", "control", "auth"}
    assert ready["api"] == "accounting"
    assert ready["url"] != ready["control"]


def test_a_database_file_goes_on_where_it_was_and_a_world_resets_it(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"

    def create(ready: dict[str, str]) -> Any:
        company = fetch(f"{ready['url']}/companies", ready["auth"])["results"][0]["id"]
        return fetch(f"{ready['url']}/companies/{company}/data/queue/customers", ready["auth"], b"")["id"]

    def look(ready: dict[str, str]) -> Any:
        fetch(f"{ready['control']}/advance", None, b'{"by": "1d"}')
        pulls = fetch(f"{ready['control']}/state")["pulls"]
        fetch(f"{ready['control']}/world", None, b'{"customers": 9}')
        return pulls, fetch(f"{ready['control']}/state")

    pull = run(create, db=db)
    pulls, state = run(look, db=db)
    assert [one["status"] for one in pulls if one["id"] == pull] == ["Complete"]
    assert (len(state["customers"]), len(state["pulls"])) == (9, 1)


def test_a_signal_ends_it() -> None:
    async def scene() -> bool:
        ready = asyncio.Event()
        serving = asyncio.create_task(serve("accounting", on_ready=lambda _: ready.set()))
        await ready.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await serving
        return True

    async def bounded() -> bool:
        return await asyncio.wait_for(scene(), LIMIT)

    assert asyncio.run(bounded())


def test_a_taken_port_is_a_usage_error() -> None:
    def visit(ready: dict[str, str]) -> int:
        return int(ready["url"].rpartition(":")[2])

    async def scene() -> None:
        told = asyncio.get_running_loop().create_future()
        until = asyncio.Event()
        first = asyncio.create_task(serve("accounting", on_ready=told.set_result, until=until))
        port = visit(await told)
        try:
            with pytest.raises(UsageError, match="cannot listen on port"):
                await serve("accounting", port=port)
        finally:
            until.set()
            await first

    async def bounded() -> None:
        await asyncio.wait_for(scene(), LIMIT)

    asyncio.run(bounded())


def test_an_unknown_contract_and_a_file_of_something_else_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(ContractError):
        asyncio.run(serve("acounting"))
    db = tmp_path / "notes.txt"
    db.write_text("not a database, but long enough to be taken for one " * 40)
    with pytest.raises(UsageError, match="cannot hold"):
        asyncio.run(serve("accounting", db=db))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("now: tomorrow", "not a moment"),
        ("a: 1\na: 2", "stands twice"),
        ("a: [", "not YAML"),
        ("custmers: 1", "`custmers` is not a word"),
        ("- 1", "world"),
    ],
)
def test_a_world_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(text)
    with pytest.raises(CatalogueError) as caught:
        read_world(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_world_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot read the world"):
        read_world(tmp_path / "none.yaml")


def test_a_world_file_is_read_as_a_case_is(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("now: 2026-01-15T09:30:00Z\n")
    assert read_world(path).now == "2026-01-15T09:30:00Z"


def test_a_world_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_bytes(b"\xff\xff")
    with pytest.raises(CatalogueError, match="UTF-8"):
        read_world(path)
