"""How a sandbox mutant is made: an upstream that is the sandbox but for one thing that is wrong.

They prove that a wrong server is seen as well as a wrong client: through what the client shows, through the state, or,
where the answer itself is no answer of the contract, as a harness error through `response.contract`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.http1.exchange import Request, header
from concordat.targets.sandbox import SandboxEnvironment, SandboxTarget

if TYPE_CHECKING:
    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.sandbox import Sandbox, World

__all__ = ["SANDBOXES", "BrokenTarget", "broken", "edited", "retargeted"]

Broken = Callable[["Sandbox", Request], Awaitable["Answer"]]
SANDBOXES: dict[str, Broken] = {}


def broken(answer: Broken) -> Broken:
    """Register a mutant under its function's name, with dashes: `sandbox:page-off-by-one`."""
    name = "sandbox:" + answer.__name__.replace("_", "-")
    assert name not in SANDBOXES, name
    SANDBOXES[name] = answer
    return answer


class BrokenTarget(SandboxTarget):
    """Makes environments whose sandbox answers as `mutant` does; None leaves it unbroken."""

    mutant: str | None = None

    async def environment(self, case: Case, contract: Contract) -> SandboxEnvironment:
        if self.mutant is None:
            return await super().environment(case, contract)
        return _BrokenEnvironment(case, contract, self.world(case), SANDBOXES[self.mutant])


class _BrokenEnvironment(SandboxEnvironment):
    def __init__(self, case: Case, contract: Contract, world: World, answer: Broken) -> None:
        super().__init__(case, contract, world)
        self._wrong = _BrokenUpstream(super().upstream, answer)

    @property
    def upstream(self) -> Any:
        return self._wrong


class _BrokenUpstream:
    def __init__(self, sandbox: Sandbox, answer: Broken) -> None:
        self._sandbox = sandbox
        self._wrong = answer

    async def answer(self, request: Request) -> Answer:
        return await self._wrong(self._sandbox, request)


def edited(answer: Answer, change: Callable[[dict[str, Any]], object], *, failures: bool = False) -> Answer:
    """Return an answer with its JSON object changed in place; only successes, or only failures, and none of a fault."""
    kind = header(answer.headers, "content-type") or ""
    if answer.faults or "json" not in kind or (answer.status >= 400) is not failures:
        return answer
    body = json.loads(answer.body)
    change(body)
    return msgspec.structs.replace(answer, body=json.dumps(body).encode())


def retargeted(request: Request, pattern: str, change: Callable[[re.Match[str]], str]) -> Request:
    """Return a request whose target was changed on its way into the sandbox."""
    return Request(request.method, re.sub(pattern, change, request.target), request.headers, request.body)
