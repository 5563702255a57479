"""Targets for the contract tests: the sandbox, counted, and broken ones."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from concordat.contract import load_contract
from concordat.contract_tests import server as serving
from concordat.sandbox import Sandbox, open_sandbox
from concordat.sandbox.serve import read_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Request


class Wrapped:
    """A sandbox whose answers go through a function."""

    def __init__(self, sandbox: Sandbox, answer: Callable[[Sandbox, Request], Awaitable[Answer]]) -> None:
        self._sandbox = sandbox
        self._answer = answer

    async def answer(self, request: Request) -> Answer:
        return await self._answer(self._sandbox, request)


class Counting:
    """Counts an API's requests: methods, and the operations that succeeded."""

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


def making(contract: str, answer: Callable[[Sandbox, Request], Awaitable[Answer]]) -> serving.Making:
    """Serve a sandbox in the contract tests' world, its answers through a function."""

    @asynccontextmanager
    async def make() -> AsyncIterator[tuple[Upstream, str]]:
        held = open_sandbox(load_contract(contract), read_world(serving.world_file()))
        try:
            yield Wrapped(held, answer), held.auth
        finally:
            held.close()

    return make
