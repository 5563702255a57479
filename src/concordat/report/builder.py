"""Puts a report together from its events."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.errors import ReportError
from concordat.report.decoding import decoding_scores
from concordat.report.user_agents import UserAgents
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.runner.event import Event
    from concordat.runner.result import ClientInfo, Header, Result

__all__ = ["ReportBuilder", "totals_of"]


def totals_of(results: Iterable[Result], clients: Iterable[ClientInfo]) -> dict[str, int]:
    """Return the counts of a run: every verdict, `executed`, `results`, `clients` and `unavailable` ones."""
    counts = Counter(str(result.verdict) for result in results)
    listed = list(clients)
    totals = {str(verdict): counts[str(verdict)] for verdict in Verdict}
    idle = totals[str(Verdict.NOT_APPLICABLE)] + totals[str(Verdict.HARNESS_ERROR)]
    totals["results"] = sum(counts.values())
    totals["executed"] = totals["results"] - idle
    totals["clients"] = sum(info.available for info in listed)
    totals["unavailable"] = sum(not info.available for info in listed)
    return totals


class ReportBuilder:
    """Takes events in order; `report` is there after the last one."""

    def __init__(self) -> None:
        self._header: Header | None = None
        self._clients: dict[str, ClientInfo] = {}
        self._results: list[Result] = []
        self._stragglers: list[str] = []
        self._end: RunFinished | None = None
        self._user_agents = UserAgents()

    def __call__(self, event: Event) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self._header = event.header
            case ClientReady():
                self._clients[event.client.name + "@" + event.client.requested] = event.client
            case CaseFinished():
                self._results.append(event.result)
                self._user_agents.see(event.result)
                self._stragglers.extend(event.stragglers)
            case RunFinished():
                self._end = event

    @property
    def report(self) -> Report:
        """The whole report. Raises ReportError while its first or last event is missing."""
        if self._header is None or self._end is None:
            message = "the run did not end: its report has no footer"
            raise ReportError(message, hint="run it again")
        clients = tuple(self._user_agents.judged(self._clients[key]) for key in sorted(self._clients))
        results = tuple(sorted(self._results, key=lambda r: (r.case, r.row or "", r.client)))
        return Report(
            header=self._header,
            clients=clients,
            results=results,
            parity=self._end.parity,
            totals=totals_of(self._results, clients),
            footer=self._end.footer,
            stragglers=tuple(self._stragglers),
            notes=self._end.notes,
            requirements=self._end.requirements,
            coverage=self._end.coverage,
            decoding=decoding_scores(results),
        )
