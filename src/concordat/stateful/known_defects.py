"""Known defects: those of the clients' ledgers that occur in the model too, which it counts and reports."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.documents import read_document
from concordat.errors import CatalogueError, UsageError
from concordat.resources import search
from concordat.values import join_pointer
from concordat.versions import check_range, covers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from concordat.checks import Check

__all__ = ["KNOWN_FILE", "KnownDefect", "KnownDefects", "known_defects", "read_known_defects"]

KNOWN_FILE = "stateful.yaml"
_HINT = "write a list of {client, versions, operation, check, reason}"


class KnownDefect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One known defect: the failing check of an operation, and the reason.

    `cause` is the id of the cause in the client's ledger. `has` maps arguments to regular expressions that their text
    must contain. `answer` lists the statuses of the answer, 0 for an incomplete one. The machine skips a call with a
    known defect of its *request*, because nothing after such a call could be judged.
    """

    client: str
    versions: str
    operation: str
    check: str
    reason: str
    cause: str | None = None
    has: dict[str, str] = {}
    answer: list[int] = []

    @property
    def avoided(self) -> bool:
        """Whether the machine skips the call."""
        return self.check.startswith("request.")

    def about(self, operation: str, arguments: Mapping[str, Any]) -> bool:
        """Whether the defect concerns a call."""
        return self.operation in {operation, "*"} and all(
            name in arguments and re.search(part, str(arguments[name])) for name, part in self.has.items()
        )


class KnownDefects:
    """The known defects of one client. `met` counts the checks and calls that each explained."""

    def __init__(self, defects: Sequence[KnownDefect] = ()) -> None:
        self.defects = tuple(defects)
        self.met: Counter[str] = Counter()

    def avoids(self, operation: str, arguments: Mapping[str, Any]) -> bool:
        """Whether the machine skips a call. Counts the defect if so."""
        defect = next((one for one in self.defects if one.avoided and one.about(operation, arguments)), None)
        if defect is not None:
            self._count(defect)
        return defect is not None

    def unexplained(
        self, operation: str, arguments: Mapping[str, Any], failed: Sequence[Check], answer: int
    ) -> list[Check]:
        """Return the failed checks that no defect explains. `answer` is the status of the answer, or 0."""
        left = []
        for check in failed:
            fitting = (
                one
                for one in self.defects
                if one.check == check.id
                and (not one.answer or answer in one.answer)
                and one.about(operation, arguments)
            )
            defect = next(fitting, None)
            if defect is None:
                left.append(check)
            else:
                self._count(defect)
        return left

    def summary(self) -> list[str]:
        """Return a line for each known defect that occurred, the most frequent first."""
        by_name = {f"{defect.operation} {defect.check}": defect for defect in self.defects}
        return [
            f"{count} x {name}: {by_name[name].cause or ''} {by_name[name].reason}".replace("  ", " ")
            for name, count in self.met.most_common()
        ]

    def _count(self, defect: KnownDefect) -> None:
        self.met[f"{defect.operation} {defect.check}"] += 1


def known_defects(client: str, version: str) -> KnownDefects:
    """Return the known defects of a client's version. Raises CatalogueError for a wrong file."""
    return KnownDefects(
        [defect for defect in _defects() if defect.client == client and covers(defect.versions, version)]
    )


def _defects() -> list[KnownDefect]:
    paths: list[Path] = search("clients", "known", KNOWN_FILE)
    return read_known_defects(paths[0]) if paths else []


def read_known_defects(path: Path) -> list[KnownDefect]:
    """Return the known defects of a file. Raises CatalogueError with line and column."""
    document = read_document(path, CatalogueError, "the list of known defects")
    defects = document.convert(list[KnownDefect])
    for index, defect in enumerate(defects):
        for pointer, flaw in _flaws(defect):
            message = f"the list of known defects is wrong: {flaw}"
            raise document.error(message, f"/{index}{pointer}", _HINT)
    return defects


def _flaws(defect: KnownDefect) -> Iterator[tuple[str, str]]:
    try:
        check_range(defect.versions)
    except (UsageError, ValueError) as error:
        yield "/versions", str(error)
    for name, part in defect.has.items():
        try:
            re.compile(part)
        except re.error as error:
            yield join_pointer("has", name), f"`{part}` is not a regular expression: {error}"
