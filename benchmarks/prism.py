"""Concordat's sandbox and tap beside Prism 5: the same contract, the same request, the same load, in one run.

    python benchmarks/prism.py                     five interleaved rounds of three seconds each
    python benchmarks/prism.py --rounds 9 --seconds 5 --save

Contenders, see docs/benchmarks.md for what each does to a request:
    concordat    a CaseTap over a Sandbox: every exchange recorded, and judged in both directions
    sandbox      the Sandbox alone, neither recorded nor judged by a tap
    prism-mock   `prism mock` with the sandbox's own answer as the static example, silent: Prism at its fastest
    prism-log    the same as it starts by default: one log of each request
    prism-proxy  `prism proxy` before Concordat's sandbox: requests and responses validated, as the tap does
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import copy
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import ours
from common import ROOT, Spread, cpu_seconds, machine, one_line, spread, table, write_results

from concordat.contract import load_contract
from concordat.http1.exchange import Request
from concordat.resources import cache_home
from concordat.sandbox import open_sandbox, parse_world

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = ROOT / "benchmarks"
PACKAGE = "@stoplight/prism-cli"
WANTED_RATIO = 4.0
_START = 60.0
_INSTALL = 600.0
_GRACE = 5.0
_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


@dataclass(frozen=True)
class Sample:
    """One round of one contender: requests per second, latencies in seconds, the server's CPU in ms per request."""

    rate: float
    p50: float
    p99: float
    requests: int
    cpu_ms: float | None
    generator_cpu: float


@dataclass(frozen=True)
class Load:
    """How hard, and how long."""

    connections: int
    seconds: float
    most: int


@dataclass(frozen=True)
class Address:
    """What to ask, and with which key."""

    url: str
    auth: str


class Contender(Protocol):
    """A server that can be measured."""

    name: str
    pid: int

    def begin(self) -> Address:
        """Be ready for one round."""
        ...

    def end(self, requests: int) -> None:
        """Check what is left of the round."""
        ...


class Ours:
    """Concordat, in a process of its own; `mode` as in `ours.py`. Each round has a fresh tap and sandbox, as a case."""

    def __init__(self, name: str, mode: str, stack: contextlib.ExitStack) -> None:
        self.name = name
        self._mode = mode
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "ours.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid
        stack.callback(stopped, self._process)

    def begin(self) -> Address:
        reported = self._tell({"open": self._mode})
        return Address(reported["url"] + reported["target"], reported["auth"])

    def end(self, requests: int) -> None:
        reported = self._tell({"close": True})
        if reported["failures"]:
            fail(f"{self.name} had {reported['failures']} failures of its own")
        if self._mode != "tap":
            return
        recorded = (reported["exchanges"], reported["complete"], reported["with_body"])
        if set(recorded) != {requests} or reported["problems"] or reported["operations"] != ["customers.list"]:
            fail(f"{self.name} did not record and judge all of {requests} exchanges: {reported}")

    def _tell(self, command: dict[str, object]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            fail(f"{self.name} ended")
        reported: dict[str, Any] = json.loads(line)
        return reported


class Prism:
    """Prism, one process of Node, warm from round to round."""

    def __init__(self, name: str, arguments: list[str], address: Address, stack: contextlib.ExitStack) -> None:
        self.name = name
        port = free_port()
        self._address = Address(f"http://127.0.0.1:{port}{address.url}", address.auth)
        command = ["node", str(entry()), *arguments, "--multiprocess=false", "--port", str(port), "--host", "127.0.0.1"]
        # Prism writes its log to stdout; a file is the cheapest reader there is.
        log = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=node_environment()
        )
        self.pid = self._process.pid
        stack.callback(stopped, self._process)
        wait_for(port, self._process, name)

    def begin(self) -> Address:
        return self._address

    def end(self, requests: int) -> None:
        if self._process.poll() is not None:
            fail(f"{self.name} ended after {requests} requests")


def fail(message: str) -> None:
    """End the benchmark: a number of a broken run is worth nothing."""
    sys.exit(f"benchmark: {message}")


def node_environment() -> dict[str, str]:
    """What Node gets: production mode, as anyone who measures would choose."""
    return {**os.environ, "NODE_ENV": "production", "NO_COLOR": "1", "NODE_NO_WARNINGS": "1"}


def folder() -> Path:
    return cache_home() / "benchmarks"


def entry() -> Path:
    return folder() / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"


def install() -> str:
    """Install the locked Prism beside the clients, once, and return its version."""
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"][PACKAGE]
    manifest = entry().parent.parent / "package.json"
    if manifest.is_file() and json.loads(manifest.read_text("utf-8"))["version"] == wanted:
        return str(wanted)
    npm = shutil.which("npm")
    if npm is None:
        fail("npm is not installed")
    folder().mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder() / name)
    subprocess.run([str(npm), "ci", *_QUIET], cwd=folder(), timeout=_INSTALL, check=True)
    return str(wanted)


def mock_contract(place: Path) -> tuple[Path, Address]:
    """Write the contract with the sandbox's own page as the example of 200, and say what to ask for."""
    contract = load_contract(ours.API)
    sandbox = open_sandbox(contract, parse_world(ours.WORLD))
    target, auth = ours.target_of(sandbox), sandbox.auth
    answer = asyncio.run(sandbox.answer(Request("GET", target, (("Authorization", auth),))))
    sandbox.close()
    document: Any = copy.deepcopy(contract.document)
    responses = document["paths"][contract.operation("customers.list").path]["get"]["responses"]
    responses["200"]["content"]["application/json"]["example"] = json.loads(answer.body)
    path = place / "contract.json"
    path.write_text(json.dumps(document, default=str), "utf-8")
    return path, Address(target, auth)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[Any], name: str) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    fail(f"{name} does not listen")


