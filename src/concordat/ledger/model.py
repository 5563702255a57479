"""The ledger of one client: the reviewed list of its known defects, and its file."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import msgspec

from concordat.documents import read_document
from concordat.errors import LedgerError, Location, UsageError, did_you_mean
from concordat.resources import search

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "LEDGER_SUFFIX",
    "MODES",
    "Cause",
    "Entry",
    "Ledger",
    "Rows",
    "Signature",
    "ledger_path",
    "load_ledger",
    "read_ledger",
    "rows_in_range",
]

LEDGER_SUFFIX = ".ledger.yaml"
Mode = Literal["sync", "async"]
MODES: tuple[Mode, ...] = ("sync", "async")


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename="kebab"):
    """The base of all models: frozen, keyword-only, kebab-case, no unknown keys."""


class Signature(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """The form of a failure, without message text, counts, times or ids. An absent part must be absent in the check."""

    kind: str = ""
    pointer: str = ""
    cls: str | None = msgspec.field(default=None, name="class")
    status: int | None = None


class Rows(_Model, frozen=True, kw_only=True):
    """Rows of a table with one signature: `count` rows fail in `range`, `FIRST..LAST` in the table's order or `*`."""

    range: str
    count: int


class Entry(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """One check of one case that fails for the cause. `case` is an id, or an id with its row (`id[row]`)."""

    case: str
    check: str
    signature: Signature
    rows: Rows | None = None


class Cause(_Model, frozen=True, kw_only=True, omit_defaults=True):
    """One defect. `smallest` is the shortest example; `versions` is a range without an upper end until a fix is known.

    `modes` lists the modes with the defect, if an SDK has both modes.
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


def ledger_path(client: str) -> Path | None:
    """Return the file of the client's ledger, the user's before the package's; None without a file."""
    return next(iter(search("clients", f"{client}{LEDGER_SUFFIX}")), None)


def load_ledger(client: str) -> Ledger:
    """Return the client's ledger, empty without a file. Raises LedgerError, with file and line, for an invalid file."""
    path = ledger_path(client)
    if path is None:
        return Ledger(client=client)
    ledger = read_ledger(path)
    if ledger.client != client:
        message = f"the ledger of `{client}` has `client: {ledger.client}`"
        raise LedgerError(message, where=Location(path, 1), hint=f"write `client: {client}`")
    return ledger


def read_ledger(path: Path) -> Ledger:
    """Return the ledger in a file. Raises LedgerError with all flaws of the file, by line."""
    return read_document(path, LedgerError, "the ledger").convert(Ledger)


def rows_in_range(rows: list[str], text: str) -> list[str]:
    """Return the rows of the range `FIRST..LAST` or `*`, in the table's order.

    Raises UsageError when an end is not a row, or when the last row comes before the first.
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
        message = f"row `{first}` comes after row `{last}`"
        raise UsageError(message, hint="write the earlier row first")
    return rows[low : high + 1]
