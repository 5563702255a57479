"""Lint of a ledger: missing reasons, unknown cases and checks, invalid ranges, overdue reviews."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.catalogue.sources import form_flaws, load_anchors
from concordat.contract import load_contracts
from concordat.documents import Places
from concordat.errors import Finding, LedgerError, Severity, UsageError, did_you_mean, sort_findings
from concordat.ledger.model import rows_in_range
from concordat.resources import read_text
from concordat.values import join_pointer
from concordat.versions import check_range

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from concordat.catalogue.catalogue import Catalogue
    from concordat.catalogue.model import Case
    from concordat.catalogue.sources import Anchors
    from concordat.contract import Contract
    from concordat.ledger.model import Cause, Entry, Ledger

__all__ = ["lint_ledger"]

_EMPTY = re.compile(
    r"\W*(?:to-?do|tbd|fixme|xxx+|wip|n/?a|none|unknown|reason|later|known (?:issue|bug|failure))?\W*", re.IGNORECASE
)
_LEAST_WORDS = 4
_CHECK = re.compile(
    r"(?:[^:]+:)?(?:request(?:\.\d+)?\.(?:count|method|path|query|headers|body|contract|waits|unattributed)"
    r"|call\.possible|client\.alive"
    r"|outcome\.(?:reported|payload|saved|until|error\.status|error\.body)|state\.[^:]+|write-safety|decoding|fault\.fired"
    r"|response\.contract)"
)


def lint_ledger(
    ledger: Ledger,
    catalogue: Catalogue,
    *,
    today: dt.date,
    path: Path,
    contracts: Mapping[str, Contract] | None = None,
    anchors: Anchors | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of a ledger, by place; an overdue review is a warning.

    The sources of its causes may name `contracts` and `anchors`, by default those of the project and the package.
    """
    known = load_contracts() if contracts is None else contracts
    anchors = load_anchors() if anchors is None else anchors
    places = Places(path, read_text(path, LedgerError, "the ledger"))
    found = [
        Finding(places.locate(pointer), message, hint, severity=severity)
        for pointer, severity, message, hint in (
            *_findings(ledger, catalogue, today),
            *_sources(ledger, known, anchors),
        )
    ]
    return sort_findings(found)


_Found = tuple[str, Severity, str, str | None]


def _findings(ledger: Ledger, catalogue: Catalogue, today: dt.date) -> Iterator[_Found]:
    ids: dict[str, int] = {}
    reasons: dict[str, str] = {}
    claimed: dict[tuple[str, str, str, str], str] = {}
    cases = _by_name(catalogue) if any(cause.entries for cause in ledger.causes) else {}
    for index, cause in enumerate(ledger.causes):
        here = join_pointer("causes", index)
        if cause.id in ids:
            yield here + "/id", Severity.ERROR, f"two causes have the id `{cause.id}`", "give each an id of its own"
        ids[cause.id] = index
        yield from _words(cause, here)
        reason = " ".join(cause.reason.lower().split())
        if reason and reason in reasons:
            message = f"the reason is a copy of the one of `{reasons[reason]}`"
            yield (
                here + "/reason",
                Severity.ERROR,
                message,
                "a defect has one cause; state the difference, or join the causes",
            )
        reasons.setdefault(reason, cause.id)
        if cause.review_by < today:
            message = f"the review was due on {cause.review_by.isoformat()}"
            yield (
                here + "/review-by",
                Severity.WARNING,
                message,
                "check that the defect still exists, and set a new date",
            )
        for number, entry in enumerate(cause.entries):
            place = here + join_pointer("entries", number)
            yield from _entry(entry, place, cases)
            keys = [(entry.case, entry.check, cause.versions, mode) for mode in cause.modes]
            if taken := [claimed[key] for key in keys if key in claimed]:
                message = f"`{entry.case}` {entry.check} is already explained by `{taken[0]}`"
                yield place, Severity.ERROR, message, "a failure has one cause"
            claimed.update(dict.fromkeys(keys, cause.id))


def _sources(ledger: Ledger, contracts: Mapping[str, Contract], anchors: Anchors) -> Iterator[_Found]:
    for index, cause in enumerate(ledger.causes):
        if not _EMPTY.fullmatch(cause.source):
            for flaw in form_flaws(cause.source, contracts, anchors):
                yield join_pointer("causes", index) + flaw.pointer, Severity.ERROR, flaw.message, flaw.hint


def _words(cause: Cause, here: str) -> Iterator[_Found]:
    if _EMPTY.fullmatch(cause.reason) or len(cause.reason.split()) < _LEAST_WORDS:
        message = f"cause `{cause.id}` has no reason"
        yield here + "/reason", Severity.ERROR, message, "write a sentence about the defect and its origin"
    for key, value in (("source", cause.source), ("smallest", cause.smallest)):
        if _EMPTY.fullmatch(value):
            yield here + join_pointer(key), Severity.ERROR, f"cause `{cause.id}` has no `{key}`", None
    if not cause.entries:
        yield here + "/entries", Severity.ERROR, f"cause `{cause.id}` has no entries", "remove it, or add entries"
    try:
        check_range(cause.versions)
    except UsageError as error:
        yield here + "/versions", Severity.ERROR, error.message, error.hint


def _by_name(catalogue: Catalogue) -> dict[str, list[Case]]:
    """Return the cases by the names that an entry may use: all rows of a table by its id, each row by its key."""
    found: dict[str, list[Case]] = {}
    for case in catalogue.cases:
        for name in dict.fromkeys((case.id, case.key)):
            found.setdefault(name, []).append(case)
    return found


def _entry(entry: Entry, place: str, cases: Mapping[str, list[Case]]) -> Iterator[_Found]:
    if not _CHECK.fullmatch(entry.check):
        yield place + "/check", Severity.ERROR, f"no check has the id `{entry.check}`", "copy the id from a report"
    known = cases.get(entry.case, ())
    if not known:
        hint = did_you_mean(entry.case, cases)
        yield place + "/case", Severity.ERROR, f"the catalogue has no case `{entry.case}`", hint
        return
    rows = [case.row for case in known if case.row is not None]
    if entry.rows is None:
        if len(known) > 1:
            message = f"`{entry.case}` is a table, and the entry has no row"
            yield place + "/case", Severity.ERROR, message, f"write `{known[0].key}`, or `rows:` with range and count"
        return
    if not rows or known[0].key == entry.case:
        yield place + "/rows", Severity.ERROR, f"`{entry.case}` is one case and has no rows", "remove `rows`"
        return
    try:
        named = rows_in_range(rows, entry.rows.range)
    except UsageError as error:
        yield place + "/rows/range", Severity.ERROR, error.message, error.hint
        return
    if not 1 <= entry.rows.count <= len(named):
        message = f"`count` is {entry.rows.count}, and the range has {len(named)} rows"
        yield place + "/rows/count", Severity.ERROR, message, "write the number of failing rows"
