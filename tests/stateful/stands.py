"""The reference client of this checkout, whole or broken, as something to play with; nothing is installed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.sandboxes import SANDBOXES

from concordat.clients import Installed, load_manifests
from concordat.contract import load_contract
from concordat.stateful.client_run import Bounds, play
from concordat.stateful.harness import ModelHarness
from concordat.stateful.known_defects import KnownDefects
from concordat.stateful.machine import machine_for

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "reference"
HELPER = ROOT / "clients" / "protocol" / "python"
WHOLE = "reference"


class Wrong:
    """A sandbox mutant (`tests/mutants/sandboxes.py`) as an upstream."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sandbox = sandbox
        self._name = name

    async def answer(self, request: Request) -> Answer:
        return await SANDBOXES[self._name](self._sandbox, request)


def played(
    name: str, folder: Path, *, api: str, examples: int, shrink: bool = False, known: KnownDefects | None = None
) -> None:
    """Play the reference client, a mutant of it, or a mutant of the sandbox. Raises Disagreement."""
    manifest = load_manifests()[WHOLE]
    config = folder / "config.json"
    config.write_text(json.dumps(manifest.config(manifest.default or "")), "utf-8")
    mutant = name != WHOLE and name not in SANDBOXES
    program = [str(ROOT / "tests" / "mutants" / "mutant.py"), name] if mutant else [str(CLIENT / "adapter.py")]
    installed = Installed(
        name=name,
        version=manifest.default or "",
        style="reference",
        package=manifest.package,
        module=manifest.module,
        language="python",
        key="stateful",
        command=(sys.executable, *program, str(config)),
        env={"PYTHONPATH": os.pathsep.join(map(str, (CLIENT, HELPER)))},
        cwd=folder,
        sources=(CLIENT, HELPER),
    )
    broken = (lambda sandbox: Wrong(sandbox, name)) if name in SANDBOXES else None
    harness = ModelHarness(installed, load_contract(api), broken=broken)
    try:
        machine = machine_for(harness, frozenset(manifest.operations), known or KnownDefects())
        play(machine, Bounds(examples=examples), shrink=shrink)
    finally:
        harness.close()
