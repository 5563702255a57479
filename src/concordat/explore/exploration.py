"""An exploration from its settings to its result: installation, search, and the cases of its findings."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.checks import judge, worst
from concordat.clients import provision, select, variant_of
from concordat.contract import check_operation_names, load_contracts
from concordat.errors import ConcordatError, UsageError, did_you_mean
from concordat.explore.case_file import read_case, write_case
from concordat.explore.exploration_client import ExplorationClient
from concordat.explore.explorer import Explorer, callable_operations
from concordat.explore.parity_ledger import load_parity_ledger
from concordat.resources import project_root
from concordat.runner.case_runner import CaseRunner
from concordat.runner.client import Client
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from concordat.catalogue.model import Case
    from concordat.checks import Verdict
    from concordat.clients import ClientChoice
    from concordat.contract import Contract
    from concordat.explore.findings import ExplorationFinding
    from concordat.explore.parity_ledger import ParityLedger

__all__ = ["Exploration", "ExploreSettings", "choose_contract", "explore", "explore_with", "quarantine"]

_MIN_CLIENTS = 2


class ExploreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of an exploration.

    `operations` are the ones to call, all by default; `database` is the folder that saves examples between runs, `into`
    the folder for the cases of new findings.
    """

    clients: tuple[str, ...]
    examples: int = 2000
    seed: int = 0
    operations: tuple[str, ...] = ()
    api: str | None = None
    into: Path | None = None
    database: Path | None = None
    offline: bool = False


@dataclass(frozen=True, kw_only=True)
class Exploration:
    """The result of an exploration; `findings` are those that are not in the ledger.

    `seconds` are the duration of the examples and the duration of the shrinking.
    """

    api: str
    clients: tuple[str, ...]
    operations: int
    seed: int
    examples: int = 0
    calls: int = 0
    seconds: tuple[float, float] = (0.0, 0.0)
    findings: list[ExplorationFinding] = field(default_factory=list)
    known: dict[str, dict[str, int]] = field(default_factory=dict)
    """The number of occurrences of the parity ledger's classes, by id and by client."""
    harness_errors: tuple[str, ...] = ()
    interrupted: bool = False


def quarantine() -> Path:
    """Return the quarantine folder of the project, or of the folder `concordat` where there is no project."""
    return (project_root() or Path("concordat")) / "cases" / "quarantine"


def choose_contract(choices: Sequence[ClientChoice], api: str | None) -> Contract:
    """Return the contract of the API called `api`, or else of the first API that all clients speak.

    Raises UsageError for an unknown name, and for clients that have no such API in common.
    """
    contracts = load_contracts()
    if api is not None and api not in contracts:
        message = f"there is no API `{api}`"
        raise UsageError(message, hint=did_you_mean(api, contracts))
    spoken = [choice.manifest.apis for choice in choices]
    common = [name for name in spoken[-1] if all(name in apis for apis in spoken) and name in contracts]
    if api is None and common:
        return contracts[common[0]]
    unable = [choice.label for choice in choices if api is not None and api not in choice.manifest.apis]
    if api is None or unable:
        message = "the clients speak no API in common" if api is None else f"{', '.join(unable)} does not speak `{api}`"
        spoken_by = "; ".join(f"{choice.label} speaks {', '.join(choice.manifest.apis)}" for choice in choices)
        raise UsageError(message, cause=spoken_by, hint="explore clients of one API together")
    return contracts[api]


def explore(settings: ExploreSettings, progress: Callable[[str], None]) -> Exploration:
    """Install the clients, explore, and write the cases of the new findings.

    Raises UsageError for unusable settings, and ClientUnavailable for a client that cannot be installed or started. An
    interruption ends the search; the result has the findings until then.
    """
    if len(settings.clients) < _MIN_CLIENTS:
        message = "an exploration compares two clients or more"
        raise UsageError(message, hint="give --client twice; a client may be compared with itself")
    choices = [choice for spec in settings.clients for choice in select([spec])]
    contract = choose_contract(choices, settings.api)
    ledger = load_parity_ledger()
    for choice in choices:
        variant_of(choice.manifest, choice.version)  # raises for a wrong file now, before a finding is replayed
    clients: list[ExplorationClient] = []
    for number, choice in enumerate(choices, 1):
        installed = asyncio.run(provision(choice, progress=progress, offline=settings.offline))
        taken = choice.label in {client.label for client in clients}
        clients.append(
            ExplorationClient(choice.label + (f"#{number}" if taken else ""), installed, choice.manifest, contract)
        )
    return explore_with(clients, contract, ledger, settings, progress)


