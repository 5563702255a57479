"""How much of what was executed passed, counted by client, area and level."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.catalogue.model import Level
from concordat.checks import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.runner.result import Result

__all__ = ["LEVELS", "Share", "Tally"]

LEVELS = tuple(str(level) for level in Level)
_PASSED = (Verdict.PASS, Verdict.OBSERVATION)
_IDLE = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)
_MOST = 90
"""Percent of what must be so, below which a client is shown in red."""


@dataclass(frozen=True, slots=True)
class Share:
    """`passed` of `executed` results. A known failure is executed and not passed; an observation is never red."""

    passed: int
    executed: int

    @property
    def percent(self) -> int | None:
        """The whole percent, rounded down: 100 is all of them. None where nothing was executed."""
        return self.passed * 100 // self.executed if self.executed else None

    @property
    def text(self) -> str:
        """`97%`, or a dash."""
        return "-" if self.percent is None else f"{self.percent}%"

    def tone(self, level: str) -> str:
        """A class of the style sheet: `all`, `most`, `few` (only of what must be so) or `none`."""
        if self.percent is None:
            return "none"
        if self.passed == self.executed:
            return "all"
        return "most" if level != str(Level.MUST) or self.percent >= _MOST else "few"


class Tally:
    """Counts of verdicts, taken once over all results."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._counts: Counter[tuple[str, str, str, Verdict]] = Counter(
            (result.client, result.area, result.level, result.verdict) for result in results
        )
        self.areas = tuple(sorted({area for _, area, _, _ in self._counts}))

    def count(self, client: str, *verdicts: Verdict) -> int:
        """How many results of a client have one of the verdicts."""
        return sum(n for (name, _, _, verdict), n in self._counts.items() if name == client and verdict in verdicts)

    def share(self, client: str, *, level: str | None = None, area: str | None = None) -> Share:
        """The share of a client, in one level or area or in all."""
        passed = executed = 0
        for (name, where, how, verdict), count in self._counts.items():
            if name == client and level in (None, how) and area in (None, where) and verdict not in _IDLE:
                executed += count
                passed += count if verdict in _PASSED else 0
        return Share(passed, executed)
