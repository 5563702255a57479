"""The parity ledger: the reviewed classes of divergence, each accepted or a defect of the clients that it names.

    classes:
      - id: closed-enums
        verdict: defect
        reason: One word that the API added since costs the whole record.
        clients: {python-expenses: ">=7"}
        check: outcome.reported
        kind: changed
        detail: [unknown ResponseValidationError]
        triggers: ["*: unknown value"]

The keys after `check` narrow the class. Lists are alternatives, in which `*` matches anything.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from concordat.clients import load_manifests
from concordat.documents import read_document
from concordat.errors import Flaw, LedgerError, UsageError, did_you_mean
from concordat.explore.deviations import CHECKS
from concordat.resources import search
from concordat.values import join_pointer
from concordat.versions import check_range, covers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from concordat.explore.deviations import Fingerprint

__all__ = ["DivergenceClass", "ParityLedger", "load_parity_ledger", "read_parity_ledger"]

_FILE_NAME: Final = "parity.yaml"
_MIN_REASON_WORDS: Final = 4


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The common settings of the file's models: frozen, keyword-only, unknown keys forbidden."""


class DivergenceClass(_Model, frozen=True, kw_only=True):
    """One class of divergence.

    `clients` maps the names of the diverging clients to version ranges. `pointer` matches the pointer of the
    fingerprint (`/status` for `/results/0/status`). One of `triggers` must match a feature of the scenario.
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

    def matches(self, fingerprint: Fingerprint, client: str, operation: str, features: Collection[str]) -> bool:
        """Whether a client's (`NAME@VERSION`) deviation in a scenario with these features belongs to the class."""
        check, kind, pointer, detail = fingerprint
        name, _, version = client.partition("@")
        return (
            check == self.check
            and name in self.clients
            and self.kind in (None, kind)
            and covers(self.clients[name], version.partition("#")[0])
            and _match(self.detail, [detail])
            and _match(self.pointer, [pointer])
            and _match(self.operations, [operation])
            and _match(self.triggers, features)
        )


def _match(patterns: list[str], texts: Iterable[str]) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)


class ParityLedger(_Model, frozen=True, kw_only=True):
    """All known classes of divergence."""

    classes: list[DivergenceClass] = []

    def class_of(self, fingerprint: Fingerprint, client: str, operation: str, features: Collection[str]) -> str | None:
        """Return the id of the first class that matches a deviation, None when there is none."""
        return next((one.id for one in self.classes if one.matches(fingerprint, client, operation, features)), None)

    @property
    def by_id(self) -> Mapping[str, DivergenceClass]:
        """The classes by id."""
        return {one.id: one for one in self.classes}


def load_parity_ledger() -> ParityLedger:
    """Return the project's ledger, else the package's, else an empty one. Raises LedgerError."""
    path = next(iter(search("contracts", _FILE_NAME)), None)
    return ParityLedger() if path is None else read_parity_ledger(path)


def read_parity_ledger(path: Path) -> ParityLedger:
    """Return one ledger file. Raises LedgerError with everything that is wrong, by line."""
    document = read_document(path, LedgerError, "the parity ledger")
    ledger = document.convert(ParityLedger)
    if flaws := list(_flaws(ledger.classes)):
        raise document.refusal(flaws)
    return ledger


def _flaws(classes: list[DivergenceClass]) -> Iterator[Flaw]:
    manifests = load_manifests()
    seen: set[str] = set()
    for index, one in enumerate(classes):
        here = join_pointer("classes", index)
        if one.id in seen:
            yield Flaw(here + "/id", f"two classes are called `{one.id}`", "give each an id of its own")
        seen.add(one.id)
        if len(one.reason.split()) < _MIN_REASON_WORDS:
            yield Flaw(
                here + "/reason",
                f"`reason` has fewer than {_MIN_REASON_WORDS} words",
                "say why it is accepted, or what is wrong",
            )
        if one.check not in CHECKS:
            yield Flaw(
                here + "/check", f"`{one.check}` is not a check of an exploration", did_you_mean(one.check, CHECKS)
            )
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
