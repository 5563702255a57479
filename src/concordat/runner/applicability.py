"""The applicability of a case to a client, and the contract under which it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from concordat.catalogue.model import Case
    from concordat.clients import Manifest
    from concordat.contract import Contract

__all__ = ["Fit", "fit", "missing_feature"]


@dataclass(frozen=True, slots=True)
class Fit:
    """The contract under which a case runs with a client, or the reason why it does not apply."""

    contract: Contract | None = None
    reason: str | None = None


def fit(case: Case, manifest: Manifest, contracts: Mapping[str, Contract]) -> Fit:
    """Return the first of the client's contracts that the case is about and that has all its operations, or the reason.

    A case is not applicable to a client without its operations. The check `call.possible` judges an operation that the
    client's adapter lists but cannot call.
    """
    about = [name for name in manifest.apis if not case.about or name in case.about]
    if not about:
        return Fit(reason=f"the case is about {', '.join(case.about)}; the client speaks {', '.join(manifest.apis)}")
    calls = list(case.calls())
    missing = sorted({call.call for call in calls if call.via == "client"} - set(manifest.operations))
    if missing:
        return Fit(reason=f"the client has no {', '.join(missing)}")
    operations = {call.call for call in calls}
    for name in about:
        if name in contracts and operations <= set(contracts[name].operations):
            return Fit(contract=contracts[name])
    return Fit(reason=f"no contract of the client has all of {', '.join(sorted(operations))}")


def missing_feature(case: Case, features: Collection[str]) -> str | None:
    """Return the reason that names each feature which the case requires and the client lacks, or None.

    `features` are the SDK's features for its caller, as its adapter reports them. No source promises any of them.
    """
    needs = {
        "timeout": (case.client.timeout is not None, "no time limit for its caller to set"),
        "cancel": (any(call.cancel_after is not None for call in case.calls()), "no way to cancel a call"),
        "retries": (not isinstance(case.client.retries, str), "no retry policy for its caller to set"),
    }
    lacking = [text for feature, (required, text) in needs.items() if required and feature not in features]
    return f"the client has {' and '.join(lacking)}" if lacking else None
