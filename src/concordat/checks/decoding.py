"""Decoding: what became of an answer's JSON paths under one evolution rule.

A case of an evolution rule makes one call twice. The first answer has the place and is otherwise the sandbox's own; the
second is the same under the change. A path that the caller did not get back the second time, and did the first (or that
was not there before), is what the change has cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Level, Reported
from concordat.checks.answers import last_answer
from concordat.checks.builders import block, check_of
from concordat.checks.field_retention import NOTHING, difference, leaves, lost, value_at
from concordat.checks.model import Check, DecodingTrace, FieldRetention, Verdict
from concordat.checks.reported import reported_of
from concordat.checks.requests import own_exchanges
from concordat.checks.values import read_tags
from concordat.contract.evolution import COMPLETE, EVERY_FIELD, RULES, Demand, Scope, resolve
from concordat.http1.coding import codings
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.catalogue.model import Evolution
    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.compare.diff import Difference

__all__ = ["decoding_of", "incomparable", "judge_decoding"]


def decoding_of(trace: CaseTrace) -> DecodingTrace | None:
    """Return what became of the answer, None for a case without a change or without an answer under it."""
    found = _found(trace)
    return None if found is None else found[0]


def judge_decoding(trace: CaseTrace) -> Check | None:
    """Return the check `decoding`, None for a case without a change by an evolution rule.

    Red: a path besides the changed place that the change has cost, and a place of which another value is read although
    the rule demands its own. A caller who was told of a failure has nothing to compare: that is `outcome.reported`'s. A
    call that was not made for want of a value blocks it.
    """
    change = _change(trace)
    if change is not None and any(step.blocked for step in _calls(trace, change)):
        return Check(id="decoding", verdict=Verdict.BLOCKED)
    found = _found(trace)
    if found is None:
        return None
    what, differences = found
    observed = {"retention": str(what.retention), "kept": what.kept, "of": what.total}
    check = check_of("decoding", differences, expected=f"what {what.rule} leaves alone is kept", observed=observed)
    if what.retention in (FieldRetention.TYPED_ERROR, FieldRetention.UNTYPED_ERROR, FieldRetention.CRASH):
        return block(check, "outcome.reported")
    if check.verdict is Verdict.FAIL and differences and all(item.kind == "extra" for item in differences):
        # that nothing is made up is a principle, and no case's must
        return msgspec.structs.replace(check, level=Level.SHOULD.value)
    return check


def incomparable(trace: CaseTrace) -> str | None:
    """Return why the change tells nothing about the client, None when it does.

    The client did not offer the coding; or it cannot read the answer without the change either, which the rule
    `every-field`, and the cases about that answer, say of it.
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


def _found(trace: CaseTrace) -> tuple[DecodingTrace, list[Difference]] | None:
    change = _change(trace)
    if change is None:
        return None
    calls = _calls(trace, change)
    after = calls[-1] if calls else None
    answer = last_answer(after)
    if after is None or answer is NOTHING:
        return None
    before = calls[0] if len(calls) > 1 else None
    sent = dict(leaves(answer))
    what = DecodingTrace(
        operation=after.call.call,
        rule=change.rule,
        at=change.at,
        retention=FieldRetention.CRASH,
        kept=0,
        total=len(sent),
    )
    outcome = after.outcome
    if outcome is None:
        return what, []
    if reported_of(outcome) is not Reported.OK:
        typed = outcome.error is not None and outcome.error.status is not None
        return msgspec.structs.replace(
            what, retention=FieldRetention.TYPED_ERROR if typed else FieldRetention.UNTYPED_ERROR
        ), []
    payload = NOTHING if outcome.payload is msgspec.UNSET else read_tags(outcome.payload)
    place = resolve(change.at, answer)
    gone = [found for pointer, leaf in sent.items() if (found := lost(payload, pointer, leaf))]
    spared = _Spared(before)
    cost = [item for item in gone if item.pointer not in spared and not _below(item.pointer, place, change)]
    here = _at_place(payload, place, change, gone)
    retention = _retention([*cost, *here])
    free = RULES[change.rule].demand is Demand.FREE
    demanded = [] if free else [item for item in here if item.kind == "extra" or item.pointer not in spared]
    what = msgspec.structs.replace(what, retention=retention, kept=len(sent) - len(gone))
    return what, [*cost, *demanded]


def _below(pointer: str, place: str, change: Evolution) -> bool:
    """Whether a leaf belongs to the changed place; of an object with a new member that is the member alone."""
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
        return [] if observed in (NOTHING, None) else [difference(place, "extra", None, observed)]
    return [item for item in gone if _below(item.pointer, place, change)]


def _retention(differences: list[Difference]) -> FieldRetention:
    if not differences:
        return FieldRetention.KEPT
    return FieldRetention.DROPPED if all(item.kind == "missing" for item in differences) else FieldRetention.CHANGED


class _Spared:
    """The places that the caller did not get back without the change either."""

    def __init__(self, step: StepTrace | None) -> None:
        answer = last_answer(step)
        self._leaves: dict[str, bool] = {}
        """Every path of the answer without the change, and whether it was lost."""
        if step is None or step.outcome is None or answer is NOTHING:
            return
        payload = NOTHING if step.outcome.payload is msgspec.UNSET else read_tags(step.outcome.payload)
        self._leaves = {pointer: lost(payload, pointer, leaf) is not None for pointer, leaf in leaves(answer)}

    def __contains__(self, pointer: str) -> bool:
        """Whether the path was lost, or lay within one that was, or everything that was below it."""
        parts = pointer.split("/")
        if any(self._leaves.get("/".join(parts[:count]), False) for count in range(1, len(parts) + 1)):
            return True
        below = [gone for path, gone in self._leaves.items() if path.startswith(pointer + "/")]
        return bool(below) and all(below)
