"""View model of the page's overview: headline and sentence, clients, areas, red results and known causes.

A red result fails the run. A level (`must`, `should`, `may`) is how strongly a source requires a behaviour. A ledger
records the known failures of one client by cause.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.report.summary import LEVELS, Share, Tally, headline, red_results, results_by_cause
from concordat.runner.result import CauseView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.runner.result import ClientInfo, Report, Result

__all__ = ["AreaCell", "AreaRow", "ClientRow", "KnownCause", "Overview", "RedCase", "overview"]

_RED = tuple(verdict for verdict in Verdict if verdict.red)
"""The verdicts that fail a run."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One available client: the share of judged results that passed, by level, and the number of results by verdict."""

    info: ClientInfo
    shares: tuple[tuple[str, Share], ...]
    result_count: int
    passed_count: int
    red_count: int
    known_failure_count: int
    observation_count: int
    blocked_count: int
    not_applicable_count: int
    target_count: int


@dataclass(frozen=True, slots=True)
class AreaCell:
    """One client in one area: the share that passed for each level with judged results, and the observations.

    `must` comes first. Every executed result is judged, except an observation.
    """

    client: str
    shares: tuple[tuple[str, Share], ...]
    observation_count: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area with a cell for each client."""

    name: str
    cells: tuple[AreaCell, ...]


@dataclass(frozen=True, slots=True)
class RedCase:
    """A case with red results: for each client, its first red result and the number of its red results.

    `failures` are the ids of the failed checks, or for a result without one its reason or verdict.
    """

    case: str
    title: str
    level: str
    first_results: tuple[tuple[Result, int], ...]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownCause:
    """A cause from a client's ledger, the number of known failures that it explains, and the key of the first one."""

    client: str
    cause: CauseView
    failure_count: int
    example_key: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview page; `tone` is the headline's."""

    headline: str
    tone: str
    sentence: str
    clients: tuple[ClientRow, ...]
    unavailable: tuple[ClientInfo, ...]
    areas: tuple[AreaRow, ...]
    verdict_counts: tuple[tuple[str, int], ...]
    red_cases: tuple[RedCase, ...]
    causes: tuple[KnownCause, ...]


def overview(report: Report) -> Overview:
    """Return the overview of a report."""
    tally = Tally(report.results)
    available = [info for info in report.clients if info.available]
    causes = _causes(report)
    title = headline(report)
    return Overview(
        headline=title.text,
        tone=title.tone,
        sentence=_sentence(report, len(causes)),
        clients=tuple(_client(info, tally) for info in available),
        unavailable=tuple(info for info in report.clients if not info.available),
        areas=tuple(AreaRow(area, tuple(_cell(info.label, area, tally) for info in available)) for area in tally.areas),
        verdict_counts=tuple((str(verdict), report.totals.get(str(verdict), 0)) for verdict in Verdict),
        red_cases=_red_cases(red_results(report.results)),
        causes=causes,
    )


def _sentence(report: Report, cause_count: int) -> str:
    totals = report.totals
    known = totals.get(str(Verdict.KNOWN_FAILURE), 0)
    parts = [f"{totals.get(str(Verdict.PASS), 0):,} passed"]
    if red := sum(totals.get(str(verdict), 0) for verdict in _RED):
        parts.append(f"{red:,} {'is' if red == 1 else 'are'} red")
    if known:
        parts.append(f"{known:,} failed for {_count(cause_count, 'known cause')} in the ledgers")
    if observed := totals.get(str(Verdict.OBSERVATION), 0):
        verb = "is" if observed == 1 else "are"
        parts.append(f"{observed:,} {verb} observed only, because no source specifies the right behaviour")
    sentence = f"{_count(totals['clients'], 'client')}, {_count(totals['executed'], 'result')}: {', '.join(parts)}."
    if skipped := totals.get(str(Verdict.NOT_APPLICABLE), 0):
        verb, owner = ("does", "its") if skipped == 1 else ("do", "their")
        sentence += f" {_count(skipped, 'more result')} {verb} not apply to {owner} client."
    if unusable := totals.get(str(Verdict.TARGET), 0):
        verb = "says" if unusable == 1 else "say"
        sentence += f" {_count(unusable, 'result')} {verb} nothing, because the target failed."
    if missing := totals["unavailable"]:
        verb = "is" if missing == 1 else "are"
        sentence += f" {_count(missing, 'client')} could not be installed here and {verb} not counted."
    return sentence


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _client(info: ClientInfo, tally: Tally) -> ClientRow:
    label = info.label
    return ClientRow(
        info=info,
        shares=tuple((level, tally.share(label, level=level)) for level in LEVELS),
        result_count=tally.count(label, *Verdict),
        passed_count=tally.count(label, Verdict.PASS),
        red_count=tally.count(label, *_RED),
        known_failure_count=tally.count(label, Verdict.KNOWN_FAILURE),
        observation_count=tally.count(label, Verdict.OBSERVATION),
        blocked_count=tally.count(label, Verdict.BLOCKED),
        not_applicable_count=tally.count(label, Verdict.NOT_APPLICABLE),
        target_count=tally.count(label, Verdict.TARGET),
    )


def _cell(label: str, area: str, tally: Tally) -> AreaCell:
    levels = ((level, tally.share(label, level=level, area=area)) for level in LEVELS)
    shares = tuple((level, share) for level, share in levels if share.judged)
    return AreaCell(label, shares, tally.count(label, Verdict.OBSERVATION, area=area))


def _red_cases(red: Iterable[Result]) -> tuple[RedCase, ...]:
    """Return the cases with red results. Cases of the level `must` come first, those of `may` last."""
    by_case: dict[str, list[Result]] = {}
    for result in red:
        by_case.setdefault(result.case, []).append(result)
    ordered = sorted(by_case.items(), key=lambda item: LEVELS.index(item[1][0].level))
    return tuple(
        RedCase(
            case=case,
            title=results[0].title,
            level=results[0].level,
            first_results=tuple(
                (next(result for result in results if result.client == client), count)
                for client, count in Counter(result.client for result in results).items()
            ),
            failures=tuple(dict.fromkeys(failure for result in results for failure in _failures(result))),
        )
        for case, results in ordered
    )


def _failures(result: Result) -> list[str]:
    """Return the ids of the red checks; without one, as for a harness error, the reason or the verdict."""
    return [check.id for check in result.checks if check.verdict.red] or [result.reason or str(result.verdict)]


def _causes(report: Report) -> tuple[KnownCause, ...]:
    listed = {(info.label, cause.id): cause for info in report.clients for cause in info.causes}
    causes = [
        # A report of another program may omit the causes of its clients: such a cause has only its id.
        KnownCause(client, listed.get((client, cause)) or CauseView(id=cause, reason=""), len(results), results[0].key)
        for (client, cause), results in results_by_cause(report.results).items()
    ]
    return tuple(sorted(causes, key=lambda known: (known.client, -known.failure_count, known.cause.id)))
