"""The conclusion of a run from its results: the exit code, the parity of the clients, and causes for new failures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from concordat import resources
from concordat.checks.model import Verdict
from concordat.errors import EXIT_FAILURES, EXIT_HARNESS, EXIT_OK
from concordat.ledger.model import MODES, load_ledger
from concordat.ledger.recorder import ledger_yaml, record_failures
from concordat.runner.result import ParityGroup, ParityRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from concordat.catalogue.model import Case
    from concordat.runner.result import ClientInfo, Result

__all__ = ["exit_code_of", "nothing_ran", "parity_rows", "suggest_causes"]

_NOT_EXECUTED = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)
_LEAST_GROUPS = 2


def nothing_ran(counts: Mapping[Verdict, int]) -> bool:
    """Return whether the run executed no case."""
    return not sum(count for verdict, count in counts.items() if verdict not in _NOT_EXECUTED)


def exit_code_of(
    counts: Mapping[Verdict, int],
    clients: Iterable[ClientInfo],
    *,
    requested: Iterable[str],
    require_all: bool,
    ledger_wrong: bool,
) -> int:
    """Return the exit code: 0 as expected, 1 for red results or a wrong ledger, 3 for a failure of the harness.

    Such a failure is a harness error, a run without executed cases, or an unavailable client that the run requires:
    one that the `--client` specs (`requested`) name, or any under `require_all`. `counts` has the results by verdict.
    """
    named = {spec.partition("@")[0] for spec in requested}
    missing = any(require_all or info.name in named for info in clients if not info.available)
    if counts.get(Verdict.HARNESS_ERROR) or missing or nothing_ran(counts):
        return EXIT_HARNESS
    red = any(verdict.red and count for verdict, count in counts.items())
    return EXIT_FAILURES if red or ledger_wrong else EXIT_OK


def parity_rows(results: Iterable[Result]) -> tuple[ParityRow, ...]:
    """Return a row for each case on which its executed clients do not all agree, with the largest group first."""
    shapes: dict[tuple[str, str | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        if result.shape is not None and result.verdict not in _NOT_EXECUTED:
            shapes[result.case, result.row][result.shape].append(result.client)
    rows = []
    for (case, row), groups in shapes.items():
        if len(groups) < _LEAST_GROUPS:
            continue
        ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1]))
        rows.append(
            ParityRow(case=case, row=row, groups=tuple(ParityGroup(tuple(names), shape) for shape, names in ordered))
        )
    return tuple(sorted(rows, key=lambda parity: (parity.case, parity.row or "")))


def suggest_causes(results: Iterable[Result], cases: Iterable[Case]) -> list[Path]:
    """Write a ledger for every client with new failures and return the files; the reasons of new causes are empty."""
    by_key = {case.key: case for case in cases}
    failed: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.verdict is Verdict.FAIL:
            failed[result.client].append(result)
    written = []
    folder = (resources.project_root() or Path.cwd() / "concordat") / "clients"
    for client, listed in sorted(failed.items()):
        name, _, version = client.partition("@")
        name, _, suffix = name.partition(":")
        mode = next((known for known in MODES if known == suffix), None)
        checks = [(by_key[result.key], result.checks) for result in listed]
        today = dt.datetime.now(dt.UTC).date()
        proposed = record_failures(load_ledger(name), version, checks, today=today, mode=mode)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.ledger.yaml"
        path.write_text(ledger_yaml(proposed), "utf-8")
        written.append(path)
    return written
