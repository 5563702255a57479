"""The differences of two reports as frozen types, as `comparison.json` holds them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["COMPARISON_FORMAT", "Change", "ChangeKind", "CheckChange", "ComparedReport", "Comparison", "Pair"]

COMPARISON_FORMAT = 1


class ChangeKind(StrEnum):
    """The kind of a change, in the order of the output."""

    REGRESSION = "regression"
    """It was as expected and now fails."""
    CHANGED_FAILURE = "changed-failure"
    """It failed and now fails differently."""
    NEW_FAILURE = "new-failure"
    """It fails, and the baseline has no verdict on it."""
    VANISHED = "vanished"
    """It ran and is now missing or not applicable."""
    NOT_JUDGED = "not-judged"
    """A harness error: there is no verdict to compare."""
    FLAKY = "flaky"
    """A rerun had another verdict."""
    CLIENT_LOST = "client-lost"
    """The client ran and is now unavailable."""
    REVIEW_OVERDUE = "review-overdue"
    """A known failure has a cause whose `review-by` is past."""
    NEWLY_KNOWN = "newly-known"
    """It was as expected and now fails as the ledger explains."""
    STILL_FAILING = "still-failing"
    """It fails as before, and no ledger explains it."""
    FIX = "fix"
    """It failed and is now as expected."""
    WIRE = "wire"
    """The verdict is the same; the requests differ."""
    OUTCOME = "outcome"
    """The verdict and the requests are the same; the outcome differs."""
    CAPABILITY = "capability"
    """The package gained or lost a part of its public interface."""
    NOT_ASKED = "not-asked"
    """The candidate's narrower selection excludes results of the baseline."""
    REVIEW_DUE = "review-due"
    """A known failure has a cause whose `review-by` is near."""
    NEW = "new"
    """It is as expected, and the baseline has no verdict on it."""
    VERSION = "version"
    """A different version, file, lock, runtime or Concordat."""


class CheckChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One changed check; `id`, `kind`, `pointer`, `error_class` and `status` are its signature."""

    id: str
    kind: str = ""
    pointer: str = ""
    error_class: str | None = None
    status: int | None = None
    text: str = ""
    """The expected and the observed value in one line."""
    gone: bool = False
    """Whether it failed like this in the baseline alone."""

    @property
    def name(self) -> str:
        """The check and its pointer, without the step: `request.query at /pageSize (missing)`."""
        place = f" at {self.pointer}" if self.pointer else ""
        kind = f" ({self.kind})" if self.kind else ""
        error = ", ".join(str(part) for part in (self.error_class, self.status) if part is not None)
        return f"{self.id.rpartition(':')[2]}{place}{kind}{f' [{error}]' if error else ''}"


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change. `client` is the candidate's label; `case` is the case's id with its row, None for the client's facts.

    `lines` explain the change below its headline; `red`: the change stops the release.
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
    command: str = ""
    history: str | None = None
    red: bool = False


class ComparedReport(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two reports: its path and the facts of its header."""

    path: str
    run_id: str
    started: str
    concordat: str
    target: str
    catalogue_sha256: str


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One client by its labels in both reports; `compared` counts the results that ran in both."""

    old: str
    new: str
    compared: int = 0
    same: int = 0
    """Results with the same verdict, failures and requests."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All changes, red ones first; `failing`: the policy stops the release."""

    format: int = COMPARISON_FORMAT
    baseline: ComparedReport
    candidate: ComparedReport
    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    fail_on: str
    failing: bool

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """Return the changes of the kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)
