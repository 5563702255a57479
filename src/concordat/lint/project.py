"""Lint of a whole project: it reads every file with the reader of the file's command, then checks the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.loader import read_catalogue
from concordat.catalogue.release_record import HISTORY_SUFFIX, read_past
from concordat.catalogue.requirements import read_requirements, requirement_paths
from concordat.clients import load_manifests
from concordat.clients.registry import manifest_paths, read_manifest
from concordat.contract import contract_paths, load_contract, load_contracts, load_variant, variant_paths
from concordat.contract_tests.server import world_file
from concordat.errors import CatalogueError, ConcordatError, Finding, Location, sort_findings
from concordat.explore import load_parity_ledger
from concordat.ledger.model import LEDGER_SUFFIX, load_ledger
from concordat.lint.catalogue import lint
from concordat.lint.requirements import lint_requirements
from concordat.lint.worlds import Worlds
from concordat.resources import search
from concordat.runner.applicability import applicability_of
from concordat.sandbox.serve import read_world
from concordat.stateful.known_defects import KNOWN_FILE, read_known_defects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from concordat.catalogue import Catalogue

__all__ = ["lint_all", "lint_project", "orphans"]


def lint_project() -> tuple[Finding, ...]:
    """Return the findings of all files of the project and the package, by place.

    Rules between files run only when every contract, manifest and case file is readable, because they depend on these.
    """
    basis = list(_refused(_basis()))
    files = [*basis, *_refused(_others())]
    if basis:
        return sort_findings(files)
    catalogue, findings = read_catalogue()
    if findings:
        return sort_findings([*files, *findings])
    reported = {str(finding.where) for finding in files}
    return sort_findings([*files, *(one for one in lint_all(catalogue) if str(one.where) not in reported)])


def _basis() -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Yield each contract and manifest with its reader. A file of the project hides the package's file of its name."""
    yield from ((path, load_contract) for path in contract_paths().values())
    yield from ((path, read_manifest) for path in manifest_paths().values())


def _others() -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Yield each other file with its reader. A file of the project hides the package's file of its name."""
    yield from ((path, load_variant) for path in variant_paths().values())
    yield from ((path, read_requirements) for path in requirement_paths().values())
    yield from ((path, _read_ledger) for path in _named("clients", "*" + LEDGER_SUFFIX).values())
    yield from ((path, read_past) for path in _named("clients", "*" + HISTORY_SUFFIX).values())
    yield from ((path, _read_known) for path in _named("clients/known", "*.y*ml").values())
    yield from ((path, lambda _: load_parity_ledger()) for path in search("contracts", "parity.yaml")[:1])
    yield world_file(), read_world


def _named(folder: str, pattern: str) -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for place in search(*folder.split("/")):
        for path in sorted(place.glob(pattern)):
            found.setdefault(path.name, path)
    return found


def _read_ledger(path: Path) -> object:
    return load_ledger(path.name.removesuffix(LEDGER_SUFFIX))


def _read_known(path: Path) -> object:
    if path.name != KNOWN_FILE:
        message, hint = "no command reads this file", f"the known defects are in `{KNOWN_FILE}` beside it"
        raise CatalogueError(message, where=Location(path, 1), hint=hint)
    return read_known_defects(path)


def _refused(files: Iterator[tuple[Path, Callable[[Path], object]]]) -> Iterator[Finding]:
    for path, read in files:
        try:
            read(path)
        except ConcordatError as error:
            yield from (one if one.where else one._replace(where=Location(path)) for one in error.findings)


def lint_all(catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return the findings of the catalogue, its ledgers and its worlds, by place."""
    worlds = Worlds()
    about_cases = [*lint(catalogue, bound=worlds.names), *worlds.findings(catalogue), *orphans(catalogue)]
    return sort_findings([*about_cases, *lint_requirements(catalogue)])


def orphans(catalogue: Catalogue) -> Iterator[Finding]:
    """Yield a finding for each case that applies to no client of the project or the package.

    `lint_cases` reports calls that no contract has.
    """
    manifests, contracts = load_manifests().values(), load_contracts()
    applicable: dict[tuple[frozenset[str], frozenset[str], tuple[str, ...]], bool] = {}
    for case in catalogue.cases:
        calls = list(case.calls())
        called = frozenset(call.call for call in calls)
        key = (called, frozenset(call.call for call in calls if call.via == "client"), tuple(case.about))
        if key not in applicable:
            applicable[key] = any(
                applicability_of(case, manifest, contracts).contract is not None for manifest in manifests
            )
        about = [contracts[name] for name in case.about or contracts if name in contracts]
        if not applicable[key] and called <= {name for contract in about for name in contract.operations}:
            message = f"no client has {', '.join(sorted(called))} in a contract that the case is about"
            hint = "correct `apis`, or add the operation to a client's manifest"
            yield Finding(catalogue.locate(case), message, hint)
