"""What every benchmark needs: the machine in words, robust statistics, and where results go."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ROOT", "Spread", "cpu_seconds", "machine", "one_line", "spread", "table", "write_results"]

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing."""

    median: float
    least: float
    most: float
    count: int


def spread(values: Sequence[float]) -> Spread:
    """Sum up measurements, at least one."""
    return Spread(statistics.median(values), min(values), max(values), len(values))


def machine() -> dict[str, object]:
    """Say where this ran: no name, no path. `busy` is the load average over a minute before the run."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "busy": round(os.getloadavg()[0], 2),
        "commit": one_line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _memory() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, OSError):
        return None


def one_line(*command: str) -> str:
    """Return the first line that a command prints, `unknown` when it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return next(iter(done.stdout.splitlines()), "unknown").strip()


def cpu_seconds(pid: int) -> float | None:
    """Return the CPU time that a process has used, all its threads; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows)) + "\n"


def write_results(name: str, data: dict[str, object], markdown: str) -> None:
    """Write `results/NAME.json` and `results/NAME.md`, and print the latter."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    stamped = {"benchmark": name, "machine": machine(), **data}
    text = json.dumps(stamped, indent=2, default=asdict) + "\n"
    for private in {str(ROOT), str(Path.home())} - {"/"}:
        assert private not in text + markdown, "results hold a path of this machine"
    (RESULTS / f"{name}.json").write_text(text, "utf-8")
    (RESULTS / f"{name}.md").write_text(markdown, "utf-8")
    print(markdown)
