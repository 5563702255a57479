"""The policy that stops a release, from the command line or from the project's settings."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import UsageError, did_you_mean
from concordat.gate.changes import ChangeKind
from concordat.resources import project_settings

if TYPE_CHECKING:
    from concordat.gate.changes import Change

__all__ = ["FailOn", "Policy", "policy_from"]


class FailOn(StrEnum):
    """The changes that stop a release."""

    REGRESSION = "regression"
    """Regressions, changed and new failures, and results that vanished or are not reliable."""
    ANY = "any"
    """Every difference except a version, and every failure that no ledger explains."""
    MUST = "must"
    """As `regression`, for cases and checks at the level `must` only."""


_REGRESSION = frozenset(
    {
        ChangeKind.REGRESSION,
        ChangeKind.CHANGED_FAILURE,
        ChangeKind.NEW_FAILURE,
        ChangeKind.VANISHED,
        ChangeKind.NOT_JUDGED,
        ChangeKind.FLAKY,
        ChangeKind.CLIENT_LOST,
        ChangeKind.REVIEW_OVERDUE,
    }
)
_NEVER = frozenset({ChangeKind.VERSION, ChangeKind.REVIEW_DUE, ChangeKind.NEW})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The changes that stop a release; with `flaky_warns`, a flaky result is only a warning."""

    fail_on: FailOn = FailOn.REGRESSION
    flaky_warns: bool = False

    def red(self, change: Change) -> bool:
        """Whether a change stops the release."""
        if change.kind is ChangeKind.FLAKY and self.flaky_warns:
            return False
        if self.fail_on is FailOn.ANY:
            return change.kind not in _NEVER
        if change.kind not in _REGRESSION:
            return False
        return self.fail_on is FailOn.REGRESSION or change.level in ("", "must")


def policy_from(fail_on: str | None = None) -> Policy:
    """Return the policy with `fail_on`, by default that of the project's settings, and the settings' `flaky`.

    Raises UsageError, with the file, for an unknown value.
    """
    settings = project_settings()
    chosen = fail_on if fail_on is not None else settings.text("fail-on") or str(FailOn.REGRESSION)
    flaky = settings.text("flaky") or "red"
    for name, value, known in (("fail-on", chosen, [str(one) for one in FailOn]), ("flaky", flaky, ["red", "warn"])):
        if value not in known:
            message = f"unknown policy `{name} = {value}`"
            raise UsageError(message, where=settings.where, hint=did_you_mean(value, known))
    return Policy(fail_on=FailOn(chosen), flaky_warns=flaky == "warn")
