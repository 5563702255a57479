"""What is different between two reports, as frozen types: what `comparison.json` holds."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["COMPARISON_FORMAT", "Change", "ChangeKind", "CheckChange", "Comparison", "Pair", "Side"]

COMPARISON_FORMAT = 1


class ChangeKind(StrEnum):
    """What a change is; in the order in which people want to read them."""

    REGRESSION = "regression"
    """It was as expected, and is not any more."""
    CHANGED_FAILURE = "changed-failure"
    """It failed, and now it fails differently."""
    NEW_FAILURE = "new-failure"
    """The baseline has no verdict on it, and it fails."""
    VANISHED = "vanished"
    """It ran, and is not run or not applicable any more."""
    NOT_JUDGED = "not-judged"
    """The harness spoilt it: there is no verdict to compare."""
    FLAKY = "flaky"
    """Played twice, it came out both ways."""
    CLIENT_LOST = "client-lost"
    """The client ran, and is not available any more."""
    REVIEW_OVERDUE = "review-overdue"
    """A known failure rests on a cause whose `review-by` is past."""
    NEWLY_KNOWN = "newly-known"
    """It was as expected; the ledger explains why it now fails."""
    STILL_FAILING = "still-failing"
    """It fails as it did, and no ledger explains it."""
    FIX = "fix"
    """It failed, and is as expected now."""
    WIRE = "wire"
    """The verdict is the same; what the client sent is not."""
    OUTCOME = "outcome"
    """The verdict and the requests are the same; what the caller sees is not."""
    CAPABILITY = "capability"
    """The package offers something that it did not, or no longer does."""
    NOT_ASKED = "not-asked"
    """The baseline has results that the candidate's narrower selection did not ask for."""
    REVIEW_DUE = "review-due"
    """A known failure rests on a cause whose `review-by` is near."""
    NEW = "new"
    """The baseline has no verdict on it, and it is as expected."""
    VERSION = "version"
    """Another version, file, lock, runtime or Concordat."""


class CheckChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One check that is not what it was; `id`, `kind`, `pointer`, `error_class` and `status` are its signature."""

    id: str
    kind: str = ""
    pointer: str = ""
    error_class: str | None = None
    status: int | None = None
    text: str = ""
    """What was expected and what was observed, in a line."""
    gone: bool = False
    """It failed like this in the baseline, and no longer does."""

    @property
    def name(self) -> str:
        """The check and its place, without the step: `request.query at /pageSize (missing)`."""
        place = f" at {self.pointer}" if self.pointer else ""
        how = f" ({self.kind})" if self.kind else ""
        error = ", ".join(str(part) for part in (self.error_class, self.status) if part is not None)
        return f"{self.id.rpartition(':')[2]}{place}{how}{f' [{error}]' if error else ''}"


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change. `client` is the candidate's label; `case` is the case's id with its row, None for the client's own.

    `lines` are what a person reads below the headline; `red` is what the policy made of it.
    """

    kind: ChangeKind
    client: str
    case: str | None = None
    level: str = ""
    area: str = ""
    title: str = ""
    was: str = ""
    now: str = ""
    checks: tuple[CheckChange, ...] = ()
    lines: tuple[str, ...] = ()
    rerun: str = ""
    history: str | None = None
    red: bool = False


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two reports: where it was read, and what it is of."""

    path: str
    run_id: str
    started: str
    concordat: str
    target: str
    catalogue_sha256: str


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One client in both reports, by its labels there; `compared` counts the results that ran in both."""

    old: str
    new: str
    compared: int = 0
    same: int = 0
    """Those whose verdict, failures and requests are what they were."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changed, red first; `failing` says whether the policy stops the release."""

    format: int = COMPARISON_FORMAT
    baseline: Side
    candidate: Side
    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    fail_on: str
    failing: bool

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """The changes of some kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)
