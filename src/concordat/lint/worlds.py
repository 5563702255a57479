"""What lint can tell of worlds with the sandbox at hand: whether each can be made, and which names it binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.model import Change
from concordat.contract import load_contracts
from concordat.errors import CatalogueError
from concordat.lint.catalogue import lint
from concordat.lint.effect import ANSWERS
from concordat.lint.finding import Finding, Severity, sort_findings
from concordat.lint.orphans import orphans
from concordat.lint.requirements import lint_requirements
from concordat.lint.world_answers import invalid_answer
from concordat.sandbox import implements, open_sandbox, parse_change
from concordat.targets.playability import check_scripts, live_only, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue import Catalogue
    from concordat.catalogue.model import Case

__all__ = ["Worlds", "lint_all"]


def lint_all(catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return everything that is wrong with the catalogue, its ledgers and its worlds, by place."""
    worlds = Worlds()
    about_cases = [*lint(catalogue, bound=worlds.names), *worlds.findings(catalogue), *orphans(catalogue)]
    return sort_findings([*about_cases, *lint_requirements(catalogue)])


class Worlds:
    """Makes each distinct world of a catalogue once."""

    def __init__(self) -> None:
        contracts = load_contracts()
        self._contract = next(
            one for one in contracts.values() if any(implements(one.name, name) for name in one.operations)
        )
        self._operations = {name: frozenset(contract.operations) for name, contract in contracts.items()}
        self._made: dict[bytes, frozenset[str] | CatalogueError] = {}
        self._wrong: dict[bytes, str] = {}
        """What a world shows that the contract does not allow."""

    def names(self, case: Case) -> frozenset[str] | None:
        """Return the names that the case's world binds, None for one that cannot be made, or that is an endpoint's."""
        if live_only(case) is not None:
            return None
        made = self._make(case)
        return None if isinstance(made, CatalogueError) else made

    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        """Yield the worlds that cannot be made, the changes that are no changes, and the answers that nobody gives."""
        for case in catalogue.cases:
            if live_only(case) is not None:
                continue
            made = self._make(case)
            names = {call.call for call in case.calls()}
            listed = (self._operations.get(name, frozenset()) for name in case.about or self._operations)
            known = names <= frozenset().union(*listed)
            if isinstance(made, CatalogueError):
                yield _finding(catalogue, case, "/world" if case.needs is None else "/needs", made)
            wrong = self._wrong.get(_key(case))
            if wrong is not None and ANSWERS not in case.allow:
                hint = "mend it, or say `allow: [answers]` when it is meant"
                error = CatalogueError(f"the world shows what no answer may hold: {wrong}", hint=hint)
                yield _finding(catalogue, case, "/world", error)
            try:
                if known:  # an unknown operation is said by the rest of lint
                    check_scripts(case)
            except CatalogueError as error:
                yield _finding(catalogue, case, "/steps", error)
            for number, step in enumerate(case.steps):
                if isinstance(step, Change):
                    try:
                        parse_change(step.change)
                    except CatalogueError as error:
                        yield _finding(catalogue, case, f"/steps/{number}/change", error)

    def _make(self, case: Case) -> frozenset[str] | CatalogueError:
        key = _key(case)
        if key not in self._made:
            try:
                sandbox = open_sandbox(self._contract, world_of(case))
            except CatalogueError as error:
                self._made[key] = error
            else:
                self._made[key] = frozenset(sandbox.bindings)
                wrong = invalid_answer(sandbox, self._contract)
                if wrong is not None:
                    self._wrong[key] = wrong
                sandbox.close()
        return self._made[key]


def _key(case: Case) -> bytes:
    return msgspec.json.encode((case.world, case.needs))


def _finding(catalogue: Catalogue, case: Case, pointer: str, error: CatalogueError) -> Finding:
    return Finding(catalogue.locate(case, pointer), Severity.ERROR, error.message, error.hint)
