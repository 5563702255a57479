"""A run of the model: the clients, contracts and bounds of the options, and the state machine within the bounds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from concordat.clients import provision, select
from concordat.contract import load_contract, load_contracts
from concordat.errors import UsageError, did_you_mean
from concordat.sandbox import APIS
from concordat.stateful.harness import ModelHarness
from concordat.stateful.known_defects import known_defects
from concordat.stateful.machine import machine_for

if TYPE_CHECKING:
    import pytest

    from concordat.clients import ClientChoice
    from concordat.stateful.known_defects import KnownDefects
    from concordat.stateful.machine import ClientMachine

__all__ = ["EXAMPLES", "STEPS", "Bounds", "bounds_from", "choices_from", "run_client", "run_machine"]

EXAMPLES = 60
STEPS = 30
"""The largest number of rules in one example."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The size of a run. With `seed` None, every run has the same examples."""

    examples: int = EXAMPLES
    seed: int | None = None
    offline: bool = False


def bounds_from(config: pytest.Config) -> Bounds:
    """Return the bounds of a pytest run's options."""
    seed_text = config.getoption("--hypothesis-seed", None)
    return Bounds(
        examples=config.getoption("--examples") or EXAMPLES,
        seed=int(seed_text) if seed_text is not None and str(seed_text).isdigit() else None,
        offline=bool(config.getoption("--offline")),
    )


def choices_from(config: pytest.Config) -> list[tuple[ClientChoice, str]]:
    """Return each selected client with each of its selected contracts; by default the reference client.

    Raises UsageError and ManifestError.
    """
    if config.getoption("--target") != "sandbox":
        message = "the stateful model runs on the sandbox only: it reads the state and moves the clock"
        raise UsageError(message, hint="leave --target out; `concordat.suite.contract` takes a live one")
    known = load_contracts()
    apis = tuple(config.getoption("--api"))
    for name in apis:
        if name not in known:
            message = f"there is no contract `{name}`"
            raise UsageError(message, hint=did_you_mean(name, known))
    choices = select(config.getoption("--client") or ["reference"])
    for choice in choices:
        known_defects(choice.manifest.name, choice.version)  # raises for a wrong file before anything is installed
    spoken = [(choice, api) for choice in choices for api in choice.manifest.apis if not apis or api in apis]
    modelled = [(choice, api) for choice, api in spoken if api in APIS]
    if spoken and not modelled:
        message = f"the model supports none of {', '.join(dict.fromkeys(api for _, api in spoken))}"
        raise UsageError(message, hint=f"choose clients of {' or '.join(sorted(APIS))}")
    return modelled


def run_client(choice: ClientChoice, api: str, bounds: Bounds) -> KnownDefects:
    """Install a client, run the model with it, and return its known defects with their counts.

    Raises a shrunk Disagreement with the steps in its notes, and ClientUnavailable or AdapterError for a client that
    cannot be installed or started.
    """
    installed = asyncio.run(provision(choice, offline=bounds.offline))
    known = known_defects(choice.manifest.name, choice.version)
    harness = ModelHarness(installed, load_contract(api))
    try:
        run_machine(machine_for(harness, frozenset(choice.manifest.operations), known), bounds)
    finally:
        harness.close()
    return known


def run_machine(machine: type[ClientMachine], bounds: Bounds, *, shrink: bool = True) -> None:
    """Run the state machine. Raises Disagreement."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    limits = settings(
        max_examples=bounds.examples,
        stateful_step_count=STEPS,
        # every call has its own timeout, whose error names the client
        deadline=None,
        derandomize=bounds.seed is None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    if bounds.seed is not None:
        machine = seed(bounds.seed)(machine)
    run_state_machine_as_test(machine, settings=limits)
