"""Which mutant is caught by which check of which case. Every mutant stands here, and none twice with one case."""

from __future__ import annotations

from typing import NamedTuple

from concordat.checks import Verdict

__all__ = ["KILLS", "Kill"]


class Kill(NamedTuple):
    """`case` is a case's key, `check` the id of a check that must then have this verdict."""

    mutant: str
    case: str
    check: str
    verdict: Verdict = Verdict.FAIL

    def __str__(self) -> str:
        return f"{self.mutant} {self.case}"


KILLS: tuple[Kill, ...] = ()
