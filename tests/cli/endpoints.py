"""Endpoints that stand in for a live target, each named for what is wrong with it."""

from __future__ import annotations

import json
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import msgspec

from concordat.contract import load_contract
from concordat.contract_tests.server import serve
from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.exchange import Request, header
from concordat.sandbox import open_sandbox, parse_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from concordat.sandbox import Sandbox

KEY = "k3y-of-nobody"
JSON = (("Content-Type", "application/json"),)
PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"


class Sound:
    """An endpoint that answers as the sandbox does. Only requests of clients have a User-Agent, not the discovery's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.received = 0
        """Every request but the probe, those of the discovery included."""
        self.requests = 0
        self.times: list[float] = []
        self.request = Request("GET", "/")

    async def answer(self, request: Request) -> Answer:
        self.received += request.method != "HEAD"
        if header(request.headers, "user-agent") is None:
            return await self.sandbox.answer(request)
        self.requests += 1
        self.request = request
        self.times.append(time.monotonic())
        return await self.fail() or await self.sandbox.answer(request)

    async def fail(self) -> Answer | None:
        """Return the wrong answer to `request`, None where the endpoint answers well."""
        return None


class DiesAfterFourRequests(Sound):
    async def fail(self) -> Answer | None:
        return Answer(delivery=Delivery(DeliveryMode.RESET)) if self.requests > 4 else None


class LimitsRequests(Sound):
    async def fail(self) -> Answer | None:
        if self.requests <= 4 or self.requests > 8:
            return None
        return Answer(429, (*JSON, ("Retry-After", "0")), b'{"statusCode": 429, "error": "Slow down."}')


class ForgetsTheKey(Sound):
    async def fail(self) -> Answer | None:
        if self.requests <= 4:
            return None
        body = {
            "statusCode": 401,
            "error": f"The key {KEY} ({header(self.request.headers, 'authorization')}) has expired.",
        }
        return Answer(401, JSON, msgspec.json.encode(body))


class HasAnotherBasePath(Sound):
    async def fail(self) -> Answer | None:
        return Answer(404, (("Content-Type", "text/plain"),), b"404 page not found")


class ShowsALoginPage(Sound):
    async def fail(self) -> Answer | None:
        return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), PAGE)


class RedirectsToALoginPage(Sound):
    async def fail(self) -> Answer | None:
        if self.request.target.startswith("/login"):
            return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), PAGE)
        return Answer(302, (("Location", "/login"),), b"")


class MocksWithoutExamples(Sound):
    """Answers each list as Prism does without examples: one item made up from the schema."""

    async def fail(self) -> Answer | None:
        made_up = {
            "results": [{"id": "string", "status": "Unknown"}],
            "pageNumber": 0,
            "pageSize": 0,
            "totalResults": 0,
        }
        links = {name: {"href": "string"} for name in ("current", "self")}
        return Answer(200, JSON, msgspec.json.encode({**made_up, "_links": links}))


class MocksWithExamples(Sound):
    """Answers every request for customers with the example of the list, as a static mock does."""

    async def fail(self) -> Answer | None:
        listing = {"results": [{"id": "1", "status": "Active"}], "pageNumber": 1, "pageSize": 10, "totalResults": 1}
        links = {name: {"href": "/companies/1/data/customers"} for name in ("current", "self")}
        return Answer(200, JSON, msgspec.json.encode({**listing, "_links": links}))


class BreaksTheContract(Sound):
    """Answers each list without the page's numbers."""

    async def fail(self) -> Answer | None:
        return Answer(200, JSON, b'{"results": "none", "totalResults": "many"}')


class CountsSevenMore(Sound):
    """Has seven records more on every page than on the page before."""

    async def fail(self) -> Answer | None:
        answer = await self.sandbox.answer(self.request)
        found = json.loads(answer.body) if answer.body else None
        if not isinstance(found, dict) or "totalResults" not in found:
            return answer
        found["totalResults"] += 7 * self.requests
        return Answer(answer.status, JSON, msgspec.json.encode(found))


class AsksForAPause(Sound):
    pause = "2"

    async def fail(self) -> Answer | None:
        if self.requests != 1:
            return None
        return Answer(429, (*JSON, ("Retry-After", self.pause)), b'{"statusCode": 429, "error": "Slow down."}')


class AsksForAnHour(AsksForAPause):
    pause = "3600"


class AlwaysLimits(Sound):
    async def fail(self) -> Answer | None:
        return Answer(429, JSON, b'{"statusCode": 429, "error": "Slow down."}')


@contextmanager
def serving(kind: type[Sound]) -> Iterator[tuple[str, Sound]]:
    """Serve an endpoint of one kind; yield its URL and itself."""
    sandbox = open_sandbox(
        load_contract("accounting"), parse_world({"customers": 12, "auth": {"key": KEY}}, "accounting")
    )
    endpoint = kind(sandbox)

    @asynccontextmanager
    async def upstream() -> AsyncIterator[tuple[Sound, str]]:
        yield endpoint, sandbox.auth

    try:
        with serve(upstream) as found:
            yield found.url, endpoint
    finally:
        sandbox.close()
