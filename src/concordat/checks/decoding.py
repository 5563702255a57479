"""The check `decoding`: which JSON paths of an answer its caller received under one evolution rule.

A case of an evolution rule makes one call twice. The first answer has the place and is otherwise the sandbox's own; the
second is the same answer after the change. The change has cost each path that the caller received the first time, or
that was not in the first answer, and did not receive the second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Level, Reported
from concordat.checks.builders import block, check_of
from concordat.checks.exchanges import last_answer, own_exchanges
from concordat.checks.model import Check, DecodingTrace, FieldRetention, Verdict
from concordat.checks.outcomes import payload_of, reported_of
from concordat.compare.diff import Difference
from concordat.compare.field_retention import leaves, lost, value_at
from concordat.contract.evolution import COMPLETE, EVERY_FIELD, RULES, Demand, Scope, resolve
from concordat.http1.coding import codings
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.catalogue.model import Evolution
    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.clients.protocol import Outcome

__all__ = ["decoding_of", "incomparable", "judge_decoding"]


def decoding_of(trace: CaseTrace) -> DecodingTrace | None:
    """Return the field retention of the changed answer, None for a case without a change or without that answer."""
    found = _compare(trace)
    return None if found is None else found[0]


def judge_decoding(trace: CaseTrace) -> Check | None:
    """Return the check `decoding`, None for a case without an evolution rule.

    It fails for each path besides the changed place that the change has cost, and for a changed place that was read as
    another value although the rule demands its own. `outcome.reported` blocks it when the client reported a failure;
    so does a call that was not made because a value was missing.
    """
    change = _change(trace)
    if change is not None and any(step.blocked for step in _calls(trace, change)):
        return Check(id="decoding", verdict=Verdict.BLOCKED)
    found = _compare(trace)
    if found is None:
        return None
    what, differences = found
    observed = {"retention": str(what.retention), "kept": what.kept, "of": what.total}
    check = check_of("decoding", differences, expected=f"what {what.rule} leaves alone is kept", observed=observed)
    if what.retention in (FieldRetention.TYPED_ERROR, FieldRetention.UNTYPED_ERROR, FieldRetention.CRASH):
        return block(check, "outcome.reported")
    if check.verdict is Verdict.FAIL and differences and all(item.kind == "extra" for item in differences):
        # a principle forbids values that the answer does not hold, and a principle is never above `should`
        return msgspec.structs.replace(check, level=Level.SHOULD.value)
    return check


def incomparable(trace: CaseTrace) -> str | None:
    """Return why the change says nothing about the client, None when it does say something.

    The client did not offer the coding, or it cannot read the unchanged answer either; the rule `every-field` and the
    cases about that answer report the latter.
    """
    change = _change(trace)
    calls = [] if change is None else _calls(trace, change)
    if change is None or not calls:
        return None
    first = calls[0].outcome
    if len(calls) > 1 and change.rule != EVERY_FIELD and first is not None and reported_of(first) is not Reported.OK:
        return "the client does not read the answer without the change either"
    coding = RULES[change.rule].coding
    exchanges = own_exchanges(calls[-1])
    response = exchanges[-1].response if exchanges else None
    if coding is None or response is None or coding in codings(response.headers):
        return None
    return f"the client does not offer {coding}"


def _change(trace: CaseTrace) -> Evolution | None:
    changes = (fault.evolve for fault in trace.case.faults if fault.evolve is not None)
    return next((change for change in changes if change.rule != COMPLETE and change.rule in RULES), None)


def _calls(trace: CaseTrace, change: Evolution) -> list[StepTrace]:
    on = next(fault.on for fault in trace.case.faults if fault.evolve is change)
    return [step for step in trace.steps if step.call.via == "client" and step.call.call == on]


def _compare(trace: CaseTrace) -> tuple[DecodingTrace, list[Difference]] | None:
    """Return the field retention of the changed answer and the differences that fail the check."""
    change = _change(trace)
    calls = [] if change is None else _calls(trace, change)
    answer = last_answer(calls[-1]) if calls else msgspec.UNSET
    if change is None or answer is msgspec.UNSET:
        return None
    after, before = calls[-1], calls[0] if len(calls) > 1 else None
    sent = dict(leaves(answer))

    def traced(retention: FieldRetention, kept: int) -> DecodingTrace:
        return DecodingTrace(
            operation=after.call.call, rule=change.rule, at=change.at, retention=retention, kept=kept, total=len(sent)
        )

    failure = _failure(after.outcome)
    if after.outcome is None or failure is not None:
        return traced(failure or FieldRetention.CRASH, 0), []
    payload = payload_of(after.outcome)
    place = resolve(change.at, answer)
    gone = [found for pointer, leaf in sent.items() if (found := lost(payload, pointer, leaf))]
    lost_before = _LostBefore(before)
    cost = [item for item in gone if item.pointer not in lost_before and not _below(item.pointer, place, change)]
    here = _at_place(payload, place, change, gone)
    free = RULES[change.rule].demand is Demand.FREE
    demanded = [] if free else [item for item in here if item.kind == "extra" or item.pointer not in lost_before]
    return traced(_retention([*cost, *here]), len(sent) - len(gone)), [*cost, *demanded]


def _failure(outcome: Outcome | None) -> FieldRetention | None:
    """Return how the call failed, None when the client reported ok."""
    if outcome is None:
        return FieldRetention.CRASH
    if reported_of(outcome) is Reported.OK:
        return None
    typed = outcome.error is not None and outcome.error.status is not None
    return FieldRetention.TYPED_ERROR if typed else FieldRetention.UNTYPED_ERROR


def _below(pointer: str, place: str, change: Evolution) -> bool:
    """Return whether a leaf belongs to the changed place, which is the new member alone where the rule adds one."""
    rule = RULES[change.rule]
    if rule.scope is Scope.BODY:
        return False
    if rule.member is not None:
        return pointer == place + join_pointer(rule.member)
    return pointer == place or pointer.startswith(place + "/")


def _at_place(payload: Any, place: str, change: Evolution, gone: list[Difference]) -> list[Difference]:
    rule = RULES[change.rule]
    if rule.scope is Scope.BODY:
        return []
    if rule.demand is Demand.NOTHING:
        observed = value_at(payload, place)
        return [] if observed is msgspec.UNSET or observed is None else [Difference(place, "extra", None, observed)]
    return [item for item in gone if _below(item.pointer, place, change)]


def _retention(differences: list[Difference]) -> FieldRetention:
    if not differences:
        return FieldRetention.KEPT
    return FieldRetention.DROPPED if all(item.kind == "missing" for item in differences) else FieldRetention.CHANGED


class _LostBefore:
    """The places that the caller did not receive without the change either."""

    def __init__(self, step: StepTrace | None) -> None:
        answer = last_answer(step)
        self._leaves: dict[str, bool] = {}
        """Each path of the unchanged answer, and whether it was lost."""
        if step is None or step.outcome is None or answer is msgspec.UNSET:
            return
        payload = payload_of(step.outcome)
        self._leaves = {pointer: lost(payload, pointer, leaf) is not None for pointer, leaf in leaves(answer)}

    def __contains__(self, pointer: str) -> bool:
        """Return whether the path, a path above it or every path below it was lost."""
        parts = pointer.split("/")
        if any(self._leaves.get("/".join(parts[:count]), False) for count in range(1, len(parts) + 1)):
            return True
        below = [gone for path, gone in self._leaves.items() if path.startswith(pointer + "/")]
        return bool(below) and all(below)
