"""Compares a candidate's report with its baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.gate.cases import compare_results, ran
from concordat.gate.changes import Change, ChangeKind, ComparedReport, Comparison, Pair
from concordat.gate.clients import capability_changes, review_changes, version_changes
from concordat.gate.comparability import check_subject, pair_clients, selection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from concordat.gate.comparability import ClientMatch, StoredReport
    from concordat.gate.policy import Policy
    from concordat.runner.result import ClientInfo, Report, Result

__all__ = ["compare"]

_ORDER = tuple(ChangeKind)


def compare(
    baseline: StoredReport,
    candidate: StoredReport,
    policy: Policy,
    *,
    today: dt.date,
    pairs: Sequence[str] = (),
    across_catalogues: bool = False,
) -> Comparison:
    """Return the comparison of a candidate with its baseline.

    `pairs` are `OLD@VERSION=NEW@VERSION`; by default clients are matched by name. `today` is the date for the ledgers'
    reviews. Raises ReportError for reports that cannot be compared, UsageError for an unknown pair.
    """
    check_subject(baseline.report.header, candidate.report.header, baseline.path, across_catalogues=across_catalogues)
    matched = pair_clients(baseline, candidate, pairs)
    narrower = selection(baseline.report.header) != selection(candidate.report.header)
    changes: list[Change] = []
    compared: list[Pair] = []
    for match in matched:
        found = list(_client(baseline.report, candidate.report, match, narrower=narrower, today=today))
        changes += found
        compared.append(_pair(baseline.report, candidate.report, match, found))
    if not pairs:
        changes += _lost(baseline.report, candidate.report)
    judged = [msgspec.structs.replace(change, red=policy.red(change)) for change in changes]
    judged.sort(key=lambda change: (not change.red, _ORDER.index(change.kind), change.client, change.case or ""))
    return Comparison(
        baseline=_compared_report(baseline),
        candidate=_compared_report(candidate),
        pairs=tuple(compared),
        changes=tuple(judged),
        notes=tuple(_notes(baseline.report, candidate.report, matched, narrower=narrower)),
        fail_on=str(policy.fail_on),
        failing=any(change.red for change in judged),
    )


def _client(
    baseline: Report, candidate: Report, match: ClientMatch, *, narrower: bool, today: dt.date
) -> Iterator[Change]:
    before, after = _results(baseline, match.baseline), _results(candidate, match.candidate)
    baseline_info, candidate_info = _info(baseline, match.baseline), _info(candidate, match.candidate)
    if baseline_info is not None and candidate_info is not None:
        yield from version_changes(baseline_info, candidate_info)
        yield from capability_changes(baseline_info, candidate_info)
        yield from review_changes(candidate_info, after.values(), today)
    if narrower:
        missing = sum(key not in after and ran(result) for key, result in before.items())
        if missing:
            lines = (f"{missing} results of the baseline are not in the candidate's selection",)
            yield Change(kind=ChangeKind.NOT_ASKED, client=match.candidate, lines=lines)
    for _, change in compare_results(before, after, narrower=narrower):
        yield change


def _pair(baseline: Report, candidate: Report, match: ClientMatch, changes: Sequence[Change]) -> Pair:
    before, after = _results(baseline, match.baseline), _results(candidate, match.candidate)
    both = {key for key, result in after.items() if ran(result) and ran(before.get(key))}
    changed = {change.case for change in changes if change.kind is not ChangeKind.STILL_FAILING}
    return Pair(old=match.baseline, new=match.candidate, compared=len(both), same=len(both - changed))


def _lost(baseline: Report, candidate: Report) -> Iterator[Change]:
    """Yield the clients that ran for the baseline and are unavailable for the candidate."""
    before = {result.client.partition("@")[0]: result.client for result in baseline.results}
    for info in candidate.clients:
        if not info.available and info.name in before:
            yield Change(
                kind=ChangeKind.CLIENT_LOST,
                client=info.label,
                was=before[info.name],
                now="unavailable",
                lines=(info.reason or "without a reason",),
            )


def _notes(baseline: Report, candidate: Report, matched: Sequence[ClientMatch], *, narrower: bool) -> Iterator[str]:
    before, after = baseline.header, candidate.header
    if before.concordat != after.concordat:
        yield f"judged by different versions of Concordat: {before.concordat} -> {after.concordat}"
    if before.catalogue_sha256 != after.catalogue_sha256:
        yield "the catalogues differ: a changed case may be the only reason for another verdict"
    if narrower:
        yield f"the selections differ: {_selection_text(selection(before))} -> {_selection_text(selection(after))}"
    tools = sorted(before.toolchains.keys() & after.toolchains.keys())
    for name in tools:
        if before.toolchains[name] != after.toolchains[name]:
            yield f"{name}: {before.toolchains[name]} -> {after.toolchains[name]}"
    left = {result.client for result in baseline.results} - {match.baseline for match in matched}
    if left:
        yield f"only in the baseline: {', '.join(sorted(left))}"
    left = {result.client for result in candidate.results} - {match.candidate for match in matched}
    if left:
        yield f"only in the candidate, not compared: {', '.join(sorted(left))}"


def _selection_text(settings: dict[str, object]) -> str:
    return (
        ", ".join(f"{name} {msgspec.json.encode(value).decode()}" for name, value in settings.items()) or "everything"
    )


def _results(report: Report, label: str) -> dict[str, Result]:
    return {result.key: result for result in report.results if result.client == label}


def _info(report: Report, label: str) -> ClientInfo | None:
    return next((info for info in report.clients if info.label == label), None)


def _compared_report(one: StoredReport) -> ComparedReport:
    header = one.report.header
    return ComparedReport(
        path=str(one.path),
        run_id=header.run_id,
        started=header.started,
        concordat=header.concordat,
        target=header.target,
        catalogue_sha256=header.catalogue_sha256,
    )
