"""Runs the catalogue several times and compares the verdicts: one that is not the same each time is a defect of ours.

    python -m tests.stability                              ten runs of the default profile, every default client
    python -m tests.stability --runs 2 -- --client reference cases/errors
    python -m tests.stability OLD NEW --names names.yaml   two reports, across a change of names (see `comparison`)

What follows `--` goes to `concordat run`. Exit: 0 the same each time, 1 differences (listed), 2 bad usage, 3 a run
without a report.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tests.comparison import Names, disagreements, load_names, read_record
from tests.timeouts import scaled

from concordat.errors import ReportError
from concordat.report.store import load_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from concordat.runner.result import Report

__all__ = ["differences", "main", "run"]

DEADLINE = scaled(1800)
"""Seconds for one run."""
MISSING = "no result"
_SHOWN = 200


def differences(reports: Sequence[Report]) -> Iterator[str]:
    """Yield a line for each result, or check of a result, that has not the same verdict in all reports."""
    seen = [_verdicts(report) for report in reports]
    for key in sorted({key for verdicts in seen for key in verdicts}):
        found = [verdicts.get(key, MISSING) for verdicts in seen]
        if len(set(found)) > 1:
            counted = ", ".join(f"{count} x {verdict}" for verdict, count in Counter(found).most_common())
            odd = [
                str(number) for number, verdict in enumerate(found, 1) if verdict != Counter(found).most_common(1)[0][0]
            ]
            yield f"{key}: {counted} (run {', '.join(odd)})"


def _verdicts(report: Report) -> dict[str, str]:
    verdicts: dict[str, str] = {}
    for result in report.results:
        key = f"{result.key} with {result.client}" + (f" ({result.mode})" if result.mode else "")
        verdicts[key] = str(result.verdict)
        for check in result.checks:
            # a check may stand for several requests: their verdicts belong together
            verdicts[f"{key}: {check.id}"] = f"{verdicts.get(f'{key}: {check.id}', '')} {check.verdict}".strip()
    return verdicts


def run(folder: Path, args: Sequence[str]) -> Report:
    """Play the catalogue once, into a folder. Raises ReportError when the run left no whole report."""
    command = [sys.executable, "-m", "concordat", "run", "--report", str(folder), *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    try:
        return load_report(folder)
    except ReportError:
        click.echo(f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}", err=True)
        raise


def main(argv: Sequence[str] | None = None) -> int:
    """Run, compare, print. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Run the catalogue several times and compare the verdicts.")
    parser.add_argument("--runs", type=int, default=10, help="how often (default 10)")
    parser.add_argument("--names", type=Path, help="with OLD NEW: a file of the names that changed between them")
    parser.add_argument("reports", nargs="*", type=Path, metavar="OLD NEW", help="compare two reports, run nothing")
    words = list(sys.argv[1:] if argv is None else argv)
    end = words.index("--") if "--" in words else len(words)
    given = parser.parse_args(words[:end])
    if len(given.reports) not in (0, 2) or (given.names and not given.reports):
        parser.error("name two reports to compare, OLD NEW, or none to run; --names goes with two")
    try:
        if given.reports:
            return _compare(*given.reports, names=load_names(given.names) if given.names else Names())
        reports = _play(given.runs, words[end + 1 :])
    except (ReportError, subprocess.TimeoutExpired) as error:
        click.echo(f"a run left no report: {error}", err=True)
        return 3
    found = list(differences(reports))
    count = len({(result.key, result.client) for report in reports for result in report.results})
    return _say(found, f"{len(reports)} runs, {count} results each")


def _compare(old: Path, new: Path, *, names: Names) -> int:
    records = [read_record(path, names) for path in (old, new)]
    found = list(disagreements(*records))
    counts = [f"{len(r.results)} results, {len(r.checks)} checks, {len(r.causes)} explained" for r in records]
    return _say(found, f"{counts[0]} -> {counts[1]}" if counts[0] != counts[1] else counts[0])


def _say(found: Sequence[str], what: str) -> int:
    for line in found[:_SHOWN]:
        click.echo(line)
    if len(found) > _SHOWN:
        click.echo(f"... and {len(found) - _SHOWN} more")
    click.echo(f"{what}: {len(found)} differences")
    return 1 if found else 0


def _play(times: int, args: Sequence[str]) -> list[Report]:
    reports = []
    with tempfile.TemporaryDirectory(prefix="stability-") as folder:
        for number in range(1, times + 1):
            reports.append(run(Path(folder) / f"run-{number}", args))
            totals = reports[-1].totals
            click.echo(f"run {number} of {times}: {totals['executed']} executed, {totals['fail']} failed", err=True)
    return reports


if __name__ == "__main__":
    sys.exit(main())
