"""The parity ledger: the reviewed classes of divergence, each accepted with its reason or a defect of named clients.

    classes:
      - id: closed-enums
        verdict: defect
        reason: One word that the API added since costs the whole record.
        clients: {python-expenses: ">=7"}
        check: outcome.reported
        kind: changed
        detail: [unknown ResponseValidationError]
        triggers: ["*: unknown value"]

Everything after `clients` narrows the class; lists are alternatives, and `*` stands for anything in them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from concordat.catalogue.conversion import convert
from concordat.catalogue.problems import Flaw
from concordat.catalogue.strict_file import locate
from concordat.clients import load_manifests
from concordat.errors import LedgerError, UsageError, did_you_mean
from concordat.explore.deviations import CHECKS
from concordat.ledger.model import LedgerProblems, ledger_text
from concordat.resources import search
from concordat.values import join_pointer
from concordat.versions import check_range, covers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from concordat.explore.findings import Mark

__all__ = ["DivergenceClass", "ParityLedger", "load_parity_ledger", "read_parity_ledger"]

_NAME: Final = "parity.yaml"
_LEAST_WORDS: Final = 4


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The common shape: frozen, keyword-only, no unknown keys."""


class DivergenceClass(_Model, frozen=True, kw_only=True):
    """One class of divergence. `clients` maps the names of those that diverge to ranges of versions.

    `pointer` is compared with the generalised one (`/results/*/status` is `/status`), each of `triggers` with the
    features of the scenario: one of them must be there.
    """

    id: str
    verdict: Literal["accepted", "defect"]
    reason: str
    clients: dict[str, str]
    check: str
    kind: str | None = None
    detail: list[str] = []
    pointer: list[str] = []
    operations: list[str] = []
    triggers: list[str] = []

    def holds(self, mark: Mark, client: str, operation: str, features: Collection[str]) -> bool:
        """Whether a symptom of a client (`NAME@VERSION`) in a scenario of these features is of this class."""
        check, kind, pointer, detail = mark
        name, _, version = client.partition("@")
        return (
            check == self.check
            and name in self.clients
            and self.kind in (None, kind)
            and covers(self.clients[name], version.partition("#")[0])
            and _one(self.detail, [detail])
            and _one(self.pointer, [pointer])
            and _one(self.operations, [operation])
            and _one(self.triggers, features)
        )


def _one(patterns: list[str], texts: Iterable[str]) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)


class ParityLedger(_Model, frozen=True, kw_only=True):
    """Every known class of divergence."""

    classes: list[DivergenceClass] = []

    def known(self, mark: Mark, client: str, operation: str, features: Collection[str]) -> str | None:
        """Return the class of a symptom, see `DivergenceClass.holds`; None for one that nobody has judged."""
        return next((one.id for one in self.classes if one.holds(mark, client, operation, features)), None)

    @property
    def by_id(self) -> Mapping[str, DivergenceClass]:
        """The classes by id."""
        return {one.id: one for one in self.classes}


def load_parity_ledger() -> ParityLedger:
    """Return the ledger, the user's before the package's; without a file it is empty. Raises LedgerError."""
    path = next(iter(search("contracts", _NAME)), None)
    return ParityLedger() if path is None else read_parity_ledger(path)


def read_parity_ledger(path: Path) -> ParityLedger:
    """Return one ledger file. Raises LedgerError (`LedgerProblems`) with everything that is wrong, by line."""
    text, raw = ledger_text(path)
    ledger, flaws = convert({} if raw is None else raw, ParityLedger)
    if ledger is not None:
        flaws = list(_flaws(ledger.classes))
    if not flaws and ledger is not None:
        return ledger
    raise LedgerProblems(_errors(flaws, path, text))


def _errors(flaws: Iterable[Flaw], path: Path, text: str) -> Iterator[LedgerError]:
    for flaw in flaws:
        yield LedgerError(flaw.message, where=locate(path, text, flaw.pointer), hint=flaw.hint)


def _flaws(classes: list[DivergenceClass]) -> Iterator[Flaw]:
    manifests = load_manifests()
    seen: set[str] = set()
    for index, one in enumerate(classes):
        here = join_pointer("classes", index)
        if one.id in seen:
            yield Flaw(here + "/id", f"two classes are called `{one.id}`", "give each an id of its own")
        seen.add(one.id)
        if len(one.reason.split()) < _LEAST_WORDS:
            yield Flaw(here + "/reason", "`reason` says nothing", "say why it is accepted, or what is wrong")
        if one.check not in CHECKS:
            yield Flaw(here + "/check", f"`{one.check}` is no check of an exploration", did_you_mean(one.check, CHECKS))
        if not one.clients:
            yield Flaw(here + "/clients", "a class names the clients that diverge", 'write `NAME: "*"`')
        for name, versions in one.clients.items():
            where = here + join_pointer("clients", name)
            if name not in manifests:
                yield Flaw(where, f"there is no client `{name}`", did_you_mean(name, manifests))
            try:
                check_range(versions)
            except UsageError as error:
                yield Flaw(where, error.message, error.hint)
            except ValueError as error:
                yield Flaw(where, str(error), 'write a range such as ">=7,<9", or "*"')
