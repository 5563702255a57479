"""What the engine hands to the checks, and what the checks hand back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Call, Case
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract, Operation
    from concordat.contract.variant import Variant
    from concordat.http1.exchange import Exchange

__all__ = ["CaseTrace", "Check", "DecodingTrace", "FieldRetention", "MissingValue", "StepTrace", "Verdict", "worst"]


class Verdict(StrEnum):
    """How one check, or one case for one client, came out."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    BLOCKED = "blocked"
    """Rests on a check that failed or on a value that an earlier step did not give: it says nothing by itself."""
    KNOWN_FAILURE = "known-failure"
    UNEXPECTED_PASS = "unexpected-pass"  # noqa: S105 - a verdict
    OBSERVATION = "observation"
    """No source defines it: shown and compared, never red."""
    NOT_APPLICABLE = "not-applicable"
    HARNESS_ERROR = "harness-error"

    @property
    def red(self) -> bool:
        """Whether it makes a run fail."""
        return self in (Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.HARNESS_ERROR)


_SEVERITY = (
    Verdict.HARNESS_ERROR,
    Verdict.FAIL,
    Verdict.UNEXPECTED_PASS,
    Verdict.KNOWN_FAILURE,
    Verdict.BLOCKED,
    Verdict.OBSERVATION,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict of a case from those of its checks; no check at all is a harness error."""
    return min(verdicts, key=_SEVERITY.index) if verdicts else Verdict.HARNESS_ERROR


class FieldRetention(StrEnum):
    """What became of a changed answer at its caller's."""

    KEPT = "kept"
    DROPPED = "dropped"
    CHANGED = "changed"
    TYPED_ERROR = "typed-error"
    """An error that tells the answer's HTTP status."""
    UNTYPED_ERROR = "untyped-error"
    CRASH = "crash"


class DecodingTrace(msgspec.Struct, frozen=True, kw_only=True):
    """One answer under a change by an evolution rule. `kept` of the answer's `total` JSON paths reached the caller."""

    operation: str
    rule: str
    at: str
    """The JSON pointer of the changed place; empty: the answer as a whole."""
    retention: FieldRetention
    kept: int
    total: int


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One named expectation, judged.

    `id` is `request.query`, `outcome.error.status`, `state.pushes` ...; in a case of several steps it begins with the
    step's id and a colon (`create:request.body`), and the n-th of several expected requests is `request.n`. `pointer`
    and `kind` (`missing`, `extra`, `changed`, `type`, `count`, `status`, `class`) locate the difference; together with
    the id they are what a ledger's signature is made of. `expected` and `observed` are JSON values for people.
    """

    id: str
    verdict: Verdict
    expected: Any = None
    observed: Any = None
    message: str = ""
    pointer: str = ""
    kind: str = ""
    error_class: str | None = None
    status: int | None = None
    exchange: int | None = None
    """The number of the exchange it is about."""
    cause: str | None = None
    """The id of the ledger's cause that explains it."""
    level: str | None = None
    """The level of this check where it is below the case's: `should` where only the contract allows the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValue:
    """A value that a case saves from a step and that the step did not give.

    `answered` is what the answer holds at `pointer` (null where it holds null), `shown` what the client showed there;
    UNSET stands for nothing. `position` counts the recorded steps up to the one that was to give the value.
    """

    name: str
    pointer: str
    step: str
    """The label of the step that was to give it."""
    operation: str
    position: int
    by_client: bool = True
    """Whether the client was to give it; else the harness's own call."""
    answered: Any = msgspec.UNSET
    shown: Any = msgspec.UNSET

    @property
    def lost(self) -> bool:
        """Whether the answer holds the value and the client did not show it."""
        return self.by_client and self.answered is not msgspec.UNSET and self.answered is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrace:
    """One call of a case as it went: `call` has its run-time references filled in.

    `label` is the step's id, `s1`, `s2` ... where it has none. `exchanges` are those the call caused. `outcome` is None
    when the adapter died or fell silent; `lost` then says how (`died`, `silent`). `slowness` is what calibration
    exchanges took meanwhile, over what they take on a machine that never waits for a processor.

    A step with values in `blocked` rests on them and was not run: it has no exchange and no outcome, and its references
    stand as they are written.
    """

    label: str
    call: Call
    operation: Operation | None
    exchanges: tuple[Exchange, ...]
    outcome: Outcome | None
    lost: str | None = None
    slowness: float = 1.0
    blocked: tuple[MissingValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTrace:
    """Everything about one case with one client, ready to be judged.

    `commits` counts the writes that the sandbox accepted, by operation; `state` is what it then holds, by collection;
    both are None against a live target, and `state` also where the case does not ask. `unknown_writes` counts those of
    which nobody knows whether they were accepted, because a scripted answer took them. `unfired` are the ids of
    must-fire faults that did not fire. `base_path` is what the case put after the server URL.

    `prepared` are the operations of the harness's own requests. `missing` are the values that steps did not give; the
    collections of `blocked_state` rest on one of them, and are not compared.
    """

    case: Case
    contract: Contract
    variant: Variant | None
    version: str
    """The client's version, compared with what the variant covers."""
    promised: frozenset[str]
    """The operations the client's documents or package promise."""
    steps: tuple[StepTrace, ...]
    exchanges: tuple[Exchange, ...]
    base_path: str = ""
    state: dict[str, Any] | None = None
    commits: dict[str, int] | None = None
    unknown_writes: dict[str, int] = field(default_factory=dict)
    unfired: tuple[str, ...] = ()
    harness_problem: str | None = None
    prepared: tuple[str, ...] = ()
    missing: tuple[MissingValue, ...] = ()
    blocked_state: Mapping[str, MissingValue] = field(default_factory=dict)
