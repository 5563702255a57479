"""View model of the page's overview: headline and sentence, clients, areas, red results and known causes."""

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


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One available client: its shares by level and its results by verdict."""

    info: ClientInfo
    shares: tuple[tuple[str, Share], ...]
    results: int
    passed: int
    red: int
    known: int
    observed: int
    blocked: int
    not_applicable: int


@dataclass(frozen=True, slots=True)
class AreaCell:
    """One client in one area: the shares of the levels with judged results, strongest first, and the observations."""

    client: str
    shares: tuple[tuple[str, Share], ...]
    observed: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area with a cell for each client."""

    name: str
    cells: tuple[AreaCell, ...]


@dataclass(frozen=True, slots=True)
class RedCase:
    """The red results of a case and its rows: for each client the first of them and their number."""

    case: str
    title: str
    level: str
    clients: tuple[tuple[Result, int], ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownCause:
    """A cause that explains `results` known failures of a client; `example` is the first of them."""

    client: str
    cause: CauseView
    results: int
    example: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview page. `tone` is `good`, `bad` or `unsure`."""

    headline: str
    tone: str
    sentence: str
    clients: tuple[ClientRow, ...]
    unavailable: tuple[ClientInfo, ...]
    areas: tuple[AreaRow, ...]
    verdicts: tuple[tuple[str, int], ...]
    red: tuple[RedCase, ...]
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
        verdicts=tuple((str(verdict), report.totals.get(str(verdict), 0)) for verdict in Verdict),
        red=_red_cases(red_results(report.results)),
        causes=causes,
    )


def _sentence(report: Report, causes: int) -> str:
    totals = report.totals
    known = totals.get(str(Verdict.KNOWN_FAILURE), 0)
    parts = [f"{totals.get(str(Verdict.PASS), 0):,} passed"]
    if red := sum(totals.get(str(verdict), 0) for verdict in _RED):
        parts.append(f"{red:,} {'is' if red == 1 else 'are'} red")
    if known:
        verb = "explains" if causes == 1 else "explain"
        parts.append(f"{known:,} failed as {_count(causes, 'cause')} in the ledgers {verb}")
    if observed := totals.get(str(Verdict.OBSERVATION), 0):
        parts.append(f"{observed:,} {'is' if observed == 1 else 'are'} observed and not judged, as no source decides")
    sentence = f"{_count(totals['clients'], 'client')}, {_count(totals['executed'], 'result')}: {', '.join(parts)}."
    if skipped := totals.get(str(Verdict.NOT_APPLICABLE), 0):
        sentence += f" {skipped:,} more do not apply to their client."
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
        results=tally.count(label, *Verdict),
        passed=tally.count(label, Verdict.PASS),
        red=tally.count(label, *_RED),
        known=tally.count(label, Verdict.KNOWN_FAILURE),
        observed=tally.count(label, Verdict.OBSERVATION),
        blocked=tally.count(label, Verdict.BLOCKED),
        not_applicable=tally.count(label, Verdict.NOT_APPLICABLE),
    )


def _cell(label: str, area: str, tally: Tally) -> AreaCell:
    levels = ((level, tally.share(label, level=level, area=area)) for level in LEVELS)
    shares = tuple((level, share) for level, share in levels if share.judged)
    return AreaCell(label, shares, tally.count(label, Verdict.OBSERVATION, area=area))


def _red_cases(red: Iterable[Result]) -> tuple[RedCase, ...]:
    """Return the red results by case, those of the strongest level first."""
    found: dict[str, list[Result]] = {}
    for result in red:
        found.setdefault(result.case, []).append(result)
    ordered = sorted(found.items(), key=lambda item: LEVELS.index(item[1][0].level))
    return tuple(
        RedCase(
            case=case,
            title=results[0].title,
            level=results[0].level,
            clients=tuple(
                (next(result for result in results if result.client == client), count)
                for client, count in Counter(result.client for result in results).items()
            ),
            checks=tuple(dict.fromkeys(name for result in results for name in _failed_checks(result))),
        )
        for case, results in ordered
    )


def _failed_checks(result: Result) -> list[str]:
    return [check.id for check in result.checks if check.verdict.red] or [result.reason or str(result.verdict)]


def _causes(report: Report) -> tuple[KnownCause, ...]:
    listed = {(info.label, cause.id): cause for info in report.clients for cause in info.causes}
    found = sorted(results_by_cause(report.results).items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return tuple(
        KnownCause(key[0], listed.get(key) or CauseView(id=key[1], reason=""), len(results), results[0].key)
        for key, results in found
    )
