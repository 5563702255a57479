"""Plain pytest beside `concordat run`, and two processes beside one: one client, one selection, in turns.

    python benchmarks/plain_pytest.py --what start    plain pytest by `concordat run`, one area of the catalogue
    python benchmarks/plain_pytest.py --what split    two processes by one, the whole default profile of one client

`--save` writes benchmarks/results/plain-pytest-WHAT.{json,md}. Each measurement is a process of its own, after one that
does not count. The numbers are ratios of processes that take turns, so that other load on the machine meets all alike.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from common import machine, spread, table, write_results
from engine import CONCORDAT, Timed, ended, reported, timed

CLIENT = "python-expenses"
AREA = "pagination"
PYTEST = (sys.executable, "-m", "pytest", "-q", "--pyargs", "concordat.suite", "--offline", "--client", CLIENT)
RUN = (*CONCORDAT, "run", "--offline", "--client", CLIENT)
ALONE = (
    "-p",
    "no:schemathesis",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:anyio",
    "-p",
    "no:xdist",
    "-p",
    "no:looponfail",
)
CONTENDERS = {
    "start": {
        "`concordat run`": (*RUN, AREA),
        "pytest, all installed plugins": (*PYTEST, "--case", AREA),
        "pytest, without the plugins of schemathesis, Hypothesis, anyio and xdist": (*PYTEST, *ALONE, "--case", AREA),
    },
    "split": {
        "`concordat run`": RUN,
        "`concordat run --workers 2`": (*RUN, "--workers", "2"),
        "pytest": PYTEST,
        "pytest -n 2": (*PYTEST, "-n", "2"),
    },
}
WANTED = {"start": 1.3, "split": 1.0}
"""The greatest ratio to the first contender, by wall time."""


def measured(what: str, place: Path, times: int) -> dict[str, list[Timed]]:
    """Run all contenders in turns, each round in another order, and return the measurements by contender."""
    found: dict[str, list[Timed]] = {name: [] for name in CONTENDERS[what]}
    project = place / "project"  # an empty folder, as a user has it before the first run
    project.mkdir()
    totals: dict[str, Any] = {}
    for number in range(times + 1):
        names = list(found)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            report = place / str(names.index(name))
            one = timed((*CONTENDERS[what][name], "--report", str(report)), cwd=project)
            if one.code not in (0, 1):
                sys.exit(f"benchmark: {name} exited with {one.code}:\n{one.output[-2000:]}")
            totals[name] = reported(report)["totals"]
            if number:
                found[name].append(one)
    if len({str(sorted(total.items())) for total in totals.values()}) != 1:
        sys.exit(f"benchmark: the contenders have other results: {totals}")
    return found


def shown(what: str, found: dict[str, list[Timed]]) -> tuple[str, dict[str, Any]]:
    """Return the table, and the spreads and ratios by contender. A ratio is the median of those of each round."""
    first = next(iter(found.values()))
    rows, data = [], {}
    for name, listed in found.items():
        wall, cpu = spread([one.wall for one in listed]), spread([one.cpu for one in listed])
        ratio = spread([one.wall / other.wall for one, other in zip(listed, first, strict=True)])
        data[name] = {"wall": wall, "cpu": cpu, "ratio": ratio}
        cells = [f"{wall.median:.2f}", f"{wall.least:.2f} to {wall.most:.2f}", f"{cpu.median:.2f}"]
        rows.append([name, *cells, f"{ratio.median:.2f}", f"{ratio.least:.2f} to {ratio.most:.2f}", str(wall.count)])
    head = ["what", "seconds, median", "least to most", "CPU seconds, median", "ratio, median", "ratios", "times"]
    return table(head, rows) + f"\nRatios by wall time to the first row; wanted: at most {WANTED[what]:g}.\n", data


def main() -> int:
    """Measure one thing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=sorted(CONTENDERS), required=True)
    parser.add_argument("--times", type=int, help="rounds; by default 10 of start, 3 of split")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/plain-pytest-WHAT.{json,md}")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, ended)
    # As on a user's machine: without cached bytecode, pytest rewrites the modules of all plugins in every run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
    before = machine()
    place = Path(tempfile.mkdtemp(prefix="concordat-benchmark-"))
    try:
        found = measured(given.what, place, given.times or (10 if given.what == "start" else 3))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    text, data = shown(given.what, found)
    text += f"Load average before: {before['busy']}.\n"
    if given.save:
        write_results(f"plain-pytest-{given.what}", {"before": before, "wanted": WANTED[given.what], **data}, text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
