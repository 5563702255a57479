"""Traces, which the runner hands to the checks, and the verdicts and checks that it gets back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.compare.diff import Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.catalogue.model import Call, Case
    from concordat.clients.protocol import Outcome
    from concordat.contract import Contract, Operation
    from concordat.contract.variant import Variant
    from concordat.http1.exchange import Exchange

__all__ = [
    "CaseTrace",
    "Check",
    "DecodingTrace",
    "FieldRetention",
    "MissingValue",
    "StepTrace",
    "TargetFailure",
    "TargetFailureKind",
    "Verdict",
    "worst",
]


class Verdict(StrEnum):
    """The result of one check, or of one case with one client."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    BLOCKED = "blocked"
    """Depends on a check that failed or on a value that an earlier step did not give, so that it says nothing."""
    KNOWN_FAILURE = "known-failure"
    UNEXPECTED_PASS = "unexpected-pass"  # noqa: S105 - a verdict
    OBSERVATION = "observation"
    """Shown and compared, never red, because no source defines it."""
    NOT_APPLICABLE = "not-applicable"
    TARGET = "target"
    """A live target's answer broke the contract or the premise of the case, so that the check says nothing."""
    HARNESS_ERROR = "harness-error"

    @property
    def red(self) -> bool:
        """Whether the verdict makes a run fail."""
        return self in (Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.HARNESS_ERROR)

    @property
    def executed(self) -> bool:
        """Whether a result with the verdict says something about its client."""
        return self not in (Verdict.NOT_APPLICABLE, Verdict.TARGET, Verdict.HARNESS_ERROR)

    @property
    def unusable(self) -> bool:
        """Whether the harness or the target broke the result, so that the run must be repeated."""
        return self in (Verdict.TARGET, Verdict.HARNESS_ERROR)


