"""The ledger of one client: the reviewed list of its known defects, and the file it stands in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from concordat.catalogue.conversion import convert
from concordat.catalogue.problems import sort_problems
from concordat.catalogue.yaml_document import parse, places
from concordat.errors import ConcordatError, LedgerError, Location, UsageError, did_you_mean
from concordat.resources import read_text, search

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LEDGER_SUFFIX",
    "MODES",
    "Cause",
    "Entry",
    "Ledger",
    "LedgerProblems",
    "Mode",
    "Rows",
    "Signature",
    "ledger_path",
    "ledger_places",
    "ledger_text",
    "load_ledger",
    "read_ledger",
    "rows_in_range",
]

LEDGER_SUFFIX = ".ledger.yaml"
Mode = Literal["sync", "async"]
MODES: tuple[Mode, ...] = ("sync", "async")
_SHOWN = 20


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename="kebab"):
    """The common shape: frozen, keyword-only, kebab-case, no unknown keys."""


class Signature(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """How a check fails: never message text, counts, times or ids. An absent part must be absent in the check too."""

    kind: str = ""
    pointer: str = ""
    cls: str | None = msgspec.field(default=None, name="class")
    status: int | None = None


class Rows(_Model, frozen=True, kw_only=True):
    """Rows of a table that fail alike: `count` of `range`, which is `FIRST..LAST` in the table's order or `*`."""

    range: str
    count: int


class Entry(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """One check of one case that fails for the cause. `case` is an id, or an id with its row (`id[row]`)."""

    case: str
    check: str
    signature: Signature
    rows: Rows | None = None


class Cause(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """One defect. `smallest` is the shortest way to see it; `versions` a range, open upwards until a fix is named.

    `modes` are those that have it, where an SDK has two and only one does.
    """

    id: str
    reason: str
    source: str
    smallest: str
    versions: str
    modes: tuple[Mode, ...] = MODES
    review_by: dt.date
    entries: list[Entry]


class Ledger(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """Every cause of one client."""

    client: str
    causes: list[Cause] = []


class LedgerProblems(LedgerError):  # noqa: N818 - several errors in one
    """Everything that is wrong with a ledger; `problems` are sorted by place."""

    def __init__(self, problems: Iterable[ConcordatError]) -> None:
        self.problems = sort_problems(problems)
        first = self.problems[0]
        super().__init__(first.message, where=first.where, cause=first.cause, hint=first.hint)

    def __str__(self) -> str:
        """One line a problem."""
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        rest = len(self.problems) - _SHOWN
        return "\n".join([*lines, f"... and {rest} more"] if rest > 0 else lines)


def ledger_path(client: str) -> Path | None:
    """Return the file of the client's ledger, the user's before the package's; None when it has none."""
    return next(iter(search("clients", f"{client}{LEDGER_SUFFIX}")), None)


def load_ledger(client: str) -> Ledger:
    """Return the client's ledger; without a file it is empty. Raises LedgerError with file and line."""
    path = ledger_path(client)
    if path is None:
        return Ledger(client=client)
    ledger = read_ledger(path)
    if ledger.client != client:
        message = f"the ledger of `{client}` says `client: {ledger.client}`"
        raise LedgerError(message, where=Location(path, 1), hint=f"write `client: {client}`")
    return ledger


def read_ledger(path: Path) -> Ledger:
    """Return one ledger file. Raises LedgerError (`LedgerProblems`) with everything that is wrong, by line."""
    text, raw = ledger_text(path)
    ledger, flaws = convert(raw, Ledger)
    if ledger is None:
        marks = _Marks(path, text)
        raise LedgerProblems(
            LedgerError(flaw.message, where=marks.locate(flaw.pointer), hint=flaw.hint) for flaw in flaws
        )
    return ledger


def ledger_text(path: Path) -> tuple[str, Any]:
    """Return the text of a ledger file, and what YAML makes of it. Raises LedgerError, by line."""
    text = read_text(path, LedgerError, "the ledger")
    try:
        return text, parse(text, path).value
    except ConcordatError as error:
        raise LedgerError(error.message, where=error.where, hint=error.hint) from error


class _Marks:
    """Where things stand in one ledger."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._places = places(text, path)

    def locate(self, pointer: str) -> Location:
        """Return the place of a JSON pointer, or of the nearest thing above it."""
        while pointer not in self._places and pointer:
            pointer = pointer.rpartition("/")[0]
        place = self._places.get(pointer)
        return Location(self._path, place.line, place.column) if place else Location(self._path, 1)


def ledger_places(path: Path | None) -> _Marks:
    """Return the places of a ledger's file; of no file, every place is `ledger`."""
    if path is None:
        return _Marks(Path("ledger"), "{}")
    return _Marks(path, path.read_text("utf-8"))


def rows_in_range(rows: list[str], text: str) -> list[str]:
    """Return the rows that `FIRST..LAST` or `*` names, in the table's order.

    Raises UsageError when an end is no row, or they stand the other way round.
    """
    if text == "*":
        return rows
    first, dots, last = text.partition("..")
    if not dots:
        message = f"`{text}` is not a range of rows"
        raise UsageError(message, hint="write `FIRST..LAST`, or `*` for all")
    for end in (first, last):
        if end not in rows:
            message = f"there is no row `{end}`"
            raise UsageError(message, hint=did_you_mean(end, rows))
    low, high = rows.index(first), rows.index(last)
    if low > high:
        message = f"row `{first}` stands after `{last}`"
        raise UsageError(message, hint="write the earlier one first")
    return rows[low : high + 1]
