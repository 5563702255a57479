from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.errors import CatalogueError, ContractError, UsageError
from concordat.sandbox.serve import read_world, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LIMIT = scaled(60)


def fetch(url: str, auth: str | None = None, body: bytes | None = None) -> Any:
    headers = {"Authorization": auth} if auth else {}
    with urlopen(Request(url, body, headers), timeout=scaled(30)) as response:
        return msgspec.json.decode(response.read())


def control(ready: dict[str, str], path: str, body: bytes | None = None) -> Any:
    headers = {"X-Concordat-Token": ready["token"], "Content-Type": "application/json"}
    with urlopen(Request(ready["control"] + path, body, headers), timeout=scaled(5)) as response:
        return msgspec.json.decode(response.read())


def run(visit: Callable[[dict[str, str]], Any], **settings: Any) -> Any:
    """Serve until the visitor has been, and return what it brought."""

    async def context() -> Any:
        until, reported = asyncio.Event(), asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve("accounting", on_ready=reported.set_result, until=until, **settings))
        await asyncio.wait((reported, serving), return_when=asyncio.FIRST_COMPLETED)
        if not reported.done():
            await serving
        try:
            return await asyncio.to_thread(visit, reported.result())
        finally:
            until.set()
            await serving

    async def bounded() -> Any:
        return await asyncio.wait_for(context(), LIMIT)

    return asyncio.run(bounded())


