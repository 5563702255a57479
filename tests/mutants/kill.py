"""One line of the table of kills."""

from __future__ import annotations

from typing import NamedTuple

from concordat.checks import Verdict

__all__ = ["Kill"]


class Kill(NamedTuple):
    """`case` is a case's key, `check` the id of a check that must then have this verdict.

    It is `fail`, but an observation in a case that no source binds anybody to, and a harness error where a sandbox
    breaks the contract.
    """

    mutant: str
    case: str
    check: str
    verdict: Verdict = Verdict.FAIL

    def __str__(self) -> str:
        return f"{self.mutant} {self.case}"
