"""Cases that nobody plays: no client's manifest has what they call, in a contract that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.clients import load_manifests
from concordat.contract import load_contracts
from concordat.lint.finding import Finding, Severity
from concordat.runner.applicability import fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue import Catalogue

__all__ = ["orphans"]


def orphans(catalogue: Catalogue) -> Iterator[Finding]:
    """Yield a finding for each case that fits no manifest of the project or the package.

    A case that calls what no contract has is found elsewhere.
    """
    manifests, contracts = load_manifests().values(), load_contracts()
    seen: dict[tuple[frozenset[str], frozenset[str], tuple[str, ...]], bool] = {}
    for case in catalogue.cases:
        calls = list(case.calls())
        called = frozenset(call.call for call in calls)
        key = (called, frozenset(call.call for call in calls if call.via == "client"), tuple(case.about))
        if key not in seen:
            seen[key] = any(fit(case, manifest, contracts).contract is not None for manifest in manifests)
        about = [contracts[name] for name in case.about or contracts if name in contracts]
        if not seen[key] and called <= {name for contract in about for name in contract.operations}:
            message = f"no client has {', '.join(sorted(called))} in a contract that the case is about"
            hint = "mend `apis`, or give the operation to a client's manifest"
            yield Finding(catalogue.locate(case), Severity.ERROR, message, hint)
