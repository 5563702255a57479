"""`--record-failures`: new failures as proposed causes in the project's ledgers, for a person to complete."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from concordat import resources
from concordat.checks import Verdict
from concordat.ledger.model import MODES, load_ledger
from concordat.ledger.recorder import ledger_yaml, record_failures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case
    from concordat.runner.result import Result

__all__ = ["suggest_causes"]


def suggest_causes(results: Iterable[Result], cases: Iterable[Case]) -> list[Path]:
    """Write a ledger for every client with new failures and return the files; their reasons are left empty."""
    by_key = {case.key: case for case in cases}
    failed: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.verdict is Verdict.FAIL:
            failed[result.client].append(result)
    written = []
    folder = (resources.project_root() or Path.cwd() / "concordat") / "clients"
    for client, listed in sorted(failed.items()):
        name, _, version = client.partition("@")
        name, _, second = name.partition(":")
        mode = next((known for known in MODES if known == second), None)
        checks = [(by_key[result.key], result.checks) for result in listed]
        today = dt.datetime.now(dt.UTC).date()
        proposed = record_failures(load_ledger(name), version, checks, today=today, mode=mode)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.ledger.yaml"
        path.write_text(ledger_yaml(proposed), "utf-8")
        written.append(path)
    return written
