"""The data model of `comparison.json`: the differences between two reports, the baseline and the candidate.

Failures that a ledger records, with a cause for each, are known; a ledger belongs to one client.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["COMPARISON_FORMAT", "Change", "ChangeKind", "CheckChange", "ComparedReport", "Comparison", "Pair"]

COMPARISON_FORMAT = 1


class ChangeKind(StrEnum):
    """The kind of a change, in the order of the output.

    A result is one client's run of one case. It fails if one of its checks fails, whether a ledger records it or not.
    """

    REGRESSION = "regression"
    """A result has no failure in the baseline and fails in the candidate."""
    CHANGED_FAILURE = "changed-failure"
    """A result fails in both reports, with other failures in the candidate."""
    NEW_FAILURE = "new-failure"
    """A result is red in the candidate, and the baseline has no verdict for it."""
    VANISHED = "vanished"
    """A result was executed in the baseline, and is missing or not applicable in the candidate."""
    NOT_JUDGED = "not-judged"
    """The harness failed on the candidate's result (`harness-error`), or the target did (`target`): not comparable."""
    FLAKY = "flaky"
    """A result of the candidate is red, and was not red when the run repeated its case."""
    CLIENT_LOST = "client-lost"
    """A client has results in the baseline and is unavailable in the candidate."""
    REVIEW_OVERDUE = "review-overdue"
    """A known failure has a cause whose `review-by` is past."""
    NEWLY_KNOWN = "newly-known"
    """As `regression` or `changed-failure`, but the ledger has a cause for each new failure."""
    STILL_FAILING = "still-failing"
    """A result has the same failures in both reports and is red in the candidate."""
    FIX = "fix"
    """A failure of the baseline is gone in the candidate, and no other failure appeared."""
    WIRE = "wire"
    """The verdict is the same, and the requests (the traffic on the wire) differ."""
    OUTCOME = "outcome"
    """The verdict and the requests are the same, and the outcome that the adapter reports differs."""
    CAPABILITY = "capability"
    """The differences between the package's public API and the API's document changed."""
    NOT_ASKED = "not-asked"
    """The candidate's run selected other cases, so that it has no result for some cases of the baseline."""
    REVIEW_DUE = "review-due"
    """A known failure has a cause whose `review-by` is near."""
    NEW = "new"
    """A result is not red in the candidate, and the baseline has no verdict for it."""
    VERSION = "version"
    """The client's version, package, file, lock, runtime or call style differs."""


class CheckChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A failed check that only one of the reports has, or a red check of the candidate.

    `id`, `kind`, `pointer`, `error_class` and `status` are its signature, by which the gate finds the same failure in
    the other report.
    """

    id: str
    kind: str = ""
    pointer: str = ""
    error_class: str | None = None
    status: int | None = None
    text: str = ""
    """The expected and the observed value in one line."""
    gone: bool = False
    """Whether only the baseline has this failure."""

    @property
    def name(self) -> str:
        """The signature as text, without the step of the case: `request.query at /pageSize (missing)`."""
        place = f" at {self.pointer}" if self.pointer else ""
        kind = f" ({self.kind})" if self.kind else ""
        error = ", ".join(str(part) for part in (self.error_class, self.status) if part is not None)
        return f"{self.id.rpartition(':')[2]}{place}{kind}{f' [{error}]' if error else ''}"


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of a result, or of a client without its results: its version, public API or reviews.

    `client` is the label in the candidate. `case` is the id of the case, with `[ROW]` if it is one row of a table; None
    for a change of the client. `was` and `now` are the verdicts in the baseline and in the candidate, or the client's
    labels. `lines` explain the change below its headline.
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
    """The command line that runs the case alone."""
    history: str | None = None
    """The recorded outcomes of the case with other releases: `3.1.0 ok, 6.2.0 fails`."""
    red: bool = False
    """Whether the change alone stops the release, by the policy `Comparison.fail_on`."""


class ComparedReport(msgspec.Struct, frozen=True, kw_only=True):
    """The baseline's or the candidate's report: its path, and five fields of its header."""

    path: str
    run_id: str
    started: str
    concordat: str
    target: str
    catalogue_sha256: str


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One client in both reports: `old` is its label in the baseline, `new` its label in the candidate."""

    old: str
    new: str
    compared: int = 0
    """The number of results that both reports executed."""
    same: int = 0
    """The number of compared results without a change, or with the kind `still-failing` only."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All changes, red ones first.

    `fail_on` is the policy that decides which changes are red. `failing` says that at least one is, so that the gate
    stops the release.
    """

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
