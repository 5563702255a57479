from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contract
from concordat.resources import package_root
from concordat.sandbox import Sandbox, parse_world
from concordat.wire.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract import Contract
    from concordat.values import JsonObject
    from concordat.wire.answer import Answer
    from concordat.wire.exchange import Request

HERE = Path(__file__).parent
WORLD: JsonObject = {
    "companies": 2,
    "connections": 3,
    "customers": 12,
    "attachments": 3,
    "pushes": 3,
    "pulls": 2,
    "sync": {"takes": "0s"},
    "rateLimit": {"limit": 100_000_000},
}
"""Refreshes end at once, so that none is refused because another is under way."""
KNOWN = {
    "companyId": "company",
    "connectionId": "connection",
    "customerId": "customer",
    "attachmentId": "attachment",
    "pushOperationKey": "push",
    "datasetId": "pull",
    "doomed company": "company2",
    "doomed connection": "connection2",
    "changed connection": "connection3",
}
"""The hooks' words for records that exist, and the sandbox's bindings for them."""
UNREACHED = {"pushOptions.get"}
"""Only customers can be written in the sandbox, and their options have an operation of their own."""
PATIENCE = 300.0


class _Counting:
    """An upstream that counts the successes of each operation."""

    def __init__(self, sandbox: Sandbox, contract: Contract) -> None:
        self.succeeded: Counter[str] = Counter()
        self._sandbox = sandbox
        self._contract = contract

    async def answer(self, request: Request) -> Answer:
        answer = await self._sandbox.answer(request)
        match = self._contract.match(request.method, request.raw_path)
        if match is not None and answer.status < 300:
            self.succeeded[match.operation.name] += 1
        return answer


class _Served:
    """A sandbox on a port of its own, served from a thread of its own."""

    def __init__(self, contract: str) -> None:
        self.url = self.auth = self.known = ""
        self.failures: list[Exception] = []
        self.succeeded: Counter[str] = Counter()
        self._contract = contract
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    async def _serve(self) -> None:
        contract = load_contract(self._contract)
        sandbox = Sandbox(contract, parse_world(WORLD))
        counting = _Counting(sandbox, contract)
        self.succeeded = counting.succeeded
        listener = await Listener(counting).start()
        self.url, self.auth, self.failures = listener.url, sandbox.auth, listener.failures
        self.known = json.dumps({word: sandbox.bindings[name] for word, name in KNOWN.items()})
        self._ready.set()
        await self._over.wait()
        await listener.close()
        sandbox.close()

    @contextmanager
    def running(self) -> Iterator[_Served]:
        self._thread.start()
        assert self._ready.wait(10), "the sandbox did not start"
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(10)
            self._loop.close()


@pytest.mark.parametrize("contract", ["accounting", "sync-for-expenses"])
def test_schemathesis_finds_nothing_in_the_sandbox(contract: str, tmp_path: Path) -> None:
    root = package_root()
    with _Served(contract).running() as served:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(root / "contracts/schemathesis.toml")),
                *("--no-color", "run", str(root / f"contracts/{contract}.openapi.yaml"), "--url", served.url),
            ],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            cwd=tmp_path,
            env={
                **os.environ,
                "CONCORDAT_SANDBOX_AUTH": served.auth,
                "CONCORDAT_SANDBOX_KNOWN": served.known,
                "PYTHONPATH": str(HERE),
            },
        )
    operations = load_contract(contract).operations
    assert served.failures == []
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert set(operations) - set(served.succeeded) <= UNREACHED, "an operation was never reached"
    assert f"Tested: {len(operations)}" in done.stdout
    for phase in ("Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout.replace("✅  ", "✅ ")


def test_no_check_is_disabled_and_every_narrowing_names_a_decided_behaviour() -> None:
    config = (package_root() / "contracts/schemathesis.toml").read_text("utf-8")
    general, *narrowed = config.split("[[operations]]")
    assert "enabled = false" not in general
    assert general.count("docs/undefined-behaviour.md#") == len(narrowed) == 1
    decided = (HERE.parents[1] / "docs/undefined-behaviour.md").read_text("utf-8")
    hooks = (HERE / "schemathesis_hooks.py").read_text("utf-8")
    named = set(re.findall(r"#([a-z]+(?:-[a-z]+)+)", config + hooks))
    assert {"query-language", "order-by", "write-without-body", "refresh-without-connection"} <= named
    assert [anchor for anchor in sorted(named) if f'id="{anchor}"' not in decided] == []
