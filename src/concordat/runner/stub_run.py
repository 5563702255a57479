"""The stub check of an adapter: with a stub as SDK, every case is red and no request is sent.

If an adapter answers for its SDK, or sends requests itself, a case stays green.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from concordat.catalogue import load_catalogue
from concordat.catalogue.model import Profile
from concordat.checks import Verdict
from concordat.clients import Finding
from concordat.clients.stub import STUB_ERROR, reason_without_stub, stubbed
from concordat.contract import load_contracts
from concordat.errors import ConcordatError
from concordat.runner.applicability import applicability_of
from concordat.runner.client import Client, RunContext
from concordat.runner.client_worker import ClientWorker
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case
    from concordat.clients import Installed, Manifest
    from concordat.runner.result import Result

__all__ = ["check_stub", "judged", "sample"]

CASES = 12
NAME = "with a stub for the SDK every case is red and no request is sent"


async def check_stub(installed: Installed, manifest: Manifest, *, cases: Iterable[Case] | None = None) -> Finding:
    """Run a sample of the catalogue with a stub as SDK. Errors of the adapter become the returned finding."""
    reason = reason_without_stub(installed)
    if reason is not None:
        return Finding(NAME, notes=(f"not checked here: {reason}",))
    chosen = sample(load_catalogue().cases if cases is None else cases, manifest)
    with tempfile.TemporaryDirectory(prefix="concordat-stub-") as folder:
        try:
            results = await _results(stubbed(installed, Path(folder)), manifest, chosen)
        except (ConcordatError, OSError, ValueError, KeyError) as error:
            return Finding(NAME, f"the adapter cannot run with a stub: {error}")
    return judged(results)


def sample(cases: Iterable[Case], manifest: Manifest) -> list[Case]:
    """Return cases in which the client must send a request: of every area in turn, one row of each table."""
    contracts = load_contracts()
    areas: dict[str, dict[str, Case]] = defaultdict(dict)
    for case in cases:
        if _sends(case) and applicability_of(case, manifest, contracts).reason is None:
            areas[case.area].setdefault(case.id, case)
    turns = zip_longest(*(area.values() for area in areas.values()))
    return [case for case in chain.from_iterable(turns) if case is not None]


def _sends(case: Case) -> bool:
    calls = list(case.calls())
    required = not all(source.startswith(("undefined:", "document:")) for source in case.source)
    sending = all(call.via == "client" and (call.expect.listed is None or call.expect.listed) for call in calls)
    return required and sending and case.client.mode is None and not case.client.env and case.profile is Profile.DEFAULT


async def _results(installed: Installed, manifest: Manifest, cases: Iterable[Case]) -> list[Result]:
    client = Client(manifest.name, installed, manifest)
    worker = ClientWorker(client, RunContext(SandboxTarget(), load_contracts()))
    results: list[Result] = []
    try:
        await worker.start()
        for case in cases:
            result = (await worker.run(case)).result
            if result.verdict is not Verdict.NOT_APPLICABLE:
                results.append(result)
            if len(results) == CASES:
                break
    finally:
        await worker.stop()
    return results


def judged(results: list[Result]) -> Finding:
    """Return the finding of the results."""
    sent = [result.key for result in results if result.exchanges]
    answered = [result.key for result in results if any(one.get("ended") == "returned" for one in result.outcomes)]
    green = [result.key for result in results if result.verdict is not Verdict.FAIL]
    reached = [
        result.key
        for result in results
        if any((outcome.get("error") or {}).get("class") == STUB_ERROR for outcome in result.outcomes)
    ]
    if sent:
        return Finding(NAME, f"requests were sent in {', '.join(sent)}")
    if answered:
        return Finding(NAME, f"the adapter answered for the SDK in {', '.join(answered)}")
    if green:
        reasons = "; ".join(
            f"{result.key}: {result.reason or result.verdict}" for result in results if result.key in green
        )
        return Finding(NAME, f"not red: {reasons}")
    if not reached:
        return Finding(NAME, "no call reached the stub, so that the check proves nothing")
    return Finding(NAME, notes=(f"{len(results)} cases, the stub was called in {len(reached)}",))
