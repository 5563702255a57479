"""Explores the whole reference client beside a mutant of it. Nothing is installed.

All ten with 2,000 examples each, one line a mutant, exit code 1 when one escapes:

    python -m tests.explore.hunting [NAME...] [--examples N] [--seed S]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.explore.rare import RARE

from concordat.clients import Installed, load_manifests
from concordat.contract import load_contract
from concordat.explore import Exploration, ExplorationClient, ExploreSettings, ParityLedger, explore_with

__all__ = ["WHOLE", "hunt"]

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "reference"
HELPER = ROOT / "clients" / "protocol" / "python"
PROGRAM = ROOT / "tests" / "explore" / "rare_client.py"
WHOLE = "reference"


def party(name: str, folder: Path, api: str = "sync-for-expenses", label: str | None = None) -> ExplorationClient:
    """Return the whole client, or a mutant of it by its name."""
    manifest = load_manifests()[WHOLE]
    config = folder / "config.json"
    config.write_text(json.dumps(manifest.config(manifest.default or "")), "utf-8")
    program = (str(CLIENT / "adapter.py"),) if name == WHOLE else (str(PROGRAM), name)
    installed = Installed(
        name=WHOLE,
        version=manifest.default or "",
        style="reference",
        package=manifest.package,
        module=manifest.module,
        language="python",
        key="rare",
        command=(sys.executable, *program, str(config)),
        env={"PYTHONPATH": os.pathsep.join(map(str, (CLIENT, HELPER)))},
        cwd=folder,
        sources=(CLIENT, HELPER),
    )
    return ExplorationClient(label or name, installed, manifest, load_contract(api))


def hunt(names: list[str], folder: Path, *, examples: int, seed: int, database: Path | None = None) -> Exploration:
    """Explore clients by name; the cases of what is found go to `folder / "quarantine"`."""
    parties = [
        party(name, folder, label=f"{name}#{at}" if names.index(name) != at else name) for at, name in enumerate(names)
    ]
    settings = ExploreSettings(
        clients=tuple(names), examples=examples, seed=seed, into=folder / "quarantine", database=database
    )
    return explore_with(parties, load_contract("sync-for-expenses"), ParityLedger(), settings, lambda _line: None)


def main() -> int:
    """Hunt mutants by name, all of them by default."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", default=list(RARE))
    options.add_argument("--examples", type=int, default=2000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    escaped = 0
    for name in given.names:
        with tempfile.TemporaryDirectory() as scratch:
            result = hunt([WHOLE, name], Path(scratch), examples=given.examples, seed=given.seed)
        escaped += not result.findings
        lines = [f"{name}: {result.examples} examples in {sum(result.seconds):.1f} s"]
        for one in result.findings:
            check, kind, pointer, _ = one.mark
            call = f"{one.scenario.operation}({', '.join(one.scenario.arguments)})"
            met = sum(one.operations.values())
            lines.append(f"  {call}: {check} {kind} {pointer}, met {met} times, replays: {one.replays}")
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
