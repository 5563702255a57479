"""Verdicts in the light of a ledger: what is known fails as known, and nothing else is excused.

Failing as the signature says is `known-failure`; passing is `unexpected-pass`; failing differently stays `fail`; an
entry that matched nothing, though its case ran for a version it covers, is the failed check `ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from concordat.checks.builders import located
from concordat.checks.model import Check, Verdict
from concordat.compare.diff import Difference
from concordat.errors import LedgerError, UsageError
from concordat.ledger.model import Signature, rows_in_range
from concordat.values import join_pointer
from concordat.versions import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.catalogue.model import Case
    from concordat.ledger.model import Cause, Entry, Ledger

__all__ = ["Applied", "LedgerMatcher", "apply_ledger", "explain", "signature_of"]


class Applied(NamedTuple):
    """Checks with their final verdicts, by case in the order given, and what the ledger says wrongly."""

    results: tuple[tuple[Case, tuple[Check, ...]], ...]
    problems: tuple[LedgerError, ...]


def signature_of(check: Check) -> Signature:
    """Return what a ledger remembers of a failed check."""
    return Signature(kind=check.kind, pointer=check.pointer, cls=check.error_class, status=check.status)


class _Claim:
    """One entry of one cause, and the rows it has met."""

    def __init__(self, cause: Cause, entry: Entry) -> None:
        self.cause = cause
        self.entry = entry
        self.ran = 0
        self.matched = 0
        self.rows: Sequence[str] = ()

    def takes(self, case: Case) -> bool:
        """Whether the entry is about this case, or about this row of it."""
        if self.entry.rows is None:
            return self.entry.case == case.key
        if self.entry.case != case.id or case.row is None:
            return False
        try:
            self.rows = rows_in_range(case.rows, self.entry.rows.range)
        except UsageError:  # lint names it; an entry that means nothing explains nothing
            return False
        return case.row in self.rows


class LedgerMatcher:
    """Applies one client's ledger, case by case as they finish; `problems` tells at the end which counts are wrong."""

    def __init__(self, ledger: Ledger, version: str, mode: str = "sync") -> None:
        self._who = f"{ledger.client}@{version}" if mode == "sync" else f"{ledger.client}:{mode}@{version}"
        self._claims: dict[str, list[_Claim]] = {}
        self.causes = tuple(cause for cause in ledger.causes if covers(cause.versions, version) and mode in cause.modes)
        """Those that speak of the version, and of the mode."""
        for cause in self.causes:
            for entry in cause.entries:
                self._claims.setdefault(entry.case, []).append(_Claim(cause, entry))

    def apply(self, case: Case, checks: Sequence[Check], *, counted: bool = True) -> tuple[Check, ...]:
        """Return the checks with their final verdicts.

        A case that is not applicable, or that the harness spoilt, did not run: its entries are let be. With `counted`
        false it is a second look at a case that has been counted already.
        """
        found = [*self._claims.get(case.id, ()), *(self._claims.get(case.key, ()) if case.row is not None else ())]
        claims = [claim for claim in found if claim.takes(case)]
        spoilt = any(check.verdict is Verdict.HARNESS_ERROR for check in checks)
        if not claims or spoilt or all(check.verdict is Verdict.NOT_APPLICABLE for check in checks):
            return tuple(checks)
        before = {id(claim): claim.matched for claim in claims}
        judged = [self._judge(check, claims) for check in checks]
        idle = [claim for claim in claims if claim.entry.rows is None and claim.matched == before[id(claim)]]
        # a new failure is red already, and may well be what keeps the entry's check from being judged
        if idle and not any(check.verdict.red for check in judged):
            judged.extend(self._idle(claim) for claim in idle)
        for claim in claims:
            if counted:
                claim.ran += 1
            else:
                claim.matched = before[id(claim)]
        return tuple(judged)

    @staticmethod
    def _judge(check: Check, claims: Iterable[_Claim]) -> Check:
        own = [claim for claim in claims if claim.entry.check == check.id]
        if check.verdict is Verdict.FAIL:
            for claim in own:
                if claim.entry.signature == signature_of(check):
                    claim.matched += 1
                    return msgspec.structs.replace(check, verdict=Verdict.KNOWN_FAILURE, cause=claim.cause.id)
        elif check.verdict is Verdict.PASS:
            # of a range only so many rows fail: those that pass are counted, not red one by one
            for claim in own:
                if claim.entry.rows is None:
                    message = f"it passes, and the ledger says it fails: {claim.cause.reason}"
                    verdict, cause = Verdict.UNEXPECTED_PASS, claim.cause.id
                    return msgspec.structs.replace(check, verdict=verdict, cause=cause, message=message)
        return check

    def _idle(self, claim: _Claim) -> Check:
        message = f"the entry for {claim.entry.check} of cause `{claim.cause.id}` matches nothing for {self._who}"
        expected = {"check": claim.entry.check, "fails": msgspec.to_builtins(claim.entry.signature)}
        check = Check(id="ledger", verdict=Verdict.FAIL, expected=expected, message=message)
        return located(check, [Difference(join_pointer(claim.cause.id), "missing", expected)])

    def problems(self) -> tuple[LedgerError, ...]:
        """Return an error for each entry with a range of rows, all of which ran, that fails for another number."""
        found: list[LedgerError] = []
        for claim in (claim for claims in self._claims.values() for claim in claims):
            rows = claim.entry.rows
            if rows is None or not claim.ran or claim.ran < len(claim.rows) or claim.matched == rows.count:
                continue
            message = (
                f"{self._who}: cause `{claim.cause.id}`: {claim.matched} rows of `{claim.entry.case}` fail"
                f" {claim.entry.check}, the ledger says {rows.count}"
            )
            found.append(LedgerError(message, hint="mend the count, or give each row an entry"))
        return tuple(found)


def explain(ledger: Ledger, version: str, case: Case, checks: Sequence[Check]) -> tuple[Check, ...]:
    """Apply a ledger to one case. Counts of ranges need a `LedgerMatcher` that sees all rows."""
    return LedgerMatcher(ledger, version).apply(case, checks)


def apply_ledger(ledger: Ledger, version: str, results: Sequence[tuple[Case, Sequence[Check]]]) -> Applied:
    """Apply a ledger to all results of one client at once."""
    matcher = LedgerMatcher(ledger, version)
    judged = tuple((case, matcher.apply(case, checks)) for case, checks in results)
    return Applied(judged, matcher.problems())
