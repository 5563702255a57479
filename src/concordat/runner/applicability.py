"""The applicability of a case to a client, and the contract under which it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from concordat.catalogue.model import Case
    from concordat.clients import Manifest
    from concordat.contract import Contract

__all__ = ["Applicability", "applicability_of", "missing_features_reason"]


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether a case applies to a client: the contract under which the case runs, or the reason why it cannot run."""

    contract: Contract | None = None
    reason: str | None = None


def applicability_of(case: Case, manifest: Manifest, contracts: Mapping[str, Contract]) -> Applicability:
    """Return the client's first contract that the case allows and that contains all operations the case calls.

    Returns the reason when no contract does, and when the client's manifest lacks an operation. An operation that the
    manifest lists and the SDK cannot call does not count as lacking: the case runs, and `call.possible` judges it.
    """
    candidates = [name for name in manifest.apis if not case.about or name in case.about]
    if not candidates:
        apis = ", ".join(manifest.apis)
        return Applicability(reason=f"the case is about {', '.join(case.about)}; the client supports {apis}")
    calls = list(case.calls())
    missing = sorted({call.call for call in calls if call.via == "client"} - set(manifest.operations))
    if missing:
        noun = "operation" if len(missing) == 1 else "operations"
        return Applicability(reason=f"the client lacks the {noun} {', '.join(missing)}")
    operations = {call.call for call in calls}
    for name in candidates:
        if name in contracts and operations <= set(contracts[name].operations):
            return Applicability(contract=contracts[name])
    called = ", ".join(sorted(operations))
    return Applicability(reason=f"no contract of the client contains all operations of the case: {called}")


def missing_features_reason(case: Case, features: Collection[str]) -> str | None:
    """Return a reason that names every feature which the case requires and the client lacks, or None.

    `features` are the optional features of the SDK, as its adapter reports them. No source requires them, so their
    absence is not a failure.
    """
    # `retries` as a word (`none`, `default`) requires no feature; only a RetryPolicy does.
    has_policy = not isinstance(case.client.retries, str)
    requirements = {
        "timeout": (case.client.timeout is not None, "no time limit for its caller to set"),
        "cancel": (any(call.cancel_after is not None for call in case.calls()), "no way to cancel a call"),
        "retries": (has_policy, "no retry policy for its caller to set"),
    }
    lacking = [text for feature, (required, text) in requirements.items() if required and feature not in features]
    return f"the client has {' and '.join(lacking)}" if lacking else None