def stopped(process: subprocess.Popen[Any]) -> None:
    """End a process that this program started."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_GRACE)


@contextlib.contextmanager
def contenders(names: list[str]) -> Iterator[list[Contender]]:
    """Start every contender."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path, address = mock_contract(place)
        found: list[Contender] = []
        for name in names:
            if name in {"concordat", "sandbox"}:
                found.append(Ours(name, "tap" if name == "concordat" else "bare", stack))
            elif name == "prism-proxy":
                upstream = Ours("upstream", "bare", stack).begin().url
                base = upstream.removesuffix(address.url)
                found.append(Prism(name, ["proxy", str(path), base, "--verboseLevel", "silent"], address, stack))
            else:
                quiet = [] if name == "prism-log" else ["--verboseLevel", "silent"]
                found.append(Prism(name, ["mock", str(path), *quiet], address, stack))
        yield found


def measure(contender: Contender, load: Load) -> Sample:
    """Put one contender under load, from a process of its own."""
    address = contender.begin()
    before = cpu_seconds(contender.pid)
    command = [sys.executable, str(HERE / "load.py"), address.url]
    command += ["--connections", str(load.connections), "--seconds", str(load.seconds), "--most", str(load.most)]
    command += ["--records", str(ours.RECORDS), "--header", f"Authorization={address.auth}"]
    command += ["--header", "Accept=application/json", "--header", "User-Agent=concordat-benchmark"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=load.seconds + 60, check=False)
    if done.returncode:
        fail(f"{contender.name}: {done.stderr.strip()}")
    reported = json.loads(done.stdout)
    after = cpu_seconds(contender.pid)
    contender.end(reported["requests"])
    cpu = None if before is None or after is None else (after - before) / reported["requests"] * 1000
    return Sample(reported["rate"], reported["p50"], reported["p99"], reported["requests"], cpu, reported["cpu"])


def run(names: list[str], rounds: int, load: Load, warm: Load) -> dict[str, list[Sample]]:
    """Warm every contender up, then measure them in turns, each round in another order."""
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    with contenders(names) as found:
        for contender in found:
            measure(contender, warm)
        for number in range(rounds):
            turn = number % len(found)
            for contender in found[turn:] + found[:turn]:
                samples[contender.name].append(measure(contender, load))
    return samples


def summary(samples: dict[str, list[Sample]]) -> tuple[dict[str, object], str]:
    """Return the numbers, and the table that a person reads. Ratios compare medians of the same run."""
    base = samples.get("concordat", [])
    ours_rate = spread([one.rate for one in base]).median if base else None
    ours_cpu = spread([one.cpu_ms for one in base if one.cpu_ms is not None] or [0.0]).median
    data: dict[str, object] = {}
    rows: list[list[str]] = []
    for name, listed in samples.items():
        rate, p99 = spread([one.rate for one in listed]), spread([one.p99 for one in listed])
        cpus = [one.cpu_ms for one in listed if one.cpu_ms is not None]
        cpu = spread(cpus) if cpus else None
        ratio = None if ours_rate is None or not name.startswith("prism") else ours_rate / rate.median
        by_cpu = None if ratio is None or cpu is None or not ours_cpu else cpu.median / ours_cpu
        ratios = {"requests_per_second": ratio, "server_cpu": by_cpu}
        data[name] = {"rate": rate, "p99_s": p99, "cpu_ms": cpu, "concordat_is_times": ratios, "rounds": listed}
        rows.append(
            [
                f"`{name}`",
                f"{rate.median:,.0f}",
                f"{rate.least:,.0f} to {rate.most:,.0f}",
                f"{spread([one.p50 for one in listed]).median * 1000:.1f}",
                f"{p99.median * 1000:.1f}",
                "" if cpu is None else f"{cpu.median:.3f}",
                f"{max(one.generator_cpu for one in listed):.0%}",
                "" if ratio is None else f"{ratio:.1f} x",
                "" if by_cpu is None else f"{by_cpu:.1f} x",
            ]
        )
    head = ["server", "requests/s, median", "least to most", "p50 ms", "p99 ms", "server CPU ms/request"]
    return data, table([*head, "generator's core", "concordat is", "by CPU"], rows)


def main() -> int:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = ["concordat", "prism-mock", "sandbox", "prism-log", "prism-proxy"]
    parser.add_argument("--only", nargs="+", choices=every, default=every, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one contender's round")
    parser.add_argument("--most", type=int, default=30_000, help="requests in one round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/prism.{json,md}")
    given = parser.parse_args()
    version = install()
    before = machine()
    load = Load(given.connections, given.seconds, given.most)
    samples = run(given.only, given.rounds, load, Load(given.connections, 3.0, 4_000))
    data, text = summary(samples)
    rates: dict[str, Spread] = {name: spread([one.rate for one in listed]) for name, listed in samples.items()}
    mocks = [rates[name].median for name in rates if name.startswith("prism")]
    notes = [f"Prism {version} on Node {one_line('node', '--version')}, {given.rounds} rounds of {given.seconds:g} s,"]
    notes.append(f"{given.connections} connections; load average before the run {before['busy']}.")
    if mocks and "concordat" in rates:
        ratio = rates["concordat"].median / max(mocks)
        notes.append(f"Beside the fastest Prism: {ratio:.2f} x (wanted: at least {WANTED_RATIO:g} x).")
    text += "\n" + " ".join(notes) + "\n"
    if given.save:
        whole = {"prism": version, "node": one_line("node", "--version"), "load": asdict(load), "before": before}
        write_results("prism", {**whole, "servers": data}, text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
