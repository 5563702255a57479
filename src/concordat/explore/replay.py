"""Whether a finding's case, played as `concordat run` plays it, tells the clients apart as the finding says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks import judge, worst
from concordat.clients import variant_of
from concordat.errors import ConcordatError
from concordat.runner.case_runner import CaseRunner
from concordat.runner.client import Client
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case
    from concordat.checks import Verdict
    from concordat.contract import Contract
    from concordat.explore.exploration_client import ExplorationClient

__all__ = ["replays"]


async def replays(
    case: Case, contract: Contract, failing: Iterable[ExplorationClient], conforming: Iterable[ExplorationClient]
) -> bool:
    """Whether the case is red for each of the guilty and for none of the sound; not so where it cannot be played."""
    target = SandboxTarget()
    try:
        red = [(await _verdict(case, contract, party, target)).red for party in failing]
        green = [not (await _verdict(case, contract, party, target)).red for party in conforming]
    except ConcordatError:
        return False
    return all(red) and all(green)


async def _verdict(case: Case, contract: Contract, party: ExplorationClient, target: SandboxTarget) -> Verdict:
    await party.refresh()
    variant = variant_of(party.manifest, party.installed.version)
    client = Client(party.label, party.installed, party.manifest, variant=variant, hello=party.process.hello)
    case_run = await CaseRunner(case, contract, party.process, client, target).run()
    return worst([check.verdict for check in judge(case_run.trace)])