_SEVERITY = (
    Verdict.HARNESS_ERROR,
    Verdict.FAIL,
    Verdict.UNEXPECTED_PASS,
    Verdict.TARGET,
    Verdict.KNOWN_FAILURE,
    Verdict.BLOCKED,
    Verdict.OBSERVATION,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict of a case from those of its checks; a case without checks is a harness error."""
    return min(verdicts, key=_SEVERITY.index) if verdicts else Verdict.HARNESS_ERROR


class TargetFailureKind(StrEnum):
    """The way in which a live target's answer broke the premise of a case."""

    STATUS = "status"
    """Another status than the case expects."""
    NO_ANSWER = "no-answer"
    NOT_JSON = "not-json"
    """Something else than the JSON that the contract promises, such as a login page."""
    CONTRACT = "contract"
    """An answer that breaks the contract."""
    DATA = "data"
    """A valid answer with other data than the case expects."""


class TargetFailure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One kind of failure of a live target in one case. `status` is set for the kind `status` alone."""

    kind: TargetFailureKind
    status: int | None = None
    requests: int = 1
    """The number of requests with such an answer."""
    first: float = 0.0
    """Seconds from the beginning of the case to the first of these requests."""
    message: str = ""
    """The first of these answers: status, URL, first words and remedy."""


class FieldRetention(StrEnum):
    """How much of a changed answer its caller received."""

    KEPT = "kept"
    DROPPED = "dropped"
    CHANGED = "changed"
    TYPED_ERROR = "typed-error"
    """An error that shows the answer's HTTP status."""
    UNTYPED_ERROR = "untyped-error"
    CRASH = "crash"


class DecodingTrace(msgspec.Struct, frozen=True, kw_only=True):
    """One answer under an evolution rule. `kept` of the answer's `total` JSON paths reached the caller."""

    operation: str
    rule: str
    at: str
    """The JSON pointer of the changed place, empty for the whole answer."""
    retention: FieldRetention
    kept: int
    total: int


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One named expectation with its verdict.

    `id` is `request.query`, `outcome.error.status`, `state.pushes` ...; in a case of several steps it begins with the
    step's id and a colon (`create:request.body`), and the n-th of several expected requests is `request.n`.
    `differences` are all of them; a report holds the first, and `further_differences` counts the others. `pointer` and
    `kind` stand for all differences (`builders.signature_place`) and, with the id, make a ledger's signature.
    `expected` and `observed` are JSON values for people.
    """

    id: str
    verdict: Verdict
    expected: Any = None
    observed: Any = None
    message: str = ""
    pointer: str = ""
    kind: str = ""
    differences: tuple[Difference, ...] = ()
    further_differences: int = 0
    error_class: str | None = None
    status: int | None = None
    exchange: int | None = None
    """The number of the exchange that the check is about."""
    cause: str | None = None
    """The id of the ledger's cause that explains the failure."""
    premise_broken: bool = False
    """Whether the failure is about a live target's answer that broke the premise of the case."""
    level: str | None = None
    """The level of this check where it is below the case's: `should` where only the contract allows the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValue:
    """A value that a case saves from a step and that the step did not give.

    `answered` is the answer's value at `pointer`, `shown` the client's value there; UNSET stands for an absent value.
    `position` counts the recorded steps up to the one that should have given the value.
    """

    name: str
    pointer: str
    step: str
    """The label of the step that should have given the value."""
    operation: str
    position: int
    by_client: bool = True
    """Whether a call of the client should have given the value, rather than a call of the harness."""
    answered: Any = msgspec.UNSET
    shown: Any = msgspec.UNSET

    @property
    def lost(self) -> bool:
        """Whether the answer holds the value although the client did not show it."""
        return self.by_client and self.answered is not msgspec.UNSET and self.answered is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrace:
    """One call of a case as it ran: `call` has its run-time references filled in.

    `label` is the step's id, or `s1`, `s2` ... without one. `exchanges` are those that the call caused. `outcome` is
    None when the adapter died or fell silent, and `lost` says which (`died`, `silent`). `slowness` is the time of
    calibration requests during the call, divided by their time on an idle machine.

    A step with values in `blocked` needs them and was not run: it has no exchange and no outcome, and its references
    are not filled in.
    """

    label: str
    call: Call
    operation: Operation | None
    exchanges: tuple[Exchange, ...]
    outcome: Outcome | None
    lost: str | None = None
    slowness: float = 1.0
    tries: int = 1
    """How often a repeated call was made."""
    blocked: tuple[MissingValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTrace:
    """The record of one case with one client, which `judge` turns into checks.

    `live` says that the case ran against a live target, whose scrubbed URL is `endpoint`; `scrub` removes its
    credential from a text. `auth` is the placeholder of that credential, empty where the case passes another one.
    `target_failure` is a failure of that target outside of the client's calls, such as a
    refused preparing call. `commits` counts the accepted writes, by operation, and is None
    where the harness cannot count them. `state` is the sandbox's content afterwards, by collection; it is None against
    a live target, and where the case does not ask for it.
    `unknown_writes` counts the writes that had no answer of the target, or a scripted one that does not say whether
    they were accepted. `unfired` are the ids of must-fire faults that did not fire. `base_path` is the path that the
    case put after the server URL.

    `prepared` are the operations of the harness's own requests. `missing` are the values that steps did not give; the
    collections of `blocked_state` depend on one of them, and are not compared.
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
    live: bool = False
    endpoint: str = ""
    scrub: Callable[[str], str] = str
    auth: str = ""
    target_failure: TargetFailure | None = None
    state: dict[str, Any] | None = None
    commits: dict[str, int] | None = None
    unknown_writes: dict[str, int] = field(default_factory=dict)
    unfired: tuple[str, ...] = ()
    harness_problem: str | None = None
    prepared: tuple[str, ...] = ()
    missing: tuple[MissingValue, ...] = ()
    blocked_state: Mapping[str, MissingValue] = field(default_factory=dict)
