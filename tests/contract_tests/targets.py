"""Targets of the contract tests: the sandbox with counted requests, and sandboxes with changed answers."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from concordat.contract import load_contract
from concordat.contract_tests import server
from concordat.sandbox import Sandbox, open_sandbox, parse_world
from concordat.sandbox.serve import read_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from typing import TypeAlias

    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Request

    Answering: TypeAlias = Callable[[Sandbox, Request], Awaitable[Answer]]


class Wrapped:
    """A sandbox with a function in front of its answers."""

    def __init__(self, sandbox: Sandbox, answer: Answering) -> None:
        self._sandbox = sandbox
        self._answer = answer

    async def answer(self, request: Request) -> Answer:
        return await self._answer(self._sandbox, request)


class Counting:
    """Counts requests by method, and successes by operation."""

    def __init__(self, contract: Contract) -> None:
        self.methods: Counter[str] = Counter()
        self.succeeded: Counter[str] = Counter()
        self._contract = contract

    async def answer(self, sandbox: Sandbox, request: Request) -> Answer:
        answer = await sandbox.answer(request)
        self.methods[request.method] += 1
        match = self._contract.match(request.method, request.raw_path)
        if match is not None and answer.status < 300:
            self.succeeded[match.operation.name] += 1
        return answer


def sandbox_factory(
    contract: str,
    answer: Answering,
    *,
    world: Mapping[str, Any] | None = None,
) -> server.UpstreamFactory:
    """Return the factory of a sandbox with a function in front of its answers, by default in the tests' own world."""

    @asynccontextmanager
    async def open_upstream() -> AsyncIterator[tuple[Upstream, str]]:
        there = read_world(server.world_file()) if world is None else parse_world(dict(world), contract)
        sandbox = open_sandbox(load_contract(contract), there)
        try:
            yield Wrapped(sandbox, answer), sandbox.auth
        finally:
            sandbox.close()

    return open_upstream
