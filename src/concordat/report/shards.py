"""Whether some reports are all the shards of one run: of the same thing, none twice, none missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import Location, ReportError
from concordat.report.load import load_report
from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.runner.result import ClientInfo

__all__ = ["Shard", "check_shards", "read_shard"]

_TWO = 2
_ASKED = ("report", "shard", "offline")
"""Settings that may differ between shards, or must."""


class Shard(msgspec.Struct, frozen=True):
    """One shard's report: `index` of `count`, from 1."""

    path: Path
    report: Report
    index: int
    count: int

    @property
    def name(self) -> str:
        """As `--shard` has it."""
        return f"{self.index}/{self.count}"


def read_shard(path: Path) -> Shard:
    """Read one report. Raises ReportError when it is not whole, or not of a shard."""
    report = load_report(path)
    shard = report.header.settings.get("shard")
    if not (isinstance(shard, list) and len(shard) == _TWO and all(isinstance(part, int) for part in shard)):
        message = "this is not the report of a shard"
        raise ReportError(message, where=Location(path), hint="make it with `concordat run --shard I/N`")
    return Shard(path, report, shard[0], shard[1])


def check_shards(shards: Sequence[Shard]) -> None:
    """Raise ReportError where the shards are of different runs, overlap, or do not make a whole."""
    first = shards[0]
    for other in shards[1:]:
        _same_run(first, other)
    _whole(shards)
    _apart(shards)
    _complete(shards)


def _same_run(first: Shard, other: Shard) -> None:
    one, two = first.report.header, other.report.header
    facts = {
        "target": (one.target, two.target),
        "catalogue": (one.catalogue_sha256[:12], two.catalogue_sha256[:12]),
        "contracts": (one.contracts, two.contracts),
        "Concordat": (one.concordat, two.concordat),
        "number of shards": (first.count, other.count),
    }
    names = (one.settings.keys() | two.settings.keys()) - set(_ASKED)
    facts |= {f"setting `{name}`": (one.settings.get(name), two.settings.get(name)) for name in sorted(names)}
    for name, (left, right) in facts.items():
        if left != right:
            message = f"the shards are not of one run: another {name}"
            cause = None if name == "contracts" else f"{left} in {first.path}, {right} here"
            hint = "run every shard with the same options and the same Concordat"
            raise ReportError(message, where=Location(other.path), cause=cause, hint=hint)


def _whole(shards: Sequence[Shard]) -> None:
    """Every index of the run is there, and once."""
    places: dict[int, Shard] = {}
    for shard in shards:
        twin = places.setdefault(shard.index, shard)
        if twin is not shard:
            message = f"the shards overlap: {shard.name} is there twice"
            raise ReportError(message, where=Location(shard.path), cause=f"it is {twin.path} too", hint="leave one out")
    missing = [index for index in range(1, shards[0].count + 1) if index not in places]
    if missing:
        names = ", ".join(f"{index}/{shards[0].count}" for index in missing)
        message = f"the shards leave a gap: {names} is not there"
        raise ReportError(message, where=Location(shards[0].path), hint="name the reports of all shards")


def _apart(shards: Sequence[Shard]) -> None:
    """No result is in two shards."""
    trace: dict[tuple[str, str], Shard] = {}
    for shard in shards:
        for result in shard.report.results:
            twin = trace.setdefault((result.key, result.client), shard)
            if twin is not shard:
                message = f"the shards overlap: {result.key} with {result.client} is in {twin.name} and {shard.name}"
                raise ReportError(message, where=Location(shard.path), hint="run the shards again, of one catalogue")


def _complete(shards: Sequence[Shard]) -> None:
    """Every shard has each client, made of the same files, and its share of the cases."""
    known: dict[str, dict[str, ClientInfo]] = defaultdict(dict)
    for shard in shards:
        for info in shard.report.clients:
            known[f"{info.name}@{info.requested}"][shard.name] = info
    for label, infos in known.items():
        absent = [shard.name for shard in shards if shard.name not in infos or not infos[shard.name].available]
        if absent and len(absent) < len(shards):
            reason = next((info.reason for info in infos.values() if info.reason), None)
            message = f"the shards leave a gap: {label} ran in some, and not in {', '.join(absent)}"
            raise ReportError(message, where=Location(shards[0].path), cause=reason, hint="run those shards again")
        if len({(info.version, info.artifact_sha256) for info in infos.values()}) > 1:
            message = f"the shards are not of one run: {label} was another file, or another version, in some"
            raise ReportError(message, where=Location(shards[0].path), hint="build it once, and hand it to every shard")
    settings = shards[0].report.header.settings
    if not settings.get("expression") and not settings.get("last_failed"):
        _balanced(shards)


def _balanced(shards: Sequence[Shard]) -> None:
    """Cases are dealt out in turn: of two neighbours the later has as many as the earlier, or one less."""
    ordered = sorted(shards, key=lambda shard: shard.index)
    counts = [Counter(result.client for result in shard.report.results) for shard in ordered]
    for client in sorted({client for count in counts for client in count}):
        for (shard, held), (later, after) in pairwise(zip(ordered, counts, strict=True)):
            if not 0 <= held[client] - after[client] <= 1 or counts[0][client] - counts[-1][client] > 1:
                fewer = shard if held[client] < after[client] else later
                message = f"the shards leave a gap: results of {client} are missing in {fewer.name}"
                cause = f"{held[client]} results in {shard.name}, {after[client]} in {later.name}"
                raise ReportError(message, where=Location(fewer.path), cause=cause, hint="run that shard again")
