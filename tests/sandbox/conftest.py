"""A desk that sends requests to a sandbox, and checks every answer against the contract."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest

from concordat.contract import load_contracts
from concordat.http1.exchange import Request, Response
from concordat.sandbox import Sandbox, open_sandbox, parse_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from concordat.catalogue.model import Fault


class Desk:
    """Sends requests to one sandbox; every answer to a known operation must be valid under the contract."""

    def __init__(self, sandbox: Sandbox, api: str) -> None:
        self.sandbox = sandbox
        self.contract = load_contracts()[api]
        bound = sandbox.bindings
        self.company = f"/companies/{bound.get('company')}"
        self.connection = f"{self.company}/connections/{bound.get('connection')}"
        self.customers = f"{self.company}/data/customers"
        self.push = f"{self.connection}/push/customers"

    def ask(
        self, method: str, target: str, json: object = msgspec.UNSET, *, auth: str | None = "", **headers: str
    ) -> Response:
        """Send one request; `headers` are named with underscores; `auth` None sends no key."""
        body = b"" if json is msgspec.UNSET else json if isinstance(json, bytes) else msgspec.json.encode(json)
        pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
        if auth is not None:
            pairs.append(("Authorization", auth or self.sandbox.auth))
        if body and "Content_Type" not in headers:
            pairs.append(("Content-Type", "application/json"))
        request = Request(method, target, tuple(pairs), body)
        answer = asyncio.run(self.sandbox.answer(request))
        match = self.contract.match(method, request.raw_path)
        if match is not None and not answer.scripted:
            problems = self.contract.check_response(match.operation, answer.status, answer.headers, answer.body)
            assert problems == (), f"{method} {target}"
        return Response(answer.status, answer.headers, answer.body)

    def state(self) -> dict[str, Any]:
        """Return the state of the sandbox."""
        return dict(self.sandbox.state())

    def get(self, target: str) -> Any:
        """Read something that must be there."""
        response = self.ask("GET", target)
        assert response.status == 200, response.body
        return response.json


class OpenDesk(Protocol):
    """Opens a sandbox: `desk({world}, api=..., faults=...)`."""

    def __call__(
        self, world: dict[str, Any] | None = None, *, api: str = "accounting", faults: Sequence[Fault] = ()
    ) -> Desk: ...


@pytest.fixture
def desk() -> Iterator[OpenDesk]:
    """Open sandboxes: `desk({world}, api=..., faults=...)`."""
    opened: list[Sandbox] = []

    def open_desk(
        world: dict[str, Any] | None = None, *, api: str = "accounting", faults: Sequence[Fault] = ()
    ) -> Desk:
        sandbox = open_sandbox(load_contracts()[api], parse_world(world), faults)
        opened.append(sandbox)
        return Desk(sandbox, api)

    yield open_desk
    for sandbox in opened:
        sandbox.close()
