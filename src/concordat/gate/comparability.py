"""Whether two reports can be compared at all, and which clients of theirs belong together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import Location, ReportError, UsageError, did_you_mean
from concordat.report.load import load_report
from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import Header

__all__ = ["SELECTION", "Matched", "Read", "admit", "pair_clients", "read", "same_subject", "selection"]

SELECTION = ("cases", "profile", "level", "requirements", "shard", "expression", "last_failed", "allow_writes")
"""The settings that decide which cases a run was asked for."""


class Read(msgspec.Struct, frozen=True):
    """A report and where it was read."""

    path: Path
    report: Report


class Matched(msgspec.Struct, frozen=True):
    """One client by its labels in the baseline and in the candidate."""

    old: str
    new: str


def read(path: Path) -> Read:
    """Read one report. Raises ReportError where it is not whole, or of nothing run."""
    report = load_report(path)
    if not report.totals.get("executed"):
        message = "nothing was executed in this report"
        raise ReportError(message, where=Location(path), hint="look at its selection, and at its clients' reasons")
    return Read(path, report)


def same_subject(baseline: Header, other: Header, where: Path, *, across_catalogues: bool) -> None:
    """Raise ReportError when a baseline is of another target, or of another catalogue or contract."""
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


def admit(old: Read, new: Read, *, across_catalogues: bool) -> None:
    """Raise ReportError when the two cannot be compared."""
    same_subject(old.report.header, new.report.header, old.path, across_catalogues=across_catalogues)


def selection(header: Header) -> dict[str, object]:
    """Return the settings that chose the cases of a run, without those left at nothing."""
    empty: tuple[object, ...] = (None, [], "", False)
    return {name: value for name in SELECTION if (value := header.settings.get(name)) not in empty}


def pair_clients(old: Read, new: Read, named: Sequence[str] = ()) -> tuple[Matched, ...]:
    """Return the clients that both reports ran, matched by name, or as `OLD=NEW` labels name them.

    A name that the baseline ran in several versions is matched with the same version. Raises UsageError for a label
    that is not there, ReportError where a version would have to be guessed or no client is in both.
    """
    theirs, ours = _ran(old.report), _ran(new.report)
    if named:
        return tuple(_named(text, theirs, ours) for text in named)
    found = [Matched(match, label) for label in ours if (match := _match(label, theirs, old.path)) is not None]
    if not found:
        message = "the two reports have no client in common"
        cause = f"the baseline ran {', '.join(theirs)}; the candidate {', '.join(ours)}"
        raise ReportError(message, where=Location(old.path), cause=cause, hint="make a baseline of the same client")
    return tuple(found)


def _ran(report: Report) -> list[str]:
    """The labels that have results, in the order of the report's clients."""
    with_results = {result.client for result in report.results}
    return [label for label in dict.fromkeys(info.label for info in report.clients) if label in with_results]


def _match(label: str, theirs: Sequence[str], where: Path) -> str | None:
    name = label.partition("@")[0]
    candidates = [one for one in theirs if one.partition("@")[0] == name]
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    if label in candidates:
        return label
    message = f"the baseline has several versions of `{name}`, and not the one of the candidate"
    hint = f"name the one to compare with: --pair {candidates[-1]}={label}"
    raise ReportError(message, where=Location(where), cause=", ".join(candidates), hint=hint)


def _named(text: str, theirs: Sequence[str], ours: Sequence[str]) -> Matched:
    old, _, new = text.partition("=")
    for label, known, side in ((old, theirs, "baseline"), (new, ours, "candidate")):
        if label not in known:
            message = f"the {side} has no results of `{label}`"
            raise UsageError(message, hint=f"{did_you_mean(label, known)}; write --pair OLD@VERSION=NEW@VERSION")
    return Matched(old, new)
