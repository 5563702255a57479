"""A run of the model: the clients, contracts and bounds of the options, and the state machine within the bounds.

On the sandbox, `run_client` uses the machine that predicts each answer and the state. On a live endpoint,
`run_live_client` uses the machine that compares reads, and with writes follows its own records.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from concordat.clients import provision, select
from concordat.contract import load_contract, load_contracts
from concordat.errors import NothingRan, UsageError, did_you_mean
from concordat.sandbox import APIS, list_rules_of
from concordat.stateful.harness import ModelHarness
from concordat.stateful.known_defects import known_defects
from concordat.stateful.machine import machine_for
from concordat.targets.pacing import PaceLimits, Pacing, parse_rate
from concordat.targets.permission import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from concordat.clients import ClientChoice
    from concordat.stateful.known_defects import KnownDefects
    from concordat.stateful.live_machine import LiveMachine
    from concordat.targets.live import LiveTarget

__all__ = [
    "EXAMPLES",
    "STEPS",
    "Bounds",
    "LiveOptions",
    "bounds_from",
    "choices_from",
    "live_options_from",
    "run_client",
    "run_live_client",
    "run_live_machine",
    "run_machine",
]

EXAMPLES = 60
STEPS = 30
"""The largest number of rules in one example."""
_LIVE_EXAMPLES = 10
_LIVE_STEPS = 12
_LIVE_RATE = "5/s"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The size of a run. With `seed` None, every run has the same examples."""

    examples: int = EXAMPLES
    seed: int | None = None
    offline: bool = False
    steps: int = STEPS


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """A live endpoint, its key, what the run may do there, and the seconds between two requests."""

    url: str
    api_key: str
    permission: Permission
    interval: float

    @property
    def writes(self) -> bool:
        """Whether the run may write."""
        return self.permission >= Permission.WRITE

    def discover(self, apis: Iterable[str]) -> LiveTarget:
        """Return the endpoint with its records. Raises CredentialsMissing, TargetUnreachable or UsageError."""
        # the HTTP client takes a quarter of a second to import, and a run on the sandbox does not need it
        from concordat.targets.live import LiveTarget  # noqa: PLC0415

        contracts = [load_contract(api) for api in apis]
        pacing = Pacing(PaceLimits(self.interval))
        return LiveTarget.discover(self.url, self.api_key, contracts, permission=self.permission, pacing=pacing)


def live_options_from(config: pytest.Config, *, api_key: str) -> LiveOptions | None:
    """Return the live endpoint of a pytest run, None on the sandbox. Raises UsageError for an invalid rate."""
    url = str(config.getoption("--target"))
    if url == "sandbox":
        return None
    permission = Permission.WRITE if config.getoption("--allow-writes") else Permission.READ
    if config.getoption("--disposable"):
        permission = Permission.DISPOSABLE
    return LiveOptions(url, api_key, permission, parse_rate(config.getoption("--rate-limit") or _LIVE_RATE))


def bounds_from(config: pytest.Config) -> Bounds:
    """Return the bounds of a pytest run's options."""
    seed_text = config.getoption("--hypothesis-seed", None)
    live = config.getoption("--target") != "sandbox"
    return Bounds(
        examples=config.getoption("--examples") or (_LIVE_EXAMPLES if live else EXAMPLES),
        steps=_LIVE_STEPS if live else STEPS,
        seed=int(seed_text) if seed_text is not None and str(seed_text).isdigit() else None,
        offline=bool(config.getoption("--offline")),
    )


def choices_from(config: pytest.Config) -> list[tuple[ClientChoice, str]]:
    """Return each selected client with each of its selected contracts; by default the reference client.

    Raises UsageError and ManifestError.
    """
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


def run_live_client(
    choice: ClientChoice, api: str, bounds: Bounds, options: LiveOptions, target: LiveTarget
) -> tuple[KnownDefects, list[str]]:
    """Install a client, run the live model with it, and return its known defects and the reasons of unjudged calls.

    Raises as `run_client`, and NothingRan when no answer could be judged.
    """
    from concordat.stateful import live_machine  # noqa: PLC0415
    from concordat.stateful.live_harness import LiveHarness  # noqa: PLC0415 - see `LiveOptions.discover`
    from concordat.stateful.live_model import LiveModel  # noqa: PLC0415
    from concordat.stateful.live_writes import WritingMachine  # noqa: PLC0415

    installed = asyncio.run(provision(choice, offline=bounds.offline))
    known = known_defects(choice.manifest.name, choice.version)
    rules = list_rules_of(api)
    assert rules is not None, "choices_from selects no API without rules"
    harness = ModelHarness(installed, load_contract(api))
    try:
        with LiveHarness(harness, target, url=options.url) as live:
            model = LiveModel.of(live, rules)
            base = WritingMachine if options.writes else live_machine.LiveMachine
            promised = frozenset(choice.manifest.operations)
            run_live_machine(live_machine.live_machine_for(base, live, model, promised, known), bounds)
    finally:
        harness.close()
    unjudged = [f"{times} x {reason}" for reason, times in model.unjudged.most_common()]
    if not model.judged:
        message = f"no answer of {api} could be judged"
        raise NothingRan(message, cause="; ".join(unjudged) or "the target has no records that the client reads")
    return known, unjudged


def run_live_machine(machine: type[LiveMachine], bounds: Bounds, *, shrink: bool = True) -> None:
    """Run the state machine of a live endpoint. Raises Disagreement, also one that a further run did not show again."""
    try:
        run_machine(machine, bounds, shrink=shrink)
    except Flaky:
        model = machine.model
        if model.found is None:
            raise
        requests = "\n".join(f"    {line}" for line in model.found_after)
        model.found.add_note(f"A further run of this sequence did not show it again. The requests:\n{requests}")
        raise model.found from None


def run_machine(machine: type[RuleBasedStateMachine], bounds: Bounds, *, shrink: bool = True) -> None:
    """Run the state machine. Raises Disagreement."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    limits = settings(
        max_examples=bounds.examples,
        stateful_step_count=bounds.steps,
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
