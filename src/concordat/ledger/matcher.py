"""The application of a ledger to checks.

A failure with the entry's signature becomes `known-failure`, a pass becomes `unexpected-pass`, and a different failure
remains `fail`. An entry without a match adds the failed check `ledger` when its case ran for a version of its cause.
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


_TARGET = "target"
"""The id of the check for a failure of the target (`checks.blame`)."""


class Applied(NamedTuple):
    """Checks with their final verdicts by case, in the given order, and the errors of the ledger."""

    results: tuple[tuple[Case, tuple[Check, ...]], ...]
    problems: tuple[LedgerError, ...]


def signature_of(check: Check) -> Signature:
    """Return the signature of a failed check."""
    return Signature(kind=check.kind, pointer=check.pointer, cls=check.error_class, status=check.status)


class _Match:
    """One entry of one cause, with the number of rows that ran and that matched."""

    def __init__(self, cause: Cause, entry: Entry) -> None:
        self.cause = cause
        self.entry = entry
        self.ran = 0
        self.matched = 0
        self.rows: Sequence[str] = ()

    def is_about(self, case: Case) -> bool:
        """Return whether the entry is about the case, or about its row."""
        if self.entry.rows is None:
            return self.entry.case == case.key
        if self.entry.case != case.id or case.row is None:
            return False
        try:
            self.rows = rows_in_range(case.rows, self.entry.rows.range)
        except UsageError:  # lint reports the range; an invalid entry matches no case
            return False
        return case.row in self.rows


class LedgerMatcher:
    """Applies one client's ledger to each case when it finishes.

    `problems` returns the wrong counts of a matcher that has seen each result once. A run counts in its results
    instead (`conclusion.ledger_problems`), because several processes may each run a part of them.
    """

    def __init__(self, ledger: Ledger, version: str, mode: str = "sync") -> None:
        self._label = f"{ledger.client}@{version}" if mode == "sync" else f"{ledger.client}:{mode}@{version}"
        self._matches: dict[str, list[_Match]] = {}
        self.causes = tuple(cause for cause in ledger.causes if covers(cause.versions, version) and mode in cause.modes)
        """The causes that cover the version and the mode."""
        for cause in self.causes:
            for entry in cause.entries:
                self._matches.setdefault(entry.case, []).append(_Match(cause, entry))

    def apply(self, case: Case, checks: Sequence[Check], *, live: bool = False) -> tuple[Check, ...]:
        """Return the checks with their final verdicts.

        A case that is not applicable, or that has a harness error, did not run: its entries are not applied. In a
        `live` run entries explain failures only: its data decide whether a defect shows, so that neither a pass nor an
        entry without a match says anything. There a failure to report a refusal is known if any entry lists it for the
        status.
        """
        found = [*self._matches.get(case.id, ()), *(self._matches.get(case.key, ()) if case.row is not None else ())]
        matches = [match for match in found if match.is_about(case)]
        if live:
            return tuple(
                self._judge(one, matches) if one.verdict is Verdict.FAIL else one
                for check in checks
                for one in self._with_known_status(check)
            )
        broken = any(check.verdict is Verdict.HARNESS_ERROR for check in checks)
        if not matches or broken or all(check.verdict is Verdict.NOT_APPLICABLE for check in checks):
            return tuple(checks)
        before = [match.matched for match in matches]
        judged = [self._judge(check, matches) for check in checks]
        unmatched = [
            match
            for match, earlier in zip(matches, before, strict=True)
            if match.entry.rows is None and match.matched == earlier
        ]
        # a new failure is red already, and it may be the reason why the entry's check is blocked
        if unmatched and not any(check.verdict.red for check in judged):
            judged.extend(self._unmatched(match) for match in unmatched)
        for match in matches:
            match.ran += 1
        return tuple(judged)

    def _with_known_status(self, check: Check) -> tuple[Check, ...]:
        """Return the check; a failure to report a live target's error status is known if the ledger has it in any case.

        The known failure then stands beside a `target` check for the answer, which broke the premise of the case.
        """
        if not check.premise_broken or check.verdict is not Verdict.FAIL or check.status is None:
            return (check,)
        name, signature = check.id.rpartition(":")[2], signature_of(check)
        for cause in self.causes:
            if any(one.check.rpartition(":")[2] == name and one.signature == signature for one in cause.entries):
                known = msgspec.structs.replace(check, verdict=Verdict.KNOWN_FAILURE, cause=cause.id)
                return known, Check(id=_TARGET, verdict=Verdict.TARGET, message=check.message)
        return (check,)

    @staticmethod
    def _judge(check: Check, matches: Iterable[_Match]) -> Check:
        own = [match for match in matches if match.entry.check == check.id]
        if check.verdict is Verdict.FAIL:
            for match in own:
                if match.entry.signature == signature_of(check):
                    match.matched += 1
                    return msgspec.structs.replace(check, verdict=Verdict.KNOWN_FAILURE, cause=match.cause.id)
        elif check.verdict is Verdict.PASS:
            # an entry with a range states the number of rows that fail, so that single rows may pass
            for match in own:
                if match.entry.rows is None:
                    message = f"the check passes, and the ledger lists it as failing: {match.cause.reason}"
                    verdict, cause = Verdict.UNEXPECTED_PASS, match.cause.id
                    return msgspec.structs.replace(check, verdict=verdict, cause=cause, message=message)
        return check

    def _unmatched(self, match: _Match) -> Check:
        message = f"the entry for {match.entry.check} of cause `{match.cause.id}` matches nothing for {self._label}"
        expected = {"check": match.entry.check, "fails": msgspec.to_builtins(match.entry.signature)}
        check = Check(id="ledger", verdict=Verdict.FAIL, expected=expected, message=message)
        return located(check, [Difference(join_pointer(match.cause.id), "missing", expected)])

    def problems(self) -> tuple[LedgerError, ...]:
        """Return an error for each range of rows that ran completely with another number of failures than its count."""
        found: list[LedgerError] = []
        for match in (match for matches in self._matches.values() for match in matches):
            rows = match.entry.rows
            if rows is None or not match.ran or match.ran < len(match.rows) or match.matched == rows.count:
                continue
            message = (
                f"{self._label}: cause `{match.cause.id}`: {match.matched} rows of `{match.entry.case}` fail"
                f" {match.entry.check}, the ledger states {rows.count}"
            )
            found.append(LedgerError(message, hint="correct the count, or write an entry for each row"))
        return tuple(found)


def explain(ledger: Ledger, version: str, case: Case, checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return the final checks of one case. Only a `LedgerMatcher` that sees all rows checks the counts of ranges."""
    return LedgerMatcher(ledger, version).apply(case, checks)


def apply_ledger(ledger: Ledger, version: str, results: Sequence[tuple[Case, Sequence[Check]]]) -> Applied:
    """Return the final checks of all results of one client, and the errors of its ledger."""
    matcher = LedgerMatcher(ledger, version)
    judged = tuple((case, matcher.apply(case, checks)) for case, checks in results)
    return Applied(judged, matcher.problems())
