"""Requests that a web page could have sent, and those of a program on this machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from concordat.http1.answer import Answer
from concordat.http1.exchange import Request
from concordat.http1.local import LocalUpstream, foreign, own_hosts

if TYPE_CHECKING:
    from concordat.values import Pairs

OWN = own_hosts("127.0.0.1", 8080)
HOST = ("Host", "127.0.0.1:8080")


def test_a_listener_is_named_by_its_address_and_localhost_with_its_port() -> None:
    assert own_hosts("127.0.0.1", 8080) == {"127.0.0.1:8080", "localhost:8080"}
    assert own_hosts("::1", 8080) == {"[::1]:8080", "localhost:8080"}
    assert own_hosts("127.0.0.1", 80) == {"127.0.0.1:80", "localhost:80", "127.0.0.1", "localhost"}


@pytest.mark.parametrize(
    ("headers", "hosts", "blamed"),
    [
        ((HOST,), OWN, None),
        ((("Host", "LOCALHOST:8080"),), OWN, None),
        ((HOST, ("Origin", "http://127.0.0.1:8080")), OWN, None),
        ((HOST, ("Origin", "http://localhost:8080")), OWN, None),
        ((), OWN, "Host"),
        ((("Host", "127.0.0.1"),), OWN, "Host"),
        ((("Host", "127.0.0.1:8081"),), OWN, "Host"),
        ((("Host", "[::1]:8080"),), OWN, "Host"),
        ((("Host", "evil.example:8080"),), OWN, "Host"),
        ((("Host", "127.0.0.1.evil.example:8080"),), OWN, "Host"),
        ((HOST, ("Host", "evil.example:8080")), OWN, "Host"),
        ((HOST, ("Origin", "https://evil.example")), OWN, "Origin"),
        ((HOST, ("Origin", "null")), OWN, "Origin"),
        ((HOST, ("Origin", "")), OWN, "Origin"),
        ((HOST, ("Origin", "http://127.0.0.1:8081")), OWN, "Origin"),
        ((HOST, ("Origin", "https://127.0.0.1:8080")), OWN, "Origin"),
        ((HOST, ("Origin", "http://127.0.0.1:8080"), ("origin", "http://evil.example")), OWN, "Origin"),
        ((), None, None),
        ((("Host", "localhost"),), None, None),
        ((("Host", "[::1]:9"),), None, None),
        ((("Host", "evil.example:8080"),), None, "Host"),
        ((("Host", "localhost.evil.example"),), None, "Host"),
        ((HOST, ("Origin", "http://127.0.0.1:8080")), None, None),
        ((HOST, ("Origin", "http://localhost:8080")), None, "Origin"),
        ((("Origin", "http://evil.example"),), None, "Origin"),
    ],
)
def test_a_foreign_host_or_origin_is_named(headers: Pairs, hosts: frozenset[str] | None, blamed: str | None) -> None:
    reason = foreign(Request("GET", "/", headers), hosts)
    assert (reason is None) is (blamed is None)
    assert blamed is None or f"`{blamed}`" in (reason or "")


def test_an_upstream_learns_of_no_foreign_request() -> None:
    class Upstream:
        asked = 0

        async def answer(self, request: Request) -> Answer:
            del request
            self.asked += 1
            return Answer(200)

    upstream = Upstream()
    local = LocalUpstream(upstream)
    refused = asyncio.run(local.answer(Request("POST", "/", (("Host", "evil.example"),))))
    assert (refused.status, refused.scripted, upstream.asked) == (403, True, 0)
    assert asyncio.run(local.answer(Request("POST", "/", (HOST,)))).status == 200
    assert upstream.asked == 1
