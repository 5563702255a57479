"""What the page says at its beginning: the sentence for a manager, the clients, the areas, what is red and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.report.headline import headline
from concordat.report.html.shares import LEVELS, Share, Tally
from concordat.runner.result import CauseView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.runner.result import ClientInfo, Report, Result

__all__ = ["AreaRow", "ClientRow", "KnownCause", "RedCase", "Summary", "summarise"]

_RED = (Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.HARNESS_ERROR)


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client that ran: its shares by level, and how often each verdict came."""

    info: ClientInfo
    shares: tuple[tuple[str, Share], ...]
    results: int
    passed: int
    red: int
    known: int
    observed: int
    blocked: int
    idle: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area: for each client its label, and the shares of the levels that it has there, strongest first."""

    name: str
    cells: tuple[tuple[str, tuple[tuple[str, Share], ...]], ...]


@dataclass(frozen=True, slots=True)
class RedCase:
    """A case, all its rows together, with results that are not as expected: for each client the first, and how many."""

    case: str
    title: str
    level: str
    clients: tuple[tuple[Result, int], ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownCause:
    """One cause that explained something: `results` of a client, the first of them `example`."""

    client: str
    cause: CauseView
    results: int
    example: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All of it. `tone` is `good`, `bad` or `unsure`."""

    headline: str
    tone: str
    sentence: str
    clients: tuple[ClientRow, ...]
    unavailable: tuple[ClientInfo, ...]
    areas: tuple[AreaRow, ...]
    verdicts: tuple[tuple[str, int], ...]
    red: tuple[RedCase, ...]
    causes: tuple[KnownCause, ...]


def summarise(report: Report) -> Summary:
    """Return what a report comes to."""
    tally = Tally(report.results)
    available = [info for info in report.clients if info.available]
    red = tuple(result for result in report.results if result.verdict in _RED)
    causes = _causes(report)
    told = headline(report)
    return Summary(
        headline=told.text,
        tone=told.tone,
        sentence=_sentence(report, len(causes)),
        clients=tuple(_client(info, tally) for info in available),
        unavailable=tuple(info for info in report.clients if not info.available),
        areas=tuple(AreaRow(area, tuple(_cell(info.label, area, tally) for info in available)) for area in tally.areas),
        verdicts=tuple((str(verdict), report.totals.get(str(verdict), 0)) for verdict in Verdict),
        red=_red_cases(red),
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
        parts.append(f"{known:,} failed in ways that {_count(causes, 'cause')} in the ledgers {verb}")
    if observed := totals.get(str(Verdict.OBSERVATION), 0):
        parts.append(f"{observed:,} {'is' if observed == 1 else 'are'} only observed, as no source decides them")
    sentence = f"{_count(totals['clients'], 'client')}, {_count(totals['executed'], 'result')}: {', '.join(parts)}."
    if idle := totals.get(str(Verdict.NOT_APPLICABLE), 0):
        sentence += f" {idle:,} more do not apply to their client."
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
        idle=tally.count(label, Verdict.NOT_APPLICABLE),
    )


def _cell(label: str, area: str, tally: Tally) -> tuple[str, tuple[tuple[str, Share], ...]]:
    levels = ((level, tally.share(label, level=level, area=area)) for level in LEVELS)
    return label, tuple((level, share) for level, share in levels if share.executed)


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
            checks=tuple(dict.fromkeys(told for result in results for told in _told(result))),
        )
        for case, results in ordered
    )


def _told(result: Result) -> list[str]:
    return [check.id for check in result.checks if check.verdict.red] or [result.reason or str(result.verdict)]


def _causes(report: Report) -> tuple[KnownCause, ...]:
    told = {(info.label, cause.id): cause for info in report.clients for cause in info.causes}
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in report.results:
        for cause in {check.cause for check in result.checks if check.cause and check.verdict is Verdict.KNOWN_FAILURE}:
            counts[result.client, cause] += 1
            examples[result.client, cause].append(result.key)
    return tuple(
        KnownCause(key[0], told.get(key) or CauseView(id=key[1], reason=""), count, examples[key][0])
        for key, count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    )
