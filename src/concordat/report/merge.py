"""Merges the reports of all shards of a run into the report of the whole run."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue import load_catalogue
from concordat.catalogue.catalogue import catalogue_digest
from concordat.catalogue.requirements import load_requirements
from concordat.errors import Location, ReportError
from concordat.report.shards import check_shards, read_shard
from concordat.report.store import BODIES, ReportWriter, load_report
from concordat.runner.conclusion import exit_code_of, ledger_problems, parity_rows
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.runner.result import Footer, Header, Report
from concordat.runner.scoring import requirement_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from concordat.catalogue.model import Case
    from concordat.report.shards import Shard
    from concordat.runner.result import ClientInfo, Result

__all__ = ["merge"]


def merge(paths: Sequence[Path], into: Path) -> Report:
    """Merge the reports of all shards of one run, write the merged report into a folder, and return it.

    Totals, parity, scores and the exit code are computed from all results. Raises ReportError, and writes nothing, for
    an incomplete report, shards of different runs, overlapping shards and missing shards.
    """
    shards = sorted((read_shard(path) for path in paths), key=lambda shard: shard.index)
    check_shards(shards)
    results = [result for shard in shards for result in shard.report.results]
    _copy_bodies(shards, into)
    clients = _clients(shards)
    header = _header(shards)
    cases = _catalogue(header)
    problems = [] if cases is None else ledger_problems(clients, results, cases)
    notes = list(dict.fromkeys(note for shard in shards for note in shard.report.notes))
    notes += [f"merged from {len(shards)} shards", *problems]
    if cases is None:
        notes.append("merged with another catalogue: requirement scores and the counts in ledgers were not checked")
    selected = header.settings.get("cases") or header.settings.get("operations")
    writer = ReportWriter(into)
    writer(RunStarted(header, len(results)))
    for info in clients:
        writer(ClientReady(info))
    late = [straggler for shard in shards for straggler in shard.report.stragglers]
    for result in sorted(results, key=lambda one: (one.case, one.row or "", one.client)):
        stragglers = tuple(one for one in late if one.startswith(f"{result.client}: {result.key}: "))
        writer(CaseFinished(result, stragglers))
    writer(
        RunFinished(
            _footer(shards, results, clients, ledger_wrong=bool(problems)),
            parity_rows(results),
            tuple(notes),
            () if selected or cases is None else requirement_scores(results, load_requirements()),
            shards[0].report.coverage,
        )
    )
    return load_report(into)


def _header(shards: Sequence[Shard]) -> Header:
    """Return the first shard's header without its shard; the run id is a digest of all run ids."""
    headers = [shard.report.header for shard in shards]
    run_ids = "".join(header.run_id for header in headers)
    return msgspec.structs.replace(
        headers[0],
        run_id=hashlib.sha256(run_ids.encode()).hexdigest()[:32],
        started=min(header.started for header in headers),
        settings={**headers[0].settings, "shard": None},
        toolchains={name: text for header in reversed(headers) for name, text in header.toolchains.items()},
    )


def _clients(shards: Sequence[Shard]) -> list[ClientInfo]:
    found: dict[str, ClientInfo] = {}
    for shard in shards:
        for info in shard.report.clients:
            found.setdefault(f"{info.name}@{info.requested}", info)
    return list(found.values())


def _footer(
    shards: Sequence[Shard], results: Sequence[Result], clients: Sequence[ClientInfo], *, ledger_wrong: bool
) -> Footer:
    settings = shards[0].report.header.settings
    footers = [shard.report.footer for shard in shards]
    return Footer(
        complete=True,
        finished=max(footer.finished for footer in footers),
        exit_code=exit_code_of(
            Counter(result.verdict for result in results),
            clients,
            requested=settings.get("clients", ()),
            require_all=bool(settings.get("require_all")),
            ledger_wrong=ledger_wrong,
        ),
        duration_ms=round(sum(footer.duration_ms for footer in footers), 1),
    )


def _catalogue(header: Header) -> Mapping[str, Case] | None:
    """Return the cases by key, None when the installed catalogue is not the one that was run."""
    catalogue = load_catalogue()
    if catalogue_digest(catalogue.cases) != header.catalogue_sha256:
        return None
    return {case.key: case for case in catalogue.cases}


def _copy_bodies(shards: Sequence[Shard], into: Path) -> None:
    """Copy the body files that the shards' results name."""
    for shard in shards:
        folder = shard.path if shard.path.is_dir() else shard.path.parent
        for name in sorted(_body_files(shard.report)):
            source, target = folder / name, into / name
            if target.exists():
                continue
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
            except OSError as error:
                message = f"a body of the shard's report cannot be copied: {name}"
                hint = f"keep `{BODIES}/` beside its report.json"
                raise ReportError(message, where=Location(shard.path), cause=error.strerror, hint=hint) from error


def _body_files(report: Report) -> set[str]:
    exchanges = [exchange for result in report.results for exchange in result.exchanges]
    messages = [message for exchange in exchanges for message in (exchange.request, exchange.response)]
    return {message.body_file for message in messages if message is not None and message.body_file is not None}
