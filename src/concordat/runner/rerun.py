"""A red case played once more: both attempts in one result, and whether they agree."""

from __future__ import annotations

import msgspec

from concordat.ledger.matcher import signature_of
from concordat.runner.result import Rerun, Result

__all__ = ["rerun_of"]


def rerun_of(first: Result, second: Result) -> Result:
    """Return the first result with the second beside it.

    It is flaky when the verdicts differ, or what a ledger would remember of their failures; it stays as red as it was.
    """
    again = Rerun(
        verdict=second.verdict,
        checks=second.checks,
        exchanges=second.exchanges,
        outcomes=second.outcomes,
        reason=second.reason,
        duration_ms=second.duration_ms,
    )
    return msgspec.structs.replace(first, again=again, flaky=_red(first) != _red(second))


def _red(result: Result) -> object:
    red = (check for check in result.checks if check.verdict.red)
    return result.verdict, {msgspec.json.encode([check.id, check.verdict, signature_of(check)]) for check in red}
