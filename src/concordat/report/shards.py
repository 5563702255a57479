"""Checks that reports are all the shards of one run: of the same run, without overlap, without a gap."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import Location, ReportError
from concordat.report.store import load_report
from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import ClientInfo

__all__ = ["Shard", "check_shards", "read_shard"]

_PARTS = 2
_PER_SHARD = ("report", "shard", "offline")
"""Settings that may differ between shards."""


class Shard(msgspec.Struct, frozen=True):
    """One shard's report: `index` of `count`, from 1."""

    path: Path
    report: Report
    index: int
    count: int

    @property
    def name(self) -> str:
        """The value of `--shard`."""
        return f"{self.index}/{self.count}"


def read_shard(path: Path) -> Shard:
    """Return one shard's report. Raises ReportError for an incomplete report and one that is not of a shard."""
    report = load_report(path)
    shard = report.header.settings.get("shard")
    if not (isinstance(shard, list) and len(shard) == _PARTS and all(isinstance(part, int) for part in shard)):
        message = "the report is not of a shard"
        raise ReportError(message, where=Location(path), hint="make it with `concordat run --shard I/N`")
    return Shard(path, report, shard[0], shard[1])


def check_shards(shards: Sequence[Shard]) -> None:
    """Raise ReportError when the shards are of different runs, overlap, or leave a gap."""
    first = shards[0]
    for other in shards[1:]:
        _check_run(first, other)
    _check_indices(shards)
    _check_overlap(shards)
    _check_clients(shards)


def _check_run(first: Shard, other: Shard) -> None:
    one, two = first.report.header, other.report.header
    facts = {
        "target": (one.target, two.target),
        "catalogue": (one.catalogue_sha256[:12], two.catalogue_sha256[:12]),
        "contracts": (one.contracts, two.contracts),
        "Concordat": (one.concordat, two.concordat),
        "number of shards": (first.count, other.count),
    }
    names = (one.settings.keys() | two.settings.keys()) - set(_PER_SHARD)
    facts |= {f"setting `{name}`": (one.settings.get(name), two.settings.get(name)) for name in sorted(names)}
    for name, (left, right) in facts.items():
        if left != right:
            message = f"the shards are not of one run: another {name}"
            cause = None if name == "contracts" else f"{left} in {first.path}, {right} here"
            hint = "run every shard with the same options and the same Concordat"
            raise ReportError(message, where=Location(other.path), cause=cause, hint=hint)


def _check_indices(shards: Sequence[Shard]) -> None:
    """Raise ReportError unless each index of the run is there once."""
    by_index: dict[int, Shard] = {}
    for shard in shards:
        other = by_index.setdefault(shard.index, shard)
        if other is not shard:
            message = f"the shards overlap: {shard.name} is there twice"
            raise ReportError(message, where=Location(shard.path), cause=f"also in {other.path}", hint="leave one out")
    missing = [index for index in range(1, shards[0].count + 1) if index not in by_index]
    if missing:
        names = ", ".join(f"{index}/{shards[0].count}" for index in missing)
        message = f"the shards leave a gap: {names} is missing"
        raise ReportError(message, where=Location(shards[0].path), hint="name the reports of all shards")


def _check_overlap(shards: Sequence[Shard]) -> None:
    """Raise ReportError when a result is in two shards."""
    owners: dict[tuple[str, str], Shard] = {}
    for shard in shards:
        for result in shard.report.results:
            other = owners.setdefault((result.key, result.client), shard)
            if other is not shard:
                message = f"the shards overlap: {result.key} with {result.client} is in {other.name} and {shard.name}"
                raise ReportError(message, where=Location(shard.path), hint="run the shards again with one catalogue")


def _check_clients(shards: Sequence[Shard]) -> None:
    """Raise ReportError unless every shard has each client, from the same files, and its part of the cases."""
    clients: dict[str, dict[str, ClientInfo]] = defaultdict(dict)
    for shard in shards:
        for info in shard.report.clients:
            clients[f"{info.name}@{info.requested}"][shard.name] = info
    for label, infos in clients.items():
        absent = [shard.name for shard in shards if shard.name not in infos or not infos[shard.name].available]
        if absent and len(absent) < len(shards):
            reason = next((info.reason for info in infos.values() if info.reason), None)
            message = f"the shards leave a gap: {label} did not run in {', '.join(absent)}"
            raise ReportError(message, where=Location(shards[0].path), cause=reason, hint="run those shards again")
        if len({(info.version, info.artifact_sha256) for info in infos.values()}) > 1:
            message = f"the shards are not of one run: {label} differs in its file or version"
            raise ReportError(message, where=Location(shards[0].path), hint="build it once for all shards")
    settings = shards[0].report.header.settings
    if not settings.get("expression") and not settings.get("last_failed"):
        _check_balance(shards)


def _check_balance(shards: Sequence[Shard]) -> None:
    """Raise ReportError when results are missing: each shard has as many per client as the one before, or one less."""
    ordered = sorted(shards, key=lambda shard: shard.index)
    counts = [Counter(result.client for result in shard.report.results) for shard in ordered]
    for client in sorted({client for count in counts for client in count}):
        for (shard, before), (later, after) in pairwise(zip(ordered, counts, strict=True)):
            if not 0 <= before[client] - after[client] <= 1 or counts[0][client] - counts[-1][client] > 1:
                fewer = shard if before[client] < after[client] else later
                message = f"the shards leave a gap: results of {client} are missing in {fewer.name}"
                cause = f"{before[client]} results in {shard.name}, {after[client]} in {later.name}"
                raise ReportError(message, where=Location(fewer.path), cause=cause, hint="run that shard again")
