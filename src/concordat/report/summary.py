"""The numbers of a run: every format takes its counts, shares and headline from here."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.catalogue.model import Level
from concordat.checks import Verdict
from concordat.runner.scoring import level_scores
from concordat.runner.target_account import target_account

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.result import ClientInfo, Report, Result

__all__ = [
    "LEVELS",
    "Headline",
    "Share",
    "Tally",
    "counts_by_client",
    "executed",
    "headline",
    "nothing_run",
    "red_results",
    "results_by_cause",
    "shown_verdicts",
    "totals_of",
    "unavailable_text",
    "write_safety_failed",
]

LEVELS = tuple(str(level) for level in Level)
_FIRST = (Verdict.PASS, Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.KNOWN_FAILURE, Verdict.OBSERVATION)
_ORDER = tuple(dict.fromkeys((*_FIRST, *Verdict)))
"""Every verdict, so that the columns of a row add up to the results of its client."""
_MOST = 90
"""A share of `must` below this percentage is shown in red."""


def executed(results: Iterable[Result]) -> int:
    """Return the number of results that say something about their client."""
    return sum(result.verdict.executed for result in results)


def red_results(results: Iterable[Result], client: str | None = None) -> list[Result]:
    """Return the results that are not as expected, of one client or of all."""
    return [result for result in results if result.verdict.red and client in (None, result.client)]


def results_by_cause(results: Iterable[Result]) -> dict[tuple[str, str], list[Result]]:
    """Return the known failures by client and cause. A result with several causes stands under each."""
    found: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        for cause in {check.cause for check in result.checks if check.cause and check.verdict is Verdict.KNOWN_FAILURE}:
            found[result.client, cause].append(result)
    return found


def write_safety_failed(result: Result) -> bool:
    """Whether a result, or its write-safety check alone, is a failure, known or not."""
    failed = (Verdict.FAIL, Verdict.KNOWN_FAILURE, Verdict.UNEXPECTED_PASS)
    checks = (check for check in result.checks if check.id.rpartition(":")[2] == "write-safety")
    return result.verdict in failed or any(check.verdict in failed for check in checks)


def totals_of(results: Iterable[Result], clients: Iterable[ClientInfo]) -> dict[str, int]:
    """Return the counts of a run: each verdict, `executed`, `results`, `clients` and `unavailable` clients."""
    counts = Counter(str(result.verdict) for result in results)
    listed = list(clients)
    totals = {str(verdict): counts[str(verdict)] for verdict in Verdict}
    totals["results"] = sum(counts.values())
    totals["executed"] = totals["results"] - sum(totals[str(verdict)] for verdict in Verdict if not verdict.executed)
    totals["clients"] = sum(info.available for info in listed)
    totals["unavailable"] = sum(not info.available for info in listed)
    return totals


def counts_by_client(results: Iterable[Result]) -> dict[str, Counter[Verdict]]:
    """Return each client's number of results by verdict."""
    counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for result in results:
        counts[result.client][result.verdict] += 1
    return counts


def shown_verdicts(counts: Iterable[Counter[Verdict]] | None = None) -> tuple[Verdict, ...]:
    """Return the verdicts in the order of columns: those with a count, or all when no counts are given."""
    if counts is None:
        return _ORDER
    listed = list(counts)
    return tuple(verdict for verdict in _ORDER if any(counter[verdict] for counter in listed))


@dataclass(frozen=True, slots=True)
class Share:
    """`passed` of `judged` results. A known failure is judged and not passed; an observation is not judged."""

    passed: int
    judged: int

    @property
    def percent(self) -> int | None:
        """The percentage rounded down, so that 100 means all; None when nothing was judged."""
        return self.passed * 100 // self.judged if self.judged else None

    @property
    def text(self) -> str:
        """`97%`, or a dash."""
        return "-" if self.percent is None else f"{self.percent}%"

    def tone(self, level: str) -> str:
        """Return the style class: `all`, `most`, `few` (for `must` alone) or `none`."""
        if self.percent is None:
            return "none"
        if self.passed == self.judged:
            return "all"
        return "most" if level != str(Level.MUST) or self.percent >= _MOST else "few"


class Tally:
    """Counts and scores of the results by client, area and level, computed in one pass."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._counts: Counter[tuple[str, str, Verdict]] = Counter()
        by_area: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            by_area[result.area].append(result)
            self._counts[result.client, result.area, result.verdict] += 1
        self._scores = {area: level_scores(by_area[area]) for area in sorted(by_area)}

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas with results, sorted."""
        return tuple(self._scores)

    def count(self, client: str, *verdicts: Verdict, area: str | None = None) -> int:
        """Return the number of a client's results with one of the verdicts, in one area or in all."""
        return sum(
            count
            for (name, where, verdict), count in self._counts.items()
            if name == client and area in (None, where) and verdict in verdicts
        )

    def share(self, client: str, *, level: str | None = None, area: str | None = None) -> Share:
        """Return a client's share of one level or of all, in one area or in all."""
        scores = [
            score
            for where, by_client in self._scores.items()
            if area in (None, where)
            for name, score in by_client.get(client, {}).items()
            if level in (None, name)
        ]
        return Share(sum(score.passed for score in scores), sum(score.executed for score in scores))


@dataclass(frozen=True, slots=True)
class Headline:
    """A sentence without its full stop, and its tone.

    `tone` is `bad` with a red result or when the run did not end, `unsure` when nothing was run or the exit code is not
    0, else `good`.
    """

    text: str
    tone: str


def headline(report: Report) -> Headline:
    """Return the result of a run as one sentence. It is never good news if nothing was run or the target failed."""
    if not report.footer.complete:
        return Headline("This run did not end", "bad")
    if red := len(red_results(report.results)):
        noun = "result is" if red == 1 else "results are"
        return Headline(f"{red:,} {noun} not as expected", "bad")
    account = target_account(report.results)
    if reason := account or nothing_run(report.results, report.clients):
        return Headline(reason[0].upper() + reason[1:], "unsure")
    absent = unavailable_text(report.clients)
    more = f"; {absent}" if absent else ""
    if report.footer.exit_code:
        return Headline(f"The run ended with exit code {report.footer.exit_code}{more}", "unsure")
    if any(result.verdict is Verdict.KNOWN_FAILURE for result in report.results):
        return Headline(f"Every failure is known and explained{more}", "good")
    return Headline(f"Every client meets every expectation that was checked{more}", "good")


def nothing_run(results: Sequence[Result], clients: Iterable[ClientInfo]) -> str | None:
    """Return why a run executed nothing, None when it executed a result."""
    if executed(results):
        return None
    reasons = [unavailable_text(clients)]
    if any(result.verdict is Verdict.HARNESS_ERROR for result in results):
        reasons.append("the harness failed")
    elif any(result.verdict is Verdict.TARGET for result in results):
        reasons.append("the target failed")
    elif results:
        reasons.append("no case applies to its client")
    return f"Nothing was run: {', '.join(filter(None, reasons)) or 'no case was selected'}"


def unavailable_text(clients: Iterable[ClientInfo]) -> str:
    """Return which clients are unavailable; empty when every client is available."""
    absent = [info.label for info in clients if not info.available]
    return f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} unavailable" if absent else ""
