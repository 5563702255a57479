"""Explores the unbroken reference client beside a rare mutant of it. Installs nothing.

By default all mutants with 2,000 examples each. Prints one line per mutant; exit code 1 when the search misses one.

    python -m tests.explore.mutant_search [NAME...] [--examples N] [--seed S]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.explore.rare_mutants import RARE
from tests.reference_install import REFERENCE, installed_reference

from concordat.clients import load_manifests
from concordat.contract import load_contract
from concordat.explore import Exploration, ExplorationClient, ExploreSettings, ParityLedger, explore_with

__all__ = ["exploration_client", "search_for"]

MUTANT_PROGRAM = Path(__file__).parent / "rare_mutant.py"


def exploration_client(
    name: str, folder: Path, api: str = "sync-for-expenses", label: str | None = None
) -> ExplorationClient:
    """Return the unbroken client, or a mutant by its name."""
    installed = installed_reference(folder, None if name == REFERENCE else (MUTANT_PROGRAM, name))
    return ExplorationClient(label or name, installed, load_manifests()[REFERENCE], load_contract(api))


def search_for(
    names: list[str], folder: Path, *, examples: int, seed: int, database: Path | None = None
) -> Exploration:
    """Explore clients by name. The cases of the findings go to `folder / "quarantine"`."""
    clients = [
        exploration_client(name, folder, label=f"{name}#{at}" if names.index(name) != at else name)
        for at, name in enumerate(names)
    ]
    settings = ExploreSettings(
        clients=tuple(names), examples=examples, seed=seed, into=folder / "quarantine", database=database
    )
    return explore_with(clients, load_contract("sync-for-expenses"), ParityLedger(), settings, lambda _line: None)


def main() -> int:
    """Search for mutants by name, all of them by default."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", default=list(RARE))
    options.add_argument("--examples", type=int, default=2000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    missed = 0
    for name in given.names:
        with tempfile.TemporaryDirectory() as scratch:
            result = search_for([REFERENCE, name], Path(scratch), examples=given.examples, seed=given.seed)
        missed += not result.findings
        lines = [f"{name}: {result.examples} examples in {sum(result.seconds):.1f} s"]
        for one in result.findings:
            check, kind, pointer, _ = one.fingerprint
            call = f"{one.scenario.operation}({', '.join(one.scenario.arguments)})"
            met = sum(one.operations.values())
            lines.append(f"  {call}: {check} {kind} {pointer}, met {met} times, replays: {one.replays}")
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
