"""Serves ten customers the way a case meets them: a `CaseTap` over a `Sandbox`, in one process on uvloop.

Driven by JSON lines on stdin, each answered by one on stdout: `{"open": "tap"}` starts a fresh tap and sandbox,
`{"open": "bare"}` a sandbox on a listener that records and judges nothing, `{"close": true}` ends it and tells what was
recorded. The end of stdin ends the program.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop

from concordat.contract import load_contract
from concordat.http1.exchange import Ending
from concordat.http1.listener import Listener
from concordat.sandbox import Sandbox, parse_world
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from concordat.values import JsonObject

API = "accounting"
RECORDS = 10
gc.disable()  # as `concordat run` does; it collects between cases, as this does between rounds
# The quota of an account is 2,000 requests a day; a benchmark asks for more.
WORLD: JsonObject = {"customers": RECORDS, "rateLimit": {"limit": 100_000_000}}


@dataclass
class Stage:
    """What serves now."""

    sandbox: Sandbox
    tap: CaseTap | None = None
    listener: Listener | None = None


def target_of(sandbox: Sandbox) -> str:
    """The request target that every contender is asked for."""
    return f"/companies/{sandbox.bindings['company']}/data/customers?page=1&pageSize={RECORDS}"


async def opened(mode: str) -> tuple[Stage, dict[str, object]]:
    contract = load_contract(API)
    sandbox = Sandbox(contract, parse_world(WORLD))
    stage = Stage(sandbox)
    if mode == "tap":
        stage.tap = await CaseTap.start(sandbox, contract)
        url = stage.tap.url
    else:
        stage.listener = await Listener(sandbox).start()
        url = stage.listener.url
    return stage, {"url": url, "target": target_of(sandbox), "auth": sandbox.auth}


async def closed(stage: Stage) -> dict[str, object]:
    told: dict[str, object] = {}
    if stage.tap is not None:
        stage.tap.end()
        await stage.tap.close()
        exchanges = stage.tap.exchanges
        told = {
            "exchanges": len(exchanges),
            "complete": Counter(one.ending for one in exchanges)[Ending.COMPLETE],
            "operations": sorted({one.operation or "" for one in exchanges}),
            "with_body": sum(1 for one in exchanges if one.response is not None and one.response.body),
            "problems": sum(len(one.request_problems) + len(one.response_problems) for one in exchanges),
            "failures": len(stage.tap.failures),
        }
    elif stage.listener is not None:
        await stage.listener.close()
        told = {"failures": len(stage.listener.failures)}
    stage.sandbox.close()
    return told


async def main() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    stage: Stage | None = None
    while line := await reader.readline():
        command = json.loads(line)
        if "open" in command:
            stage, told = await opened(command["open"])
        elif stage is not None:
            told, stage = await closed(stage), None
            gc.collect()  # what a round has left must not be swept up in the next one's time
        else:
            told = {}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
