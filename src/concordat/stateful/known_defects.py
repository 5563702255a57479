"""The defects of clients that the model meets as well as the catalogue: named and counted, never passed over."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.strict_file import locate, read_strictly
from concordat.errors import CatalogueError, UsageError
from concordat.resources import read_text, search
from concordat.values import join_pointer
from concordat.versions import check_range, covers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from concordat.checks import Check

__all__ = ["KNOWN_FILE", "Known", "KnownDefects", "known_defects", "read_known_defects"]

KNOWN_FILE = "stateful.yaml"
_HINT = "write a list of {client, versions, operation, check, reason}"


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: the check that fails in an operation, and why.

    `cause` is the cause of the client's ledger that it is. `has` names arguments and the regular expressions that their
    text holds; `answer` is the status that was answered, 0 for no whole answer. A call whose *request* is known to be
    wrong is not made at all: nothing that comes after it could be judged.
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
        """Whether the call is better not made."""
        return self.check.startswith("request.")

    def about(self, operation: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call is one of those that the defect concerns."""
        return self.operation in {operation, "*"} and all(
            name in arguments and re.search(part, str(arguments[name])) for name, part in self.has.items()
        )


class KnownDefects:
    """Those of one client; `met` counts how often each explained something."""

    def __init__(self, lines: Sequence[Known] = ()) -> None:
        self.lines = tuple(lines)
        self.met: Counter[str] = Counter()

    def avoids(self, operation: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call must not be made, which is counted."""
        line = next((one for one in self.lines if one.avoided and one.about(operation, arguments)), None)
        if line is not None:
            self._count(line)
        return line is not None

    def unexplained(
        self, operation: str, arguments: Mapping[str, Any], failed: Sequence[Check], answer: int
    ) -> list[Check]:
        """Return the checks that no line explains; `answer` is the status that the client was answered, or 0."""
        left = []
        for check in failed:
            fitting = (
                one
                for one in self.lines
                if one.check == check.id
                and (not one.answer or answer in one.answer)
                and one.about(operation, arguments)
            )
            line = next(fitting, None)
            if line is None:
                left.append(check)
            else:
                self._count(line)
        return left

    def summary(self) -> list[str]:
        """Return one line for each known defect that was met, most often first."""
        by_name = {f"{line.operation} {line.check}": line for line in self.lines}
        return [
            f"{count} x {name}: {by_name[name].cause or ''} {by_name[name].reason}".replace("  ", " ")
            for name, count in self.met.most_common()
        ]

    def _count(self, line: Known) -> None:
        self.met[f"{line.operation} {line.check}"] += 1


def known_defects(client: str, version: str) -> KnownDefects:
    """Return the known defects of a client's version. Raises CatalogueError, with the file, for one that is wrong."""
    return KnownDefects([line for line in _lines() if line.client == client and covers(line.versions, version)])


def _lines() -> list[Known]:
    paths: list[Path] = search("clients", "known", KNOWN_FILE)
    return read_known_defects(paths[0]) if paths else []


def read_known_defects(path: Path) -> list[Known]:
    """Return the lines of a file. Raises CatalogueError, with line and column, for one that is wrong."""
    lines = read_strictly(path, list[Known], CatalogueError, "the list of known defects")
    for index, line in enumerate(lines):
        for pointer, flaw in _flaws(line):
            text = read_text(path, CatalogueError)
            message = f"the list of known defects is wrong: {flaw}"
            raise CatalogueError(message, where=locate(path, text, f"/{index}{pointer}"), hint=_HINT)
    return lines


def _flaws(line: Known) -> Iterator[tuple[str, str]]:
    try:
        check_range(line.versions)
    except (UsageError, ValueError) as error:
        yield "/versions", str(error)
    for name, part in line.has.items():
        try:
            re.compile(part)
        except re.error as error:
            yield join_pointer("has", name), f"`{part}` is no regular expression: {error}"
