"""Assembles a report from the events of a run."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from concordat.clients.identity import user_agent_problem
from concordat.errors import ReportError
from concordat.report.decoding import decoding_scores
from concordat.report.summary import totals_of
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.runner.result import Report

if TYPE_CHECKING:
    from concordat.runner.event import Event
    from concordat.runner.result import ClientInfo, Header, Result

__all__ = ["ReportBuilder", "UserAgents"]

_MOST_USER_AGENTS = 20
"""Different User-Agents to keep per client. An SDK has one."""


class ReportBuilder:
    """Consumes events in order. `report` is available after the last one."""

    def __init__(self) -> None:
        self._header: Header | None = None
        self._clients: dict[str, ClientInfo] = {}
        self._results: list[Result] = []
        self._stragglers: list[str] = []
        self._end: RunFinished | None = None
        self._user_agents = UserAgents()

    def __call__(self, event: Event) -> None:
        """Add one event."""
        match event:
            case RunStarted():
                self._header = event.header
            case ClientReady():
                self._clients[event.client.name + "@" + event.client.requested] = event.client
            case CaseFinished():
                self._results.append(event.result)
                self._user_agents.add(event.result)
                self._stragglers.extend(event.stragglers)
            case RunFinished():
                self._end = event

    @property
    def report(self) -> Report:
        """The whole report. Raises ReportError while its first or last event is missing."""
        if self._header is None or self._end is None:
            message = "the run did not end: its report has no footer"
            raise ReportError(message, hint="run it again")
        clients = tuple(self._user_agents.checked(self._clients[key]) for key in sorted(self._clients))
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


class UserAgents:
    """The User-Agents of all recorded requests, by client."""

    def __init__(self) -> None:
        self._values: dict[str, set[str]] = defaultdict(set)
        self._senders: set[str] = set()

    def add(self, result: Result) -> None:
        """Add the requests of one result."""
        for exchange in result.exchanges:
            if exchange.request is None:
                continue
            self._senders.add(result.client)
            values = self._values[result.client]
            if len(values) < _MOST_USER_AGENTS:
                values.update(value for name, value in exchange.request.headers if name.lower() == "user-agent")

    def checked(self, info: ClientInfo) -> ClientInfo:
        """Return the client with `integrity.user_agent` set, unchanged when the client sent no request."""
        if info.integrity is None or info.label not in self._senders:
            return info
        values = sorted(self._values[info.label])
        problems = (user_agent_problem(value, names={info.package}, version=info.version) for value in values)
        text = next((problem for problem in problems if problem), "ok" if values else "ok: no User-Agent was sent")
        return msgspec.structs.replace(info, integrity=msgspec.structs.replace(info.integrity, user_agent=text))
