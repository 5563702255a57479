from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.launcher import interruptible
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.errors import TargetUnreachable, UsageError
from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.listener import Listener
from concordat.tap import run_proxy

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.http1.exchange import Exchange, Request

KEY = "Basic c29tZS1jbGllbnRzLWtleQ=="
CONTRACT = load_contract("sync-for-expenses")


class Endpoint:
    """Echoes the credential where it should not."""

    def __init__(self, delivery: Delivery | None = None) -> None:
        self.delivery = delivery or Delivery()

    async def answer(self, request: Request) -> Answer:
        body = json.dumps({"echo": dict(request.headers).get("Authorization")}).encode()
        return Answer(200, (("Content-Type", "application/json"),), body, self.delivery)


async def send(url: str, *raw: bytes) -> list[bytes]:
    got = []
    port = int(url.rpartition(":")[2])
    for data in raw:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        got.append(await reader.read())
        writer.close()
    return got


def proxied(har: Path | None, *raw: bytes, delivery: Delivery | None = None) -> tuple[list[Exchange], list[bytes]]:
    """Send raw requests through a proxy, cancel it, and return what it reported."""
    seen: list[Exchange] = []

    async def go() -> list[bytes]:
        async with asyncio.timeout(scaled(30)):
            endpoint = await Listener(Endpoint(delivery)).start()
            ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            proxy = asyncio.create_task(
                run_proxy(endpoint.url, CONTRACT, 0, har, on_ready=ready.set_result, on_exchange=seen.append)
            )
            got = await send(await ready, *raw)
            proxy.cancel()
            await proxy
            await endpoint.close()
            return got

    return seen, asyncio.run(go())


def get(target: str, *headers: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in ("Host: 127.0.0.1", "Connection: close", *headers))
    return f"GET {target} HTTP/1.1\r\n{lines}\r\n".encode()


def entries(har: Path) -> list[Any]:
    found = json.loads(har.read_text("utf-8"))["log"]["entries"]
    assert isinstance(found, list)
    return found


def test_exchanges_are_judged_and_written_without_the_clients_credential(tmp_path: Path) -> None:
    har = tmp_path / "a.har"
    seen, got = proxied(har, get("/companies?page=0&x=%20", f"Authorization: {KEY}"))
    assert KEY.encode() in got[0]
    [exchange] = seen
    assert exchange.operation == "companies.list"
    assert {problem.pointer for problem in exchange.request_problems} >= {"page"}
    assert exchange.response_problems != ()
    [entry] = entries(har)
    assert entry["request"]["url"].endswith("/companies?page=0&x=%20")
    assert entry["response"]["status"] == 200
    assert json.loads(entry["response"]["content"]["text"]) == {"echo": "***"}
    assert KEY.split()[1] not in har.read_text("utf-8")


def test_every_kind_of_exchange_has_its_place_in_the_archive(tmp_path: Path) -> None:
    har = tmp_path / "a.har"
    binary = b"POST /companies HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 1\r\n\r\n\xff"
    proxied(har, get("/nowhere"), b"nonsense\r\n\r\n", binary)
    found = entries(har)
    assert [entry["request"]["method"] for entry in found] == ["GET", "UNPARSABLE", "POST"]
    assert [entry["response"]["status"] for entry in found] == [200, 400, 403]
    assert found[1]["request"]["postData"]["text"] == "nonsense\r\n\r\n"
    assert (found[2]["request"]["postData"]["text"], found[2]["request"]["postData"]["comment"]) == ("/w==", "base64")
    assert "the contract has no path /nowhere" in found[0]["comment"]


def test_the_proxy_has_no_way_in_for_a_web_page() -> None:
    page = [
        b"GET /companies HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        get("/companies", "Origin: https://evil.example"),
    ]
    seen, got = proxied(None, *page, get("/companies"))
    assert [raw.split(b" ")[1] for raw in got] == [b"403", b"403", b"200"]
    assert not any(b"access-control" in raw.lower() for raw in got)
    assert [exchange.response.status for exchange in seen if exchange.response] == [403, 403, 200]


def test_a_proxy_that_saw_nothing_leaves_an_empty_archive(tmp_path: Path) -> None:
    har = tmp_path / "a.har"
    assert proxied(har) == ([], [])
    assert entries(har) == []


def test_a_proxy_needs_no_archive() -> None:
    assert len(proxied(None, get("/companies"))[0]) == 1


def test_an_endpoint_that_breaks_off_is_seen_in_the_exchange() -> None:
    # The probe is answered in the same way, and any HTTP answer to it will do.
    seen, _ = proxied(None, get("/companies"), delivery=Delivery(DeliveryMode.CUT, size=2))
    assert [exchange.response.status for exchange in seen if exchange.response] == [502]


def test_a_target_that_does_not_answer_is_an_error_at_the_start() -> None:
    async def go() -> None:
        endpoint = await Listener(Endpoint()).start()
        await endpoint.close()
        await run_proxy(endpoint.url, CONTRACT, on_ready=pytest.fail)

    with pytest.raises(TargetUnreachable):
        asyncio.run(go())


def test_a_taken_port_is_an_error_of_usage() -> None:
    async def go() -> None:
        endpoint = await Listener(Endpoint()).start()
        try:
            await run_proxy(endpoint.url, CONTRACT, endpoint.port, on_ready=pytest.fail)
        finally:
            await endpoint.close()

    with pytest.raises(UsageError, match="cannot listen"):
        asyncio.run(go())


def test_a_file_that_cannot_be_written_is_an_error_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="HAR"):
        asyncio.run(run_proxy("http://127.0.0.1:1", CONTRACT, 0, tmp_path / "no" / "a.har", on_ready=pytest.fail))


def test_an_audience_that_fails_is_an_error_of_the_harness_at_the_end() -> None:
    def audience(_: Exchange) -> None:
        raise ZeroDivisionError

    async def go() -> None:
        endpoint = await Listener(Endpoint()).start()
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        proxy = asyncio.create_task(
            run_proxy(endpoint.url, CONTRACT, on_ready=ready.set_result, on_exchange=audience),
        )
        await send(await ready, get("/companies"))
        proxy.cancel()
        try:
            await proxy
        finally:
            await endpoint.close()

    with pytest.raises(Exception, match="not recorded"):
        asyncio.run(go())


PROGRAM = """
import asyncio, sys
from pathlib import Path
from concordat.contract import load_contract
from concordat.tap import run_proxy
contract = load_contract("sync-for-expenses")
ready = lambda url: print(url, flush=True)
asyncio.run(run_proxy(sys.argv[1], contract, 0, Path(sys.argv[2]), on_ready=ready))
"""


def test_an_interrupt_leaves_a_whole_archive(tmp_path: Path) -> None:
    har = tmp_path / "a.har"

    async def go() -> int:
        async with asyncio.timeout(scaled(60)):
            endpoint = await Listener(Endpoint()).start()
            arguments = interruptible(sys.executable, "-c", PROGRAM, endpoint.url, str(har))
            process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE, env={**os.environ})
            assert process.stdout is not None
            url = (await process.stdout.readline()).decode().strip()
            await send(url, get("/companies"))
            process.send_signal(signal.SIGINT)
            code = await process.wait()
            await endpoint.close()
            return code

    assert asyncio.run(go()) == 0
    assert len(entries(har)) == 1
