"""Runs of the model with this checkout's reference client, a mutant of it, or a broken sandbox. Installs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.sandboxes import SANDBOXES
from tests.reference_install import REFERENCE, installed_reference

from concordat.clients import load_manifests
from concordat.contract import load_contract
from concordat.stateful.harness import ModelHarness
from concordat.stateful.known_defects import KnownDefects
from concordat.stateful.machine import machine_for
from concordat.stateful.model_run import Bounds, run_machine

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox

MUTANT_PROGRAM = Path(__file__).parents[1] / "mutants" / "mutant.py"


class BrokenSandbox:
    """A sandbox mutant (`tests/mutants/sandboxes.py`) as an upstream."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sandbox = sandbox
        self._name = name

    async def answer(self, request: Request) -> Answer:
        return await SANDBOXES[self._name](self._sandbox, request)


def run_reference(
    name: str, folder: Path, *, api: str, examples: int, shrink: bool = False, known: KnownDefects | None = None
) -> None:
    """Run the model with the reference client, a mutant of it, or a mutant of the sandbox. Raises Disagreement."""
    mutant = name != REFERENCE and name not in SANDBOXES
    installed = installed_reference(folder, (MUTANT_PROGRAM, name) if mutant else None)
    broken = (lambda sandbox: BrokenSandbox(sandbox, name)) if name in SANDBOXES else None
    harness = ModelHarness(installed, load_contract(api), broken=broken)
    try:
        machine = machine_for(harness, frozenset(load_manifests()[REFERENCE].operations), known or KnownDefects())
        run_machine(machine, Bounds(examples=examples), shrink=shrink)
    finally:
        harness.close()
