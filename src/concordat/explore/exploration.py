"""An exploration from its settings to its result: clients installed, scenarios played, findings judged and written."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.clients import provision, select, variant_of
from concordat.contract import load_contracts
from concordat.errors import UsageError, did_you_mean
from concordat.explore.casefile import name_case, read_case, write_case
from concordat.explore.exploration_client import ExplorationClient
from concordat.explore.explorer import Explorer
from concordat.explore.ledger import load_parity_ledger
from concordat.explore.replay import replays
from concordat.resources import project_root

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concordat.clients import ClientChoice
    from concordat.contract import Contract
    from concordat.explore.findings import Finding
    from concordat.explore.ledger import ParityLedger

__all__ = ["Exploration", "ExploreSettings", "choose_contract", "explore", "explore_with", "quarantine"]

_LEAST_CLIENTS = 2


class ExploreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What to explore. `database` keeps what was found for the next run; `into` takes the cases of new findings."""

    clients: tuple[str, ...]
    examples: int = 2000
    seed: int = 0
    api: str | None = None
    into: Path | None = None
    database: Path | None = None
    offline: bool = False


@dataclass(kw_only=True)
class Exploration:
    """What came of it: `findings` are new to the ledger.

    `seconds` is the time of the examples, then that of making findings small.
    """

    api: str
    clients: tuple[str, ...]
    operations: int
    seed: int
    examples: int = 0
    calls: int = 0
    seconds: tuple[float, float] = (0.0, 0.0)
    findings: list[Finding] = field(default_factory=list)
    known: dict[str, dict[str, int]] = field(default_factory=dict)
    """How often classes of the parity ledger were met, by id and by client."""
    trouble: tuple[str, ...] = ()
    interrupted: bool = False


def quarantine() -> Path:
    """Return where new findings go: `cases/quarantine` of the user's project, of a new one where there is none."""
    return (project_root() or Path("concordat")) / "cases" / "quarantine"


def choose_contract(choices: Sequence[ClientChoice], api: str | None) -> Contract:
    """Return the contract to explore: the one that was asked for, else the first that all clients speak.

    Raises UsageError for an unknown name, and where the clients have none in common.
    """
    contracts = load_contracts()
    if api is not None and api not in contracts:
        message = f"there is no API `{api}`"
        raise UsageError(message, hint=did_you_mean(api, contracts))
    spoken = [choice.manifest.apis for choice in choices]
    common = [name for name in spoken[-1] if all(name in apis for apis in spoken) and name in contracts]
    if api is None and common:
        return contracts[common[0]]
    deaf = [choice.label for choice in choices if api is not None and api not in choice.manifest.apis]
    if api is None or deaf:
        message = "the clients speak no API in common" if api is None else f"{', '.join(deaf)} does not speak `{api}`"
        said = "; ".join(f"{choice.label} speaks {', '.join(choice.manifest.apis)}" for choice in choices)
        raise UsageError(message, cause=said, hint="explore clients of one API together")
    return contracts[api]


def explore(settings: ExploreSettings, progress: Callable[[str], None]) -> Exploration:
    """Install the clients, explore, and write the cases of what is new.

    Raises UsageError for settings that cannot be used, ClientUnavailable for a client that cannot be installed or
    started. An interruption ends the search; what was found until then is in the result.
    """
    if len(settings.clients) < _LEAST_CLIENTS:
        message = "an exploration compares two clients or more"
        raise UsageError(message, hint="give --client twice; a client may be compared with itself")
    choices = [choice for spec in settings.clients for choice in select([spec])]
    contract = choose_contract(choices, settings.api)
    ledger = load_parity_ledger()
    for choice in choices:
        variant_of(choice.manifest, choice.version)  # a wrong file is said now, and not when a finding is replayed
    parties: list[ExplorationClient] = []
    for number, choice in enumerate(choices, 1):
        installed = asyncio.run(provision(choice, progress=progress, offline=settings.offline))
        taken = choice.label in {party.label for party in parties}
        parties.append(
            ExplorationClient(choice.label + (f"#{number}" if taken else ""), installed, choice.manifest, contract)
        )
    return explore_with(parties, contract, ledger, settings, progress)


def explore_with(
    parties: Sequence[ExplorationClient],
    contract: Contract,
    ledger: ParityLedger,
    settings: ExploreSettings,
    progress: Callable[[str], None],
) -> Exploration:
    """Explore with parties that are not started yet; see `explore`."""
    explorer = Explorer(contract, parties, ledger, folder=settings.database)
    result = Exploration(
        api=contract.name,
        clients=tuple([party.label for party in parties]),
        operations=len(explorer.operations),
        seed=settings.seed,
    )
    if not explorer.operations:
        message = f"the clients have no operation of `{contract.name}` in common"
        raise UsageError(message, hint="explore clients of one API together")
    try:
        explorer.start()
        _search(explorer, settings, result, progress)
        for finding in explorer.found:
            finding.case_id = name_case(finding)
        _settle(explorer, settings.into or quarantine(), progress)
    except KeyboardInterrupt:
        result.interrupted = True
    finally:
        explorer.stop()
    result.examples, result.calls = explorer.examples, explorer.calls
    result.findings, result.trouble = list(explorer.found), tuple(explorer.trouble)
    result.known = {name: dict(counts) for name, counts in explorer.known.items()}
    return result


def _search(
    explorer: Explorer, settings: ExploreSettings, result: Exploration, progress: Callable[[str], None]
) -> None:
    began = time.monotonic()
    try:
        explorer.generate(
            settings.examples, settings.seed, lambda done: progress(f"{done} of {settings.examples} examples")
        )
        result.seconds = (time.monotonic() - began, 0.0)
        explorer.shrink(lambda number, total: progress(f"looking into {number} of {total} symptoms"))
    except KeyboardInterrupt:
        # what was found until now is worth telling
        result.interrupted = True
        explorer.leave()
    whole = time.monotonic() - began
    first = result.seconds[0] or whole
    result.seconds = (first, whole - first)


def _settle(explorer: Explorer, folder: Path, progress: Callable[[str], None]) -> None:
    """Play the case of each finding on its own, and write it."""
    by_label = {party.label: party for party in explorer.parties}
    with tempfile.TemporaryDirectory(prefix="concordat-explore-") as scratch:
        for number, finding in enumerate(explorer.found, 1):
            progress(f"replaying {number} of {len(explorer.found)} findings")
            case = read_case(write_case(finding, explorer.contract, Path(scratch)))
            failing = [by_label[label] for label in finding.clients]
            conforming = [by_label[label] for one in finding.standings if one.conforming for label in one.clients]
            finding.replays = explorer.run(replays(case, explorer.contract, failing, conforming))
            finding.file = write_case(finding, explorer.contract, folder)
