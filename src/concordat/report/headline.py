"""What a run came to, in one sentence: the same for every reporter. Nothing red is no good news if nothing was run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.checks import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.result import ClientInfo, Report, Result

__all__ = ["Headline", "headline", "nothing_run", "unavailable_text"]

_IDLE = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)


@dataclass(frozen=True, slots=True)
class Headline:
    """A sentence without its full stop; `tone` is `good`, `bad` or `unsure`."""

    text: str
    tone: str


def headline(report: Report) -> Headline:
    """Return the headline of a report."""
    if not report.footer.complete:
        return Headline("This run did not end", "bad")
    if red := sum(result.verdict.red for result in report.results):
        noun = "result is" if red == 1 else "results are"
        return Headline(f"{red:,} {noun} not as expected", "bad")
    if idle := nothing_run(report.results, report.clients):
        return Headline(idle, "unsure")
    absent = unavailable_text(report.clients)
    more = f"; {absent}" if absent else ""
    if report.footer.exit_code:
        return Headline(f"The run ended with something amiss{more}", "unsure")
    if any(result.verdict is Verdict.KNOWN_FAILURE for result in report.results):
        return Headline(f"Nothing new: every failure is known and explained{more}", "good")
    return Headline(f"Every client kept every promise that was tried{more}", "good")


def nothing_run(results: Sequence[Result], clients: Iterable[ClientInfo]) -> str | None:
    """Return that nothing was run, and why; None where a result was executed."""
    if any(result.verdict not in _IDLE for result in results):
        return None
    reasons = [unavailable_text(clients)]
    if any(result.verdict is Verdict.HARNESS_ERROR for result in results):
        reasons.append("the harness failed")
    elif results:
        reasons.append("no case applies to its client")
    return f"Nothing was run: {', '.join(filter(None, reasons)) or 'no case was selected'}"


def unavailable_text(clients: Iterable[ClientInfo]) -> str:
    """Return which clients are unavailable; nothing where all are there."""
    absent = [info.label for info in clients if not info.available]
    return f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} unavailable" if absent else ""
