"""The defects of clients that the model meets as well as the catalogue: named and counted, never passed over."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from concordat.errors import CatalogueError, Location
from concordat.resources import search
from concordat.versions import covers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from concordat.checks import Check

__all__ = ["Known", "KnownDefects", "known_defects"]

_FILE = ("known", "stateful.yaml")


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

    def told(self) -> list[str]:
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
    paths: list[Path] = search("clients", *_FILE)
    if not paths:
        return []
    try:
        read: Any = yaml.safe_load(paths[0].read_text("utf-8"))
        return msgspec.convert(read, list[Known])
    except (yaml.YAMLError, msgspec.ValidationError, OSError) as error:
        message = "the known defects cannot be read"
        hint = "write a list of {client, versions, operation, check, reason}"
        raise CatalogueError(message, where=Location(paths[0]), cause=str(error), hint=hint) from error