def test_the_sandbox_serves_and_its_control_endpoint_tells(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("customers: 5\n")

    def visit(ready: dict[str, str]) -> tuple[Any, Any]:
        page = fetch(f"{ready['url']}/companies", ready["auth"])
        state = control(ready, "/state")
        return page["totalResults"], len(state["customers"])

    assert run(visit, world=world) == (1, 5)


def test_ready_tells_what_a_caller_needs() -> None:
    ready = run(lambda ready: ready)
    assert set(ready) == {"api", "url", "control", "auth", "token", "example"}
    assert ready["example"] == f"curl -H 'X-Concordat-Token: {ready['token']}' {ready['control']}/state"
    assert len(ready["token"]) >= 32
    assert ready["token"] != run(lambda ready: ready)["token"]
    assert ready["api"] == "accounting"
    assert ready["url"] != ready["control"]


def test_a_database_file_goes_on_where_it_was_and_a_world_resets_it(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"

    def create(ready: dict[str, str]) -> Any:
        company = fetch(f"{ready['url']}/companies", ready["auth"])["results"][0]["id"]
        return fetch(f"{ready['url']}/companies/{company}/data/queue/customers", ready["auth"], b"")["id"]

    def look(ready: dict[str, str]) -> Any:
        control(ready, "/advance", b'{"by": "1d"}')
        pulls = control(ready, "/state")["pulls"]
        control(ready, "/world", b'{"customers": 9}')
        return pulls, control(ready, "/state")

    pull = run(create, db=db)
    pulls, state = run(look, db=db)
    assert [one["status"] for one in pulls if one["id"] == pull] == ["Complete"]
    assert (len(state["customers"]), len(state["pulls"])) == (9, 1)


HOST = "Host: {host}"
TOKEN = "X-Concordat-Token: {token}"
JSON = "Content-Type: application/json"
ROUTES = [
    *(("GET", path) for path in ("/state", "/accepted-writes", "/unknown-writes", "/unfired", "/bindings")),
    *(("POST", path) for path in ("/advance", "/world", "/change", "/faults")),
    *((method, "/state") for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")),
    ("GET", "/nowhere"),
    ("OPTIONS", "*"),
]
BODY = b'{"by": "1s"}'


class Reported(msgspec.Struct):
    """An answer on the wire."""

    status: int
    head: str
    body: bytes


def raw(url: str, start: str, headers: Sequence[str], body: bytes = b"") -> Reported:
    """Send bytes as they are, and read the answer to its end."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    lines = [f"{start} HTTP/1.1", *headers, "Connection: close", "", ""]
    with socket.create_connection((host, int(port)), timeout=scaled(5)) as wire:
        wire.sendall("\r\n".join(lines).encode("latin-1") + body)
        got = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, text = got.partition(b"\r\n\r\n")
    return Reported(int(head.split()[1]), head.decode("latin-1"), text)


def given(ready: dict[str, str], *headers: str) -> list[str]:
    """Fill in the token, and the host of the control endpoint."""
    host = ready["control"].removeprefix("http://")
    port = host.rpartition(":")[2]
    return [line.format(host=host, port=port, token=ready["token"]) for line in headers]


def length(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


@pytest.mark.parametrize(
    ("headers", "body", "status", "text"),
    [
        pytest.param([HOST, TOKEN, JSON], BODY, 200, "", id="allowed"),
        pytest.param(["Host: localhost:{port}", TOKEN, JSON], BODY, 200, "", id="localhost"),
        pytest.param([HOST, "Origin: http://{host}", TOKEN, JSON], BODY, 200, "", id="own origin"),
        pytest.param([HOST, TOKEN, JSON + "; charset=utf-8"], BODY, 200, "", id="a charset"),
        pytest.param(["Host: evil.example:{port}", TOKEN, JSON], BODY, 403, "`Host`", id="rebinding"),
        pytest.param(["Host: 127.0.0.1:1", TOKEN, JSON], BODY, 403, "`Host`", id="another port"),
        pytest.param(["Host: 127.0.0.1", TOKEN, JSON], BODY, 403, "`Host`", id="no port"),
        pytest.param(["Host: [::1]:{port}", TOKEN, JSON], BODY, 403, "`Host`", id="an address not listened on"),
        pytest.param(["Host:", TOKEN, JSON], BODY, 403, "`Host`", id="an empty host"),
        pytest.param([HOST, "Host: evil.example", TOKEN, JSON], BODY, 400, "Host", id="two hosts"),
        pytest.param([TOKEN, JSON], BODY, 400, "Host", id="no host"),
        pytest.param([HOST, "Origin: https://evil.example", TOKEN, JSON], BODY, 403, "`Origin`", id="another site"),
        pytest.param([HOST, "Origin: null", TOKEN, JSON], BODY, 403, "`Origin`", id="a sandboxed frame"),
        pytest.param([HOST, JSON], BODY, 401, "X-Concordat-Token", id="no token"),
        pytest.param([HOST, "X-Concordat-Token: wrong", JSON], BODY, 401, "X-Concordat-Token", id="a wrong token"),
        pytest.param([HOST, TOKEN + "x", JSON], BODY, 401, "X-Concordat-Token", id="a longer token"),
        pytest.param([HOST, TOKEN, TOKEN, JSON], BODY, 401, "X-Concordat-Token", id="two tokens"),
        pytest.param([HOST, "X-Concordat-Token: t\xf6ken", JSON], BODY, 401, "X-Concordat-Token", id="beyond ASCII"),
        pytest.param([HOST, TOKEN, "Content-Type: text/plain"], BODY, 415, "application/json", id="plain text"),
        pytest.param([HOST, TOKEN], BODY, 415, "application/json", id="no type"),
        pytest.param([HOST, TOKEN, JSON], b'{"by": }', 400, "line 1, column 8", id="broken JSON"),
    ],
)
def test_the_control_endpoint_obeys_nobody_without_the_token(
    headers: list[str], body: bytes, status: int, text: str
) -> None:
    def visit(ready: dict[str, str]) -> tuple[Reported, str]:
        return raw(ready["control"], "POST /advance", [*given(ready, *headers), length(body)], body), ready["token"]

    reported, token = run(visit)
    assert reported.status == status
    assert "content-type: application/json" in reported.head.lower()
    assert "access-control" not in reported.head.lower()
    answer = msgspec.json.decode(reported.body)
    assert answer == {} if status == 200 else text in answer["error"] + answer["hint"]
    assert token not in reported.head + reported.body.decode()


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([HOST, JSON], 401),
        ([HOST, "Origin: https://evil.example", TOKEN, JSON], 403),
        (["Host: evil.example", TOKEN, JSON], 403),
    ],
)
def test_no_route_of_the_control_endpoint_is_open(method: str, path: str, headers: list[str], status: int) -> None:
    def visit(ready: dict[str, str]) -> tuple[Reported, Any]:
        before = control(ready, "/state")
        reported = raw(ready["control"], f"{method} {path}", given(ready, *headers))
        assert control(ready, "/state") == before
        return reported, ready["token"]

    reported, token = run(visit)
    assert reported.status == status
    assert token not in reported.head + reported.body.decode()


LIMIT_OF_BODY = 16 * 1024 * 1024
CHUNKED = "Transfer-Encoding: chunked"


def chunk(body: bytes) -> bytes:
    return b"%X\r\n%b\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("framing", "body", "status"),
    [
        pytest.param([f"Content-Length: {LIMIT_OF_BODY + 1}"], b"", 413, id="announced, and never sent"),
        pytest.param([f"Content-Length: {10**15}"], b"{}", 413, id="an absurd length"),
        pytest.param([CHUNKED], b"%X\r\n" % (LIMIT_OF_BODY + 1), 413, id="one chunk too long"),
        pytest.param([CHUNKED], chunk(b" " * 2**20) * 16 + b"1\r\n", 413, id="one byte more in chunks"),
        pytest.param([CHUNKED], chunk(BODY.ljust(2**20)) + chunk(b" " * 2**20) * 15 + b"0\r\n\r\n", 200, id="chunks"),
        pytest.param([f"Content-Length: {LIMIT_OF_BODY}"], BODY.ljust(LIMIT_OF_BODY), 200, id="as long as allowed"),
    ],
)
def test_a_body_beyond_16_mib_is_refused_before_it_is_read(framing: list[str], body: bytes, status: int) -> None:
    def visit(ready: dict[str, str]) -> Reported:
        return raw(ready["control"], "POST /advance", [*given(ready, HOST, TOKEN, JSON), *framing], body)

    reported = run(visit)
    assert reported.status == status
    assert "content-type: application/json" in reported.head.lower()
    assert msgspec.json.decode(reported.body) == {} if status == 200 else b"too long" in reported.body


@pytest.mark.parametrize("framing", [f"Content-Length: {LIMIT_OF_BODY}", CHUNKED])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param([HOST, JSON], 401, id="no token"),
        pytest.param([HOST, "Origin: https://evil.example", TOKEN, JSON], 403, id="another site"),
        pytest.param(["Host: evil.example", TOKEN, JSON], 403, id="rebinding"),
        pytest.param([HOST, TOKEN, "Content-Type: text/plain"], 415, id="plain text"),
    ],
)
def test_a_control_request_is_refused_before_its_body_is_read(headers: list[str], status: int, framing: str) -> None:
    def visit(ready: dict[str, str]) -> Reported:
        return raw(ready["control"], "POST /world", [*given(ready, *headers), framing])

    reported = run(visit)
    assert reported.status == status
    assert "content-type: application/json" in reported.head.lower()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Host: evil.example"], 403),
        (["Host: localhost:{port}", "Origin: https://evil.example"], 403),
        (["Host: localhost:{port}"], 200),
    ],
)
def test_the_api_of_a_served_sandbox_takes_nothing_from_a_web_page(headers: list[str], status: int) -> None:
    def visit(ready: dict[str, str]) -> Reported:
        return raw(ready["url"], "GET /companies", [*given(ready, *headers), f"Authorization: {ready['auth']}"])

    reported = run(visit)
    assert reported.status == status
    assert "access-control" not in reported.head.lower()


def test_a_signal_ends_it() -> None:
    async def context() -> bool:
        ready = asyncio.Event()
        serving = asyncio.create_task(serve("accounting", on_ready=lambda _: ready.set()))
        await ready.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await serving
        return True

    async def bounded() -> bool:
        return await asyncio.wait_for(context(), LIMIT)

    assert asyncio.run(bounded())


def test_a_taken_port_is_a_usage_error() -> None:
    def visit(ready: dict[str, str]) -> int:
        return int(ready["url"].rpartition(":")[2])

    async def context() -> None:
        reported = asyncio.get_running_loop().create_future()
        until = asyncio.Event()
        first = asyncio.create_task(serve("accounting", on_ready=reported.set_result, until=until))
        port = visit(await reported)
        try:
            with pytest.raises(UsageError, match="cannot listen on port"):
                await serve("accounting", port=port)
        finally:
            until.set()
            await first

    async def bounded() -> None:
        await asyncio.wait_for(context(), LIMIT)

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
        ("a: 1\na: 2", "occurs twice"),
        ("a: [", "not YAML"),
        ("custmers: 1", "1:1: unknown key `custmers`; did you mean `customers`?"),
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
    with pytest.raises(CatalogueError, match="the world cannot be read"):
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
