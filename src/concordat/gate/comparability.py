"""Checks that two reports can be compared, and pairs their clients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import Location, ReportError, UsageError, did_you_mean
from concordat.report.store import load_report
from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import Header

__all__ = ["SELECTION", "ClientMatch", "StoredReport", "check_subject", "pair_clients", "read_report", "selection"]

SELECTION = (
    "cases",
    "operations",
    "profile",
    "level",
    "requirements",
    "shard",
    "expression",
    "last_failed",
    "allow_writes",
    "disposable",
    "max_requests",
)
"""The settings that select the cases of a run."""


class StoredReport(msgspec.Struct, frozen=True):
    """A report and its path."""

    path: Path
    report: Report


class ClientMatch(msgspec.Struct, frozen=True):
    """One client by its labels in the baseline and in the candidate."""

    baseline: str
    candidate: str


def read_report(path: Path) -> StoredReport:
    """Return one report. Raises ReportError for an incomplete report and one without an executed result."""
    report = load_report(path)
    if not report.totals.get("executed"):
        message = "the report has no executed result"
        raise ReportError(message, where=Location(path), hint="check its selection, and the reasons of its clients")
    return StoredReport(path, report)


def check_subject(baseline: Header, other: Header, where: Path, *, across_catalogues: bool) -> None:
    """Raise ReportError when the baseline has another target, catalogue or contract than `other`."""
    if baseline.target != other.target:
        message = f"the baseline is of another target: {baseline.target}, not {other.target}"
        raise ReportError(message, where=Location(where), hint="make the baseline against the same target")
    if across_catalogues:
        return
    if baseline.catalogue_sha256 != other.catalogue_sha256:
        message = "the baseline is of another catalogue of cases"
        cause = f"{baseline.catalogue_sha256[:12]} of Concordat {baseline.concordat}, not {other.catalogue_sha256[:12]}"
        hint = "run the baseline's client again with this catalogue, or compare with --across-catalogues"
        raise ReportError(message, where=Location(where), cause=cause, hint=hint)
    differing = [
        name
        for name in sorted(baseline.contracts.keys() | other.contracts.keys())
        if baseline.contracts.get(name) != other.contracts.get(name)
    ]
    if differing:
        message = f"the baseline was judged by another contract: {', '.join(differing)}"
        hint = "run the baseline's client again with this contract, or compare with --across-catalogues"
        raise ReportError(message, where=Location(where), hint=hint)


def selection(header: Header) -> dict[str, object]:
    """Return the settings that select the cases of a run, without empty ones."""
    empty: tuple[object, ...] = (None, [], "", False)
    return {name: value for name in SELECTION if (value := header.settings.get(name)) not in empty}


def pair_clients(baseline: StoredReport, candidate: StoredReport, named: Sequence[str] = ()) -> tuple[ClientMatch, ...]:
    """Return the clients of both reports, matched by name, or the pairs of labels `OLD=NEW` in `named`.

    When the baseline has several versions of a client, the same version matches. Raises UsageError for an unknown
    label, ReportError for an ambiguous version and when the reports have no client in common.
    """
    baseline_labels, candidate_labels = _labels(baseline.report), _labels(candidate.report)
    if named:
        return tuple(_named(text, baseline_labels, candidate_labels) for text in named)
    found = [
        ClientMatch(match, label)
        for label in candidate_labels
        if (match := _match(label, baseline_labels, baseline.path)) is not None
    ]
    if not found:
        message = "the two reports have no client in common"
        cause = f"the baseline has {', '.join(baseline_labels)}; the candidate {', '.join(candidate_labels)}"
        raise ReportError(
            message, where=Location(baseline.path), cause=cause, hint="make a baseline of the same client"
        )
    return tuple(found)


def _labels(report: Report) -> list[str]:
    """Return the labels with results, in the order of the report's clients."""
    with_results = {result.client for result in report.results}
    return [label for label in dict.fromkeys(info.label for info in report.clients) if label in with_results]


def _match(label: str, baseline_labels: Sequence[str], where: Path) -> str | None:
    """Return the baseline's label of the client, None without one. Raises ReportError for several other versions."""
    name = label.partition("@")[0]
    candidates = [one for one in baseline_labels if one.partition("@")[0] == name]
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    if label in candidates:
        return label
    message = f"the baseline has several versions of `{name}`, but not the candidate's"
    hint = f"name the version to compare with: --pair {candidates[-1]}={label}"
    raise ReportError(message, where=Location(where), cause=", ".join(candidates), hint=hint)


def _named(text: str, baseline_labels: Sequence[str], candidate_labels: Sequence[str]) -> ClientMatch:
    old, _, new = text.partition("=")
    for label, known, side in ((old, baseline_labels, "baseline"), (new, candidate_labels, "candidate")):
        if label not in known:
            message = f"the {side} has no results of `{label}`"
            raise UsageError(message, hint=f"{did_you_mean(label, known)}; write --pair OLD@VERSION=NEW@VERSION")
    return ClientMatch(old, new)
