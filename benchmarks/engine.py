"""The engine's own times, from a shell: a whole run, one case, a large catalogue.

    python benchmarks/engine.py --what start       one case on the reference client, from the shell to the verdict
    python benchmarks/engine.py --what run         the catalogue on every default client, installs warm
    python benchmarks/engine.py --what cpu         the engine's own CPU time for one case on one client
    python benchmarks/engine.py --what catalogue   10,000 generated cases, collected and linted

`--save` writes benchmarks/results/engine-WHAT.{json,md}. Each measurement is a process of its own, after one that does
not count and warms files and installs up. Each prints a line to stderr as it ends, since `run` and `cpu` take minutes:
whole runs of the catalogue, one more than `--times` says.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import ROOT, Spread, machine, spread, table, write_results

CONCORDAT = (sys.executable, "-m", "concordat")
START_CASE = "customers.list.first-page"
LIMITS = {"start": 1.5, "run": 60.0, "cpu": 3.0, "catalogue": 5.0}
"""Seconds, of `cpu` milliseconds."""
CASES = 10_000
PER_FILE = 100
_AREAS = (
    "requests",
    "pagination",
    "errors",
    "push",
    "attachments",
    "decoding",
    "resilience",
    "write-safety",
    "auth",
    "more",
)
_TIMEOUT = 600.0
_TIMED_RUN = """
import resource, sys
from pathlib import Path
from concordat.cli.run import run
code = run(sys.argv[2:], Path(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_SELF)
print("engine-cpu", used.ru_utime + used.ru_stime)
sys.exit(code)
"""
_OK = (0, 1)
"""Exit codes of a run that is complete: all as expected, or with red results (those are not what is measured)."""


@dataclass(frozen=True)
class Timed:
    """One process: seconds by the wall, CPU seconds of it and of its children, its exit code and output."""

    wall: float
    cpu: float
    code: int
    output: str


def timed(command: tuple[str, ...], *, cwd: Path) -> Timed:
    """Run a command to its end; one that takes too long ends the benchmark."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    try:
        done = subprocess.run(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as late:
        sys.exit(f"benchmark: {shown_command(command)} took more than {_TIMEOUT:g} s:\n{str(late.output)[-2000:]}")
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    note(f"{wall:.1f} s, {cpu:.1f} s of CPU, exit {done.returncode}: {shown_command(command)}")
    return Timed(wall, cpu, done.returncode, done.stdout)


def shown_command(command: tuple[str, ...]) -> str:
    """Return a command without the interpreter's path and without a program that was passed as text."""
    return " ".join("PROGRAM" if "\n" in part else part for part in command[1:])


def note(text: str) -> None:
    """Say on stderr how far it is: whoever ends a benchmark early shall not be left with nothing."""
    print(f"benchmark: {text}", file=sys.stderr, flush=True)


def repeated(command: tuple[str, ...], *, cwd: Path, times: int, allowed: tuple[int, ...]) -> list[Timed]:
    """Run a command once to warm up, then so many times; any other exit code than those allowed ends the benchmark."""
    found = []
    for number in range(times + 1):
        one = timed(command, cwd=cwd)
        if one.code not in allowed:
            sys.exit(f"benchmark: {shown_command(command)} exited with {one.code}:\n{one.output[-2000:]}")
        if number:
            found.append(one)
    return found


def start(place: Path, times: int) -> dict[str, Any]:
    """Time one case on the reference client, `concordat run CASE --client reference`."""
    report = place / "report"
    command = (*CONCORDAT, "run", START_CASE, "--client", "reference", "--offline", "--report", str(report))
    found = repeated(command, cwd=ROOT, times=times, allowed=(0,))
    totals = reported(report)["totals"]
    return {"wall": walls(found), "cpu": cpus(found), "what": f"`{START_CASE}` on `reference`", "totals": totals}


def run(place: Path, times: int) -> dict[str, Any]:
    """Time the default profile of the whole catalogue on the default versions of all clients, installs warm."""
    report = place / "report"
    command = (*CONCORDAT, "run", "--offline", "--report", str(report))
    found = repeated(command, cwd=ROOT, times=times, allowed=_OK)
    whole = reported(report)
    if not whole["footer"]["complete"]:
        sys.exit("benchmark: the run's report is not complete")
    clients = [f"{one['name']}@{one['version']}" for one in whole["clients"] if one.get("available", True)]
    unavailable = [one["name"] for one in whole["clients"] if not one.get("available", True)]
    results = len(whole["results"])
    return {
        "wall": walls(found),
        "cpu": cpus(found),
        "what": f"{results} results of {len(clients)} clients: {', '.join(clients)}",
        "unavailable": unavailable,
        "cpu_ms_per_result": spread([one.cpu / max(1, results) * 1000 for one in found]),
        "totals": whole["totals"],
    }


def cpu(place: Path, times: int) -> dict[str, Any]:
    """Measure the CPU time of the engine's own process: a whole run less a run of one case, by the results between.

    Clients are processes of their own, so neither their calls nor their starts are counted, and waits cost no CPU time;
    the tap, the sandbox, the judging and the report are.
    """
    found: list[float] = []
    results = 0
    for number in range(times + 1):
        one, _ = engine_cpu(place / "one", f"--case={START_CASE}", "--client=reference")
        whole, results = engine_cpu(place / "whole")
        if number:
            found.append((whole - one) / (results - 1) * 1000)
    return {"cpu_ms": spread(found), "what": f"the engine's process, {results} executed results"}


def engine_cpu(report: Path, *arguments: str) -> tuple[float, int]:
    """Run the suite in a process that says at its end what CPU time it has used; return that and the results."""
    command = (sys.executable, "-c", _TIMED_RUN, str(report), f"--report={report}", "--offline", *arguments)
    one = timed(command, cwd=ROOT)
    if one.code not in _OK:
        sys.exit(f"benchmark: a run exited with {one.code}:\n{one.output[-2000:]}")
    return float(one.output.rpartition("engine-cpu ")[2].split()[0]), int(reported(report)["totals"]["executed"])


def catalogue(place: Path, times: int) -> dict[str, Any]:
    """Time `concordat cases lint` over a project whose own catalogue has 10,000 cases more."""
    project = generated(place / "project", CASES)
    lint = repeated((*CONCORDAT, "cases", "lint"), cwd=project, times=times, allowed=(0,))
    seen = timed((*CONCORDAT, "cases", "list"), cwd=project)
    known = seen.output.count("generated.")
    if known != CASES:
        sys.exit(f"benchmark: {known} generated cases were collected instead of {CASES}")
    return {"wall": walls(lint), "cpu": cpus(lint), "what": f"collect and lint {CASES:,} generated cases"}


def generated(project: Path, count: int) -> Path:
    """Write a project with so many cases of its own, each with a request, a payload and an error expectation."""
    (project / "concordat").mkdir(parents=True)
    (project / "pyproject.toml").write_text("[tool.concordat]\npath = 'concordat'\n", "utf-8")
    for first in range(0, count, PER_FILE):
        area = _AREAS[first // PER_FILE % len(_AREAS)]
        folder = project / "concordat" / "cases" / area
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(_case(area, number) for number in range(first, min(first + PER_FILE, count)))
        (folder / f"generated-{first // PER_FILE:04}.yaml").write_text(text, "utf-8")
    return project


def _case(area: str, number: int) -> str:
    size = number % 100 + 1
    return f"""\
- id: generated.{area}.case-{number:05}
  title: Page {number} of customers is asked for and read
  why: A generated case, number {number}, for timing what a large catalogue costs.
  source: contract:sync-for-expenses#list-customers
  apis: [accounting, sync-for-expenses]
  world: {{customers: {number % 30}}}
  steps:
    - call: customers.list
      with: {{companyId: $company, page: {number % 7 + 1}, pageSize: {size}}}
      expect:
        requests:
          - method: GET
            path: [companies, $company, data, customers]
            query: {{page: {number % 7 + 1}, pageSize: {size}}}
        outcome:
          reported: ok
          payload: {{pageNumber: {number % 7 + 1}, results: {{length: {{at-most: {size}}}}}}}
"""


def reported(report: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((report / "report.json").read_text("utf-8"))
    return found


def walls(found: list[Timed]) -> Spread:
    return spread([one.wall for one in found])


def cpus(found: list[Timed]) -> Spread:
    return spread([one.cpu for one in found])


def shown(what: str, found: dict[str, Any]) -> str:
    if what == "cpu":
        own: Spread = found["cpu_ms"]
        head = ["what", "ms for one case on one client, median", "least to most", "times", "wanted"]
        span = f"{own.least:.2f} to {own.most:.2f}"
        return table(head, [[found["what"], f"{own.median:.2f}", span, str(own.count), f"at most {LIMITS[what]:g}"]])
    wall: Spread = found["wall"]
    used: Spread = found["cpu"]
    limit = LIMITS[what]
    head = ["what", "seconds, median", "least to most", "CPU seconds, median", "times", "wanted"]
    row = [found["what"], f"{wall.median:.2f}", f"{wall.least:.2f} to {wall.most:.2f}", f"{used.median:.2f}"]
    return table(head, [[*row, str(wall.count), f"under {limit:g}"]])


def ended(number: int, _frame: object) -> None:
    """Take a request to end as an error, so that the process under measurement is ended too."""
    sys.exit(f"benchmark: ended by signal {number} before it was done; the measurements above are all there are")


def main() -> int:
    """Measure one thing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=sorted(LIMITS), required=True)
    parser.add_argument("--times", type=int, help="measurements; by default 10 of start, 3 of others")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/engine-WHAT.{json,md}")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, ended)
    before = machine()
    times = given.times or (10 if given.what == "start" else 3)
    place = Path(tempfile.mkdtemp(prefix="concordat-benchmark-"))
    try:
        found = {"start": start, "run": run, "cpu": cpu, "catalogue": catalogue}[given.what](place, times)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    text = shown(given.what, found)
    text += f"\nLoad average before: {before['busy']}.\n"
    if given.save:
        write_results(f"engine-{given.what}", {"before": before, "wanted": LIMITS[given.what], **found}, text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
