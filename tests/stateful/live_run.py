"""Live runs of the model: this checkout's reference client, or a mutant of it, against a sandbox that acts as one."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.contract_tests.targets import sandbox_factory
from tests.reference_install import REFERENCE, installed_reference
from tests.stateful.reference_run import MUTANT_PROGRAM

from concordat.clients import load_manifests
from concordat.contract import load_contract
from concordat.contract_tests.server import serve
from concordat.sandbox import list_rules_of
from concordat.stateful.harness import ModelHarness
from concordat.stateful.known_defects import KnownDefects
from concordat.stateful.live_harness import LiveHarness
from concordat.stateful.live_machine import LiveMachine, live_machine_for
from concordat.stateful.live_model import LiveModel
from concordat.stateful.live_writes import WritingMachine
from concordat.stateful.model_run import Bounds, run_live_machine
from concordat.targets.live import LiveTarget
from concordat.targets.permission import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.contract_tests.targets import Answering

    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox

KEY = "concordat-sandbox-key"
WORLD: Mapping[str, Any] = {
    "companies": [{"name": "Model Trading"}],
    "customers": 12,
    "pulls": 2,
    "push": {"takes": "300ms"},
    "sync": {"takes": "300ms"},
    "rate-limit": {"limit": 100_000_000},
}


class Endpoint:
    """A sandbox whose clock follows the real one. `requests` are all requests, `state` is the sandbox's last state."""

    def __init__(self, answer: Answering) -> None:
        self.requests: list[Request] = []
        self.state: dict[str, Any] = {}
        self._answer = answer
        self._seen = time.monotonic()

    async def answer(self, sandbox: Sandbox, request: Request) -> Answer:
        self.requests.append(request)
        now = time.monotonic()
        sandbox.advance(now - self._seen)
        self._seen = now
        answer = await self._answer(sandbox, request)
        if request.method not in {"GET", "HEAD"}:
            self.state = dict(sandbox.state())
        return answer

    @property
    def methods(self) -> set[str]:
        return {request.method for request in self.requests}


@contextmanager
def endpoint(answer: Answering, *, api: str, world: Mapping[str, Any] = WORLD) -> Iterator[tuple[str, Endpoint]]:
    """Serve an endpoint; yields its URL."""
    acting = Endpoint(answer)
    with serve(sandbox_factory(api, acting.answer, world=world)) as served:
        yield served.url, acting


def run_live(
    url: str,
    folder: Path,
    *,
    api: str,
    client: str = REFERENCE,
    writes: bool = False,
    examples: int = 10,
    longest_wait: float = 3.0,
    between: Callable[[], None] | None = None,
) -> LiveModel:
    """Run the live model and return its counts. Raises Disagreement; `between` runs after the first reading."""
    installed = installed_reference(folder, None if client == REFERENCE else (MUTANT_PROGRAM, client))
    contract, rules = load_contract(api), list_rules_of(api)
    assert rules is not None
    target = LiveTarget.discover(url, KEY, [contract], permission=Permission.WRITE if writes else Permission.READ)
    harness = ModelHarness(installed, contract)
    try:
        with LiveHarness(harness, target, url=url) as live:
            model = LiveModel.of(live, rules)
            for reader in model.readers:
                model.window(reader)
            if between is not None:
                between()
            base = WritingMachine if writes else LiveMachine
            promised = frozenset(load_manifests()[REFERENCE].operations)
            machine = live_machine_for(base, live, model, promised, KnownDefects())
            machine.longest_wait = longest_wait
            run_live_machine(machine, Bounds(examples=examples, steps=12), shrink=False)
    finally:
        harness.close()
    return model
