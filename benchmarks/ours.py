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
from concordat.sandbox import Sandbox, open_sandbox, parse_world
from concordat.tap import CaseTap

if TYPE_CHECKING:
    from concordat.values import JsonObject

API = "accounting"
RECORDS = 10
gc.disable()  # as `concordat run` does; it collects between cases, as this does between rounds
# The quota of an account is 2,000 requests a day; a benchmark asks for more.
WORLD: JsonObject = {"customers": RECORDS, "rate-limit": {"limit": 100_000_000}}


@dataclass
class CaseEnvironment:
    """What serves now."""

    sandbox: Sandbox
    tap: CaseTap | None = None
    listener: Listener | None = None


def target_of(sandbox: Sandbox) -> str:
    """The request target that every contender is asked for."""
    return f"/companies/{sandbox.bindings['company']}/data/customers?page=1&pageSize={RECORDS}"


async def opened(mode: str) -> tuple[CaseEnvironment, dict[str, object]]:
    contract = load_contract(API)
    sandbox = open_sandbox(contract, parse_world(WORLD))
    environment = CaseEnvironment(sandbox)
    if mode == "tap":
        environment.tap = await CaseTap.start(sandbox, contract)
        url = environment.tap.url
    else:
        environment.listener = await Listener(sandbox).start()
        url = environment.listener.url
    return environment, {"url": url, "target": target_of(sandbox), "auth": sandbox.auth}


async def closed(environment: CaseEnvironment) -> dict[str, object]:
    reported: dict[str, object] = {}
    if environment.tap is not None:
        environment.tap.end()
        await environment.tap.close()
        exchanges = environment.tap.exchanges
        reported = {
            "exchanges": len(exchanges),
            "complete": Counter(one.ending for one in exchanges)[Ending.COMPLETE],
            "operations": sorted({one.operation or "" for one in exchanges}),
            "with_body": sum(1 for one in exchanges if one.response is not None and one.response.body),
            "problems": sum(len(one.request_problems) + len(one.response_problems) for one in exchanges),
            "failures": len(environment.tap.failures),
        }
    elif environment.listener is not None:
        await environment.listener.close()
        reported = {"failures": len(environment.listener.failures)}
    environment.sandbox.close()
    return reported


async def main() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    environment: CaseEnvironment | None = None
    while line := await reader.readline():
        command = json.loads(line)
        if "open" in command:
            environment, reported = await opened(command["open"])
        elif environment is not None:
            reported, environment = await closed(environment), None
            gc.collect()  # what a round has left must not be swept up in the next one's time
        else:
            reported = {}
        print(json.dumps(reported), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
