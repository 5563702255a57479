"""Examples per second: an exploration through the reference client beside `schemathesis run`.

The same sandbox (in this process, on the same listener), the same contract, the same run, turn about. An example of
ours is one call of the SDK through its adapter, compared with the contract; one of schemathesis is one request that
arrived at the sandbox, checked by all of its checks.

    python benchmarks/explore.py --rounds 3 --examples 1000 --save
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from common import ROOT, machine, spread, table, write_results

from concordat.clients import Installed, load_manifests
from concordat.contract import load_contract
from concordat.explore import ExplorationClient, ParityLedger
from concordat.explore.explorer import Explorer, callable_operations
from concordat.http1.listener import Listener
from concordat.sandbox import open_sandbox, parse_world

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request

API = "sync-for-expenses"
DEADLINE = 600.0


class Counted:
    """A sandbox that counts what it is asked."""

    def __init__(self) -> None:
        self.sandbox = open_sandbox(load_contract(API), parse_world(None))
        self.requests = 0

    async def answer(self, request: Request) -> Answer:
        self.requests += 1
        return await self.sandbox.answer(request)


def ours(folder: Path, examples: int, seed: int) -> tuple[float, int]:
    """Return examples per second, and how many there were; start and end of the adapter are not counted."""
    manifest = load_manifests()["reference"]
    config = folder / "config.json"
    config.write_text(json.dumps(manifest.config(manifest.default or "")), "utf-8")
    client, helper = ROOT / "clients" / "reference", ROOT / "clients" / "protocol" / "python"
    installed = Installed(
        name="reference",
        version=manifest.default or "",
        style="reference",
        package=manifest.package,
        module=manifest.module,
        language="python",
        key="benchmark",
        command=(sys.executable, str(client / "adapter.py"), str(config)),
        env={"PYTHONPATH": f"{client}:{helper}"},
        cwd=folder,
    )
    contract = load_contract(API)
    client_under_test = ExplorationClient("reference", installed, manifest, contract, upstream=Counted())
    explorer = Explorer(
        contract, [client_under_test], ParityLedger(), callable_operations(contract, [client_under_test])
    )
    explorer.start()
    try:
        explorer.generate(20, seed + 1, lambda _: None)
        began, before = time.perf_counter(), explorer.examples
        explorer.generate(examples, seed, lambda _: None)
        done = explorer.examples - before
        return done / (time.perf_counter() - began), done
    finally:
        explorer.stop()


def theirs(folder: Path, examples: int, seed: int) -> tuple[float, int]:
    """Return requests per second of `schemathesis run`, from its first request to its last, and how many."""
    counted = Counted()
    times: list[float] = []
    answer = counted.answer

    async def timed(request: Request) -> Answer:
        times.append(time.perf_counter())
        return await answer(request)

    counted.answer = timed  # type: ignore[method-assign]  # the first and the last one are what is timed
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listener = Listener(counted)
    asyncio.run_coroutine_threadsafe(listener.start(), loop).result(10)
    each = max(1, examples // len(load_contract(API).operations))
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", str(ROOT / "contracts" / f"{API}.openapi.yaml"),
        "--url", listener.url, "--header", f"Authorization: {counted.sandbox.auth}", "--phases", "fuzzing",
        "--max-examples", str(each), "--seed", str(seed), "--continue-on-failure", "--no-shrink",
    ]  # fmt: skip
    try:
        # its exit code says what it thinks of the sandbox, which other tests hold it to
        subprocess.run(command, cwd=folder, capture_output=True, timeout=DEADLINE, check=False)
    finally:
        asyncio.run_coroutine_threadsafe(listener.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
    if len(times) < examples // 4:
        message = f"schemathesis made {len(times)} requests only: it did not run as it should"
        raise SystemExit(message)
    return (len(times) - 1) / (times[-1] - times[0]), len(times)


def main() -> None:
    """Take turns and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--examples", type=int, default=1000)
    options.add_argument("--save", action="store_true")
    given = options.parse_args()
    where = machine()
    rates: dict[str, list[float]] = {"concordat explore": [], "schemathesis run": []}
    counts: dict[str, int] = dict.fromkeys(rates, 0)
    turns = [("concordat explore", ours), ("schemathesis run", theirs)]
    for number in range(given.rounds):
        for name, run in turns if number % 2 == 0 else reversed(turns):
            with tempfile.TemporaryDirectory() as folder:
                rate, count = run(Path(folder), given.examples, number)
            rates[name].append(rate)
            counts[name] += count
    rows = [
        [name, f"{s.median:.0f}", f"{s.least:.0f} to {s.most:.0f}", f"{counts[name]:,}"]
        for name, s in ((name, spread(values)) for name, values in rates.items())
    ]
    lines = [table(["what", "examples/s, median", "least to most", "examples in all"], rows)]
    ratio = spread(rates["concordat explore"]).median / spread(rates["schemathesis run"]).median
    lines.append(f"{ratio:.1f} x (wanted: at least 1 x); load average before: {where['busy']}")
    text = "\n".join(lines) + "\n"
    if given.save:
        write_results("explore", {"machine": where, "rates": rates, "counts": counts, "ratio": ratio}, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
