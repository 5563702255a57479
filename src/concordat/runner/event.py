"""The events of a run as frozen types: the lines of `events.jsonl`, from which the report is built."""

from __future__ import annotations

import msgspec

from concordat.coverage.model import Coverage
from concordat.runner.result import ClientInfo, Footer, Header, ParityRow, RequirementScore, Result

__all__ = ["CaseFinished", "ClientReady", "Event", "RunFinished", "RunStarted"]


class RunStarted(msgspec.Struct, frozen=True, tag="run-started"):
    """The first event."""

    header: Header
    planned: int
    """The number of results to come."""


class ClientReady(msgspec.Struct, frozen=True, tag="client-ready"):
    """A client is installed and started, or is not available."""

    client: ClientInfo


class CaseFinished(msgspec.Struct, frozen=True, tag="case-finished"):
    """A case has ended with one client."""

    result: Result
    stragglers: tuple[str, ...] = ()
    """One line for each request that arrived after the end of the case."""


class RunFinished(msgspec.Struct, frozen=True, tag="run-finished"):
    """The last event."""

    footer: Footer
    parity: tuple[ParityRow, ...] = ()
    notes: tuple[str, ...] = ()
    requirements: tuple[RequirementScore, ...] = ()
    coverage: Coverage | None = None


Event = RunStarted | ClientReady | CaseFinished | RunFinished
