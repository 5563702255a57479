"""Verdicts in the light of a ledger: what is known fails as known, and nothing else is excused.

Failing as the signature says is `known-failure`; passing is `unexpected-pass`; failing differently stays `fail`; an
entry that matched nothing, though its case ran for a version it covers, is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from concordat.catalogue.ledger import Signature
from concordat.catalogue.ledger_lint import rows_in_range
from concordat.catalogue.versions import covers
from concordat.checks.model import Check, Verdict
from concordat.errors import LedgerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.catalogue.ledger import Cause, Entry, Ledger

__all__ = ["Applied", "CaseChecks", "LedgerMatcher", "apply_ledger", "signature_of"]


class CaseChecks(NamedTuple):
    """The checks of one case (and row) for one client."""

    case: str
    row: str | None
    checks: tuple[Check, ...]

    @property
    def key(self) -> str:
        """The case's id with its row."""
        return self.case if self.row is None else f"{self.case}[{self.row}]"


class Applied(NamedTuple):
    """Results with their final verdicts, and the entries that matched nothing."""

    results: tuple[CaseChecks, ...]
    problems: tuple[LedgerError, ...]


def signature_of(check: Check) -> Signature:
    """Return what a ledger remembers of a failed check."""
    return Signature(kind=check.kind, pointer=check.pointer, cls=check.error_class, status=check.status)


class _Claim:
    """One entry of one cause, and the rows it has met."""

    def __init__(self, cause: Cause, entry: Entry) -> None:
        self.cause = cause
        self.entry = entry
        self.ran: list[str | None] = []
        self.matched: list[str | None] = []


class LedgerMatcher:
    """Applies one client's ledger, case by case as they finish; `problems` tells at the end what matched nothing.

    `rows` are the rows of each table case in the catalogue's order, for entries that name a range.
    """

    def __init__(self, ledger: Ledger, version: str, rows: Mapping[str, Sequence[str]] | None = None) -> None:
        self._client = ledger.client
        self._version = version
        self._rows = rows or {}
        self._claims: dict[str, list[_Claim]] = {}
        for cause in ledger.causes:
            if covers(cause.versions, version):
                for entry in cause.entries:
                    self._claims.setdefault(entry.case, []).append(_Claim(cause, entry))

    def apply(self, result: CaseChecks) -> tuple[Check, ...]:
        """Return the checks with their final verdicts."""
        claims = [claim for claim in self._claims.get(result.case, ()) if self._meant(claim, result)]
        if result.row is not None:
            claims.extend(self._claims.get(result.key, ()))
        if not claims or all(check.verdict is Verdict.NOT_APPLICABLE for check in result.checks):
            return result.checks
        for claim in claims:
            claim.ran.append(result.row)
        return tuple(self._judge(check, claims, result.row) for check in result.checks)

    def _meant(self, claim: _Claim, result: CaseChecks) -> bool:
        if claim.entry.rows is None:
            return result.row is None
        if result.row is None:
            return False
        try:
            return result.row in rows_in_range(list(self._rows.get(result.case, ())), claim.entry.rows.range)
        except UsageError:
            return False

    @staticmethod
    def _judge(check: Check, claims: list[_Claim], row: str | None) -> Check:
        own = [claim for claim in claims if claim.entry.check == check.id]
        if not own:
            return check
        if check.verdict is Verdict.FAIL:
            for claim in own:
                if claim.entry.signature == signature_of(check):
                    claim.matched.append(row)
                    return msgspec.structs.replace(check, verdict=Verdict.KNOWN_FAILURE, cause=claim.cause.id)
            return check
        # of a range only so many rows fail: those that pass are counted, not red one by one
        single = [claim for claim in own if claim.entry.rows is None]
        if check.verdict is Verdict.PASS and single:
            cause = single[0].cause
            for claim in single:
                claim.matched.append(row)
            message = f"passes, though the ledger has `{cause.id}`: {cause.reason}"
            return msgspec.structs.replace(check, verdict=Verdict.UNEXPECTED_PASS, cause=cause.id, message=message)
        return check

    def problems(self) -> tuple[LedgerError, ...]:
        """Return an error for each entry whose case ran and which matched nothing, or not exactly its count of rows.

        A range is judged only when all of its rows ran.
        """
        found: list[LedgerError] = []
        for claim in (claim for claims in self._claims.values() for claim in claims):
            entry = claim.entry
            if not claim.ran:
                continue
            name = f"{self._client} {self._version}: cause `{claim.cause.id}`, `{entry.case}` {entry.check}"
            if entry.rows is not None:
                named = rows_in_range(list(self._rows.get(entry.case, ())), entry.rows.range)
                if len(claim.ran) == len(named) and len(claim.matched) != entry.rows.count:
                    message = f"{name}: {len(claim.matched)} rows fail so, the ledger says {entry.rows.count}"
                    found.append(LedgerError(message, hint="mend the count, or split the entry"))
            elif not claim.matched:
                message = f"{name}: the entry matches nothing"
                found.append(LedgerError(message, hint="the check is blocked, gone, or fails in another way"))
        return tuple(found)


def apply_ledger(
    ledger: Ledger,
    version: str,
    results: Sequence[CaseChecks],
    rows: Mapping[str, Sequence[str]] | None = None,
) -> Applied:
    """Apply a ledger to all results of one client at once."""
    matcher = LedgerMatcher(ledger, version, rows)
    judged = tuple(CaseChecks(result.case, result.row, matcher.apply(result)) for result in results)
    return Applied(judged, matcher.problems())