def explore_with(
    clients: Sequence[ExplorationClient],
    contract: Contract,
    ledger: ParityLedger,
    settings: ExploreSettings,
    progress: Callable[[str], None],
) -> Exploration:
    """Explore with clients that are not started yet. Raises as `explore` does."""
    common = callable_operations(contract, clients)
    if not common:
        message = f"the clients have no operation of `{contract.name}` in common"
        raise UsageError(message, hint="explore clients of one API together")
    check_operation_names(settings.operations, common, "two of the clients have")
    wanted = [name for name in common if name in settings.operations] or common
    explorer = Explorer(contract, clients, ledger, wanted, folder=settings.database)
    findings: list[ExplorationFinding] = []
    seconds, interrupted = (0.0, 0.0), False
    try:
        explorer.start()
        seconds, interrupted = _search(explorer, settings, progress)
        findings.extend(explorer.findings)
        _write_cases(explorer, findings, settings.into or quarantine(), progress)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        explorer.stop()
    return Exploration(
        api=contract.name,
        clients=tuple([client.label for client in clients]),
        operations=len(explorer.operations),
        seed=settings.seed,
        examples=explorer.examples,
        calls=explorer.calls,
        seconds=seconds,
        findings=findings or explorer.findings,  # the latter after an interruption between search and cases
        known={name: dict(counts) for name, counts in explorer.known.items()},
        harness_errors=tuple(explorer.harness_errors),
        interrupted=interrupted,
    )


def _search(
    explorer: Explorer, settings: ExploreSettings, progress: Callable[[str], None]
) -> tuple[tuple[float, float], bool]:
    """Run the examples and shrink the deviations. Return the seconds of both, and whether the user interrupted them."""
    began = time.monotonic()
    generated: float | None = None
    interrupted = False
    try:
        explorer.generate(
            settings.examples, settings.seed, lambda done: progress(f"{done} of {settings.examples} examples")
        )
        generated = time.monotonic() - began
        explorer.shrink(lambda number, total: progress(f"shrinking {number} of {total} deviations"))
    except KeyboardInterrupt:
        interrupted = True
        explorer.add_unshrunk()
    whole = time.monotonic() - began
    if generated is None:
        generated = whole
    return (generated, whole - generated), interrupted


def _write_cases(
    explorer: Explorer, findings: list[ExplorationFinding], folder: Path, progress: Callable[[str], None]
) -> None:
    """Write and replay the case of each finding, and put the outcome into the list."""
    by_label = {client.label: client for client in explorer.clients}
    with tempfile.TemporaryDirectory(prefix="concordat-explore-") as scratch:
        for index, finding in enumerate(findings):
            progress(f"replaying {index + 1} of {len(findings)} findings")
            case = read_case(write_case(finding, explorer.contract, Path(scratch)))
            failing = [by_label[label] for label in finding.clients]
            conforming = [by_label[label] for label in finding.conforming]
            replays = explorer.run(_replays(case, explorer.contract, failing, conforming))
            file = write_case(finding, explorer.contract, folder)
            findings[index] = replace(finding, replays=replays, file=file)


async def _replays(
    case: Case, contract: Contract, failing: Iterable[ExplorationClient], conforming: Iterable[ExplorationClient]
) -> bool:
    """Whether the case fails for each failing client and for no conforming one; false for a case that cannot run."""
    try:
        red = [(await _verdict(case, contract, client)).red for client in failing]
        green = [not (await _verdict(case, contract, client)).red for client in conforming]
    except ConcordatError:
        return False
    return all(red) and all(green)


async def _verdict(case: Case, contract: Contract, client: ExplorationClient) -> Verdict:
    await client.refresh()
    variant = variant_of(client.manifest, client.installed.version)
    named = Client(client.label, client.installed, client.manifest, variant=variant, hello=client.process.hello)
    case_run = await CaseRunner(case, contract, client.process, named, SandboxTarget()).run()
    return worst([check.verdict for check in judge(case_run.trace)])
