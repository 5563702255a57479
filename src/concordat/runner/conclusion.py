"""The conclusion of a run from its results: the exit code, the parity of the clients, and causes for new failures."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat import resources
from concordat.checks.model import Verdict
from concordat.errors import EXIT_FAILURES, EXIT_HARNESS, EXIT_OK
from concordat.ledger.matcher import LedgerMatcher
from concordat.ledger.model import MODES, load_ledger
from concordat.ledger.recorder import ledger_yaml, record_failures
from concordat.runner.result import ParityGroup, ParityRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from concordat.catalogue.model import Case
    from concordat.checks import Check
    from concordat.runner.result import ClientInfo, Result

__all__ = [
    "exit_code_of",
    "ledger_problems",
    "nothing_ran",
    "parity_rows",
    "reasons_of",
    "suggest_causes",
    "written_note",
]

_LEAST_GROUPS = 2
_MOST_REASONS = 5
_BRACKETS = re.compile(r" \([^()]*\)")


def nothing_ran(counts: Mapping[Verdict, int]) -> bool:
    """Return whether the run executed no case."""
    return not sum(count for verdict, count in counts.items() if verdict.executed)


def written_note(results: Iterable[Result], mark: str) -> str | None:
    """Return how many writes a live target accepted and how their records are named, None for a run without writes."""
    count = sum(len(result.written) for result in results)
    if not count:
        return None
    return f'the target accepted {count:,} writes; the names of what they made contain "{mark}"'


def reasons_of(results: Iterable[Result]) -> str | None:
    """Return the reasons of results that did not run, each with its number, the most frequent first; None without one.

    Reasons that differ in a part in brackets, such as the names of operations, count as one.
    """
    counts = Counter(_BRACKETS.sub("", result.reason) for result in results if result.reason)
    parts = [f"{count:,}: {reason}" for reason, count in counts.most_common(_MOST_REASONS)]
    others = counts.total() - sum(count for _, count in counts.most_common(_MOST_REASONS))
    return " | ".join([*parts, *([f"{others:,}: other reasons"] if others else [])]) or None


def exit_code_of(
    counts: Mapping[Verdict, int],
    clients: Iterable[ClientInfo],
    *,
    requested: Iterable[str],
    require_all: bool,
    ledger_wrong: bool,
) -> int:
    """Return the exit code: 0 as expected, 1 for red results or a wrong ledger, 3 for a run that is not reliable.

    Such a run has a harness error, a result that a live target broke (`target`), no executed case, or an unavailable
    client that it requires: one that the `--client` specs (`requested`) name, or any under `require_all`. `counts` has
    the results by verdict.
    """
    named = {spec.partition("@")[0] for spec in requested}
    missing = any(require_all or info.name in named for info in clients if not info.available)
    if any(counts.get(verdict) for verdict in Verdict if verdict.unusable) or missing or nothing_ran(counts):
        return EXIT_HARNESS
    red = any(verdict.red and count for verdict, count in counts.items())
    return EXIT_FAILURES if red or ledger_wrong else EXIT_OK


def parity_rows(results: Iterable[Result]) -> tuple[ParityRow, ...]:
    """Return a row for each case on which its executed clients do not all agree, with the largest group first."""
    shapes: dict[tuple[str, str | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        if result.shape is not None and result.verdict.executed:
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


def ledger_problems(clients: Iterable[ClientInfo], results: Iterable[Result], cases: Mapping[str, Case]) -> list[str]:
    """Return a line for each entry of a ledger whose rows ran completely with another number of failures.

    It counts in the results of the whole run, which several processes or shards may have executed. `cases` is the
    catalogue by key.
    """
    by_client: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_client[result.client].append(result)
    found: list[str] = []
    for info in clients:
        name, _, mode = info.name.partition(":")
        ledger = load_ledger(name)
        if not any(entry.rows for cause in ledger.causes for entry in cause.entries):
            continue
        matcher = LedgerMatcher(ledger, info.requested, mode or "sync")
        for result in by_client[info.label]:
            if result.key in cases:
                matcher.apply(cases[result.key], tuple(_unexplained(result)))
        found += [str(problem) for problem in matcher.problems()]
    return found


def _unexplained(result: Result) -> Iterator[Check]:
    """Yield a result's checks as they were before the ledger was applied."""
    before = {Verdict.KNOWN_FAILURE: Verdict.FAIL, Verdict.UNEXPECTED_PASS: Verdict.PASS}
    for check in result.checks:
        if check.id != "ledger":
            yield msgspec.structs.replace(check, verdict=before.get(check.verdict, check.verdict), cause=None)


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
