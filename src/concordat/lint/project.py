"""Every file that a project holds, read as the command that needs it reads it, so that lint refuses what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.loader import read_catalogue
from concordat.catalogue.release_record import HISTORY_SUFFIX, read_past
from concordat.catalogue.requirements import read_requirements, requirement_paths
from concordat.clients.registry import manifest_paths, read_manifest
from concordat.contract import contract_paths, load_contract, load_variant, variant_paths
from concordat.contract_tests.server import world_file
from concordat.errors import CatalogueError, ConcordatError, Location
from concordat.explore import load_parity_ledger
from concordat.ledger.model import LEDGER_SUFFIX, load_ledger
from concordat.lint.finding import Finding, Severity, sort_findings
from concordat.lint.worlds import lint_all
from concordat.resources import search
from concordat.sandbox.serve import read_world
from concordat.stateful.known_defects import KNOWN_FILE, read_known_defects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["lint_project"]


def lint_project() -> tuple[Finding, ...]:
    """Return everything that is wrong with the files of the project and the package, by place.

    Nothing else is looked at while a contract, a manifest or a case file cannot be read: what they say is what the
    other files are held to.
    """
    basis = list(_refused(_basis()))
    files = [*basis, *_refused(_others())]
    if basis:
        return sort_findings(files)
    catalogue, problems = read_catalogue()
    if problems:
        return sort_findings([*files, *(found for error in problems for found in _findings(error, None))])
    said = {str(finding.where) for finding in files}
    return sort_findings([*files, *(one for one in lint_all(catalogue) if str(one.where) not in said)])


def _basis() -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Yield each contract and manifest with its reader; a file of the project hides the package's of its name."""
    yield from ((path, load_contract) for path in contract_paths().values())
    yield from ((path, read_manifest) for path in manifest_paths().values())


def _others() -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Yield each other file with its reader, likewise."""
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
        message, hint = "nothing reads this file", f"the known defects are in `{KNOWN_FILE}` beside it"
        raise CatalogueError(message, where=Location(path, 1), hint=hint)
    return read_known_defects(path)


def _refused(files: Iterator[tuple[Path, Callable[[Path], object]]]) -> Iterator[Finding]:
    for path, read in files:
        try:
            read(path)
        except ConcordatError as error:
            yield from _findings(error, path)


def _findings(error: ConcordatError, path: Path | None) -> Iterator[Finding]:
    """Yield what one error says: an error may hold several."""
    for one in getattr(error, "problems", (error,)):
        message = one.message if one.cause is None else f"{one.message} ({one.cause})"
        where = one.where or (None if path is None else Location(path))
        assert where is not None
        yield Finding(where, Severity.ERROR, message, one.hint)
