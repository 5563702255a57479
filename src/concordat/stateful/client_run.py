"""Plays the model: what the options ask for, and Hypothesis within bounds."""

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

__all__ = ["EXAMPLES", "STEPS", "Bounds", "bounds_of", "choices_of", "play", "play_client"]

EXAMPLES = 60
STEPS = 30
"""Rules in one example, at most."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is played. `seed` None: the same examples in every run, nothing kept between runs."""

    examples: int = EXAMPLES
    seed: int | None = None
    offline: bool = False


def bounds_of(config: pytest.Config) -> Bounds:
    """Read the options."""
    given = config.getoption("--hypothesis-seed", None)
    return Bounds(
        examples=config.getoption("--examples") or EXAMPLES,
        seed=int(given) if given is not None and str(given).isdigit() else None,
        offline=bool(config.getoption("--offline")),
    )


def choices_of(config: pytest.Config) -> list[tuple[ClientChoice, str]]:
    """Return every client with each of its contracts that the options leave; the reference client without any.

    Raises UsageError and ManifestError.
    """
    if config.getoption("--target") != "sandbox":
        message = "the stateful model is played on the sandbox only: it looks into the state and moves the clock"
        raise UsageError(message, hint="leave --target out; `concordat.suite.contract` takes a live one")
    known = load_contracts()
    wanted = tuple(config.getoption("--api"))
    for name in wanted:
        if name not in known:
            message = f"there is no contract `{name}`"
            raise UsageError(message, hint=did_you_mean(name, known))
    choices = select(config.getoption("--client") or ["reference"])
    for choice in choices:
        known_defects(choice.manifest.name, choice.version)  # a wrong file is said before anything is installed
    spoken = [(choice, api) for choice in choices for api in choice.manifest.apis if not wanted or api in wanted]
    modelled = [(choice, api) for choice, api in spoken if api in APIS]
    if spoken and not modelled:
        message = f"the model knows none of {', '.join(dict.fromkeys(api for _, api in spoken))}"
        raise UsageError(message, hint=f"choose clients of {' or '.join(sorted(APIS))}")
    return modelled


def play_client(choice: ClientChoice, api: str, bounds: Bounds) -> KnownDefects:
    """Install a client and play it; return the known defects that were met.

    Raises Disagreement, shrunk, with the steps in its notes; ClientUnavailable and AdapterError for a client that is
    not there.
    """
    installed = asyncio.run(provision(choice, offline=bounds.offline))
    known = known_defects(choice.manifest.name, choice.version)
    harness = ModelHarness(installed, load_contract(api))
    try:
        play(machine_for(harness, frozenset(choice.manifest.operations), known), bounds)
    finally:
        harness.close()
    return known


def play(machine: type[ClientMachine], bounds: Bounds, *, shrink: bool = True) -> None:
    """Run the machine. Raises Disagreement."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    limits = settings(
        max_examples=bounds.examples,
        stateful_step_count=STEPS,
        # every call has a deadline of its own, which names the client; the machine's load is nobody's fault
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
