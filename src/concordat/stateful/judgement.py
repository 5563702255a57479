"""Judgement: which of the model, the sandbox and the client disagrees with the other two.

    call ──client──▶ request ──sandbox──▶ answer ──client──▶ outcome
                                   │
                                 state

The catalogue's checks (`checks.judge`) find a client whose request is not the call, or whose outcome is not the answer.
An answer that the model does not expect is compared with the sandbox's own state: the sandbox disagrees when its state
contradicts the answer, and the model disagrees when the state supports it. The sandbox disagrees too when its state
differs from the model's although every answer was as expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Call, Case, Expectation, OutcomeExpectation, Reported
from concordat.checks import CaseTrace, Check, StepTrace, Verdict, judge
from concordat.checks.builders import located
from concordat.checks.exchanges import answered_well
from concordat.compare.diff import Difference
from concordat.http1.exchange import Ending
from concordat.stateful.expected_answer import READS, Expected, project, read
from concordat.stateful.state_view import differences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange
    from concordat.stateful.harness import HarnessTrace
    from concordat.stateful.state_view import StateView

__all__ = [
    "Disagreement",
    "ModelCall",
    "Participant",
    "answer_body",
    "answered",
    "call_text",
    "client_checks",
    "judge_answer",
    "judge_checks",
    "judge_state",
]

_RESPONSE_CONTRACT = "response.contract"
_REQUEST_COUNT = "request.count"


class Participant(StrEnum):
    """One of the three that must agree; a live run has TARGET in the place of SANDBOX."""

    MODEL = "model"
    SANDBOX = "sandbox"
    TARGET = "target"
    CLIENT = "client"


_SANDBOX_RUN = (Participant.MODEL, Participant.SANDBOX, Participant.CLIENT)
_LIVE_RUN = (Participant.MODEL, Participant.TARGET, Participant.CLIENT)


class Disagreement(AssertionError):  # noqa: N818 - a verdict, not an error of the code
    """One participant disagrees with the other two. `check` is the failed check of the catalogue, if there is one."""

    def __init__(self, participant: Participant, call: str, why: str, *, check: str = "", live: bool = False) -> None:
        three = _LIVE_RUN if live else _SANDBOX_RUN
        others = " and the ".join(other for other in three if other is not participant)
        super().__init__(f"the {participant} disagrees in {call}; the {others} agree\n{why}")
        self.participant = participant
        self.call = call
        self.check = check


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A call of the machine with the answer that the model expects. `faulty` says whether a fault is planned for it."""

    operation: str
    arguments: Mapping[str, Any]
    expected: Expected
    faulty: bool = False


def client_checks(
    call: ModelCall, trace: HarnessTrace, contract: Contract, promised: frozenset[str], *, live: bool = False
) -> list[Check]:
    """Return the failed checks of the client, and of the sandbox's answer against the contract."""
    exchange = _last(trace)
    body = _body(exchange) if answered_well(exchange) else None
    expect = Expectation()
    if body is not None and isinstance(call.expected.facts, dict):
        facts = project(body, call.expected.facts)
        expect = Expectation(outcome=OutcomeExpectation(reported=Reported.OK, payload=facts))
    step_call = Call(call=call.operation, with_=dict(call.arguments), expect=expect)
    step = StepTrace(
        label="s1",
        call=step_call,
        operation=contract.operation(call.operation),
        exchanges=trace.exchanges,
        outcome=trace.outcome,
        lost=trace.lost,
    )
    case = Case(id="stateful.model", title="", why="", source=[f"contract:{contract.name}"], steps=[step_call])
    case_trace = CaseTrace(
        case=case,
        contract=contract,
        variant=None,
        version="",
        promised=promised,
        steps=(step,),
        exchanges=trace.exchanges,
        base_path="",
        live=live,
        state=None if live else {},
        commits=None,
        unfired=(),
        harness_problem=None,
    )
    failed = [check for check in judge(case_trace) if check.verdict.red]
    if len(trace.exchanges) > 1 and _REQUEST_COUNT not in {check.id for check in failed}:
        # `checks.judge` judges a repeated write by its accepted writes; here no policy allows a repetition
        message = f"sent {len(trace.exchanges)} times without retries"
        count = len(trace.exchanges)
        check = Check(id=_REQUEST_COUNT, verdict=Verdict.FAIL, expected=1, observed=count, message=message)
        failed.append(located(check, [Difference("", "count", 1, count)]))
    return failed


def judge_checks(call: ModelCall, failed: Sequence[Check], *, live: bool = False) -> None:
    """Raise Disagreement for the first failed check; the sandbox disagrees if its answer breaks the contract."""
    for check in sorted(failed, key=lambda one: one.id != _RESPONSE_CONTRACT):
        participant = (
            Participant.SANDBOX
            if check.verdict is Verdict.HARNESS_ERROR and check.id == _RESPONSE_CONTRACT
            else Participant.CLIENT
        )
        why = f"{check.id}{f' at {check.pointer}' if check.pointer else ''}: {check.message or check.kind}\n"
        why += f"expected {_shown(check.expected)}\nobserved {_shown(check.observed)}"
        raise Disagreement(participant, call_text(call), why, check=check.id, live=live)


def judge_answer(call: ModelCall, trace: HarnessTrace, sandbox: StateView, model: StateView) -> None:
    """Raise Disagreement when the sandbox's answer differs from the one that the model expects.

    `sandbox` is the sandbox's own state and `model` the model's state, both after the call.
    """
    exchange = _last(trace)
    if call.faulty or exchange is None or exchange.response is None:
        return
    wrong = _differences(call.expected, exchange)
    if not wrong:
        return
    if call.operation in READS:
        own = read(sandbox, call.operation, call.arguments)
        participant = Participant.SANDBOX if _differences(own, exchange) else Participant.MODEL
    else:
        participant = Participant.MODEL if differences(model, sandbox) else Participant.SANDBOX
    reasons = {
        Participant.SANDBOX: "the sandbox's answer contradicts its own state",
        Participant.MODEL: "the sandbox's answer and state agree",
    }
    raise Disagreement(
        participant, call_text(call), f"{reasons[participant]}; the model expected otherwise: {'; '.join(wrong)}"
    )


def judge_state(cause: str, sandbox: StateView, model: StateView) -> None:
    """Raise Disagreement when the sandbox's state differs from the model's."""
    wrong = differences(model, sandbox)
    if wrong:
        raise Disagreement(Participant.SANDBOX, cause, "its state differs: " + "; ".join(wrong))


def _differences(expected: Expected, exchange: Exchange) -> list[str]:
    assert exchange.response is not None
    if exchange.response.status != expected.status:
        return [f"status {exchange.response.status} instead of {expected.status}"]
    if expected.facts is None:
        return []
    return [str(one.shown()) for one in match(expected.facts, _body(exchange), mode="has")]


def answered(trace: HarnessTrace) -> int:
    """Return the status of the last complete answer to a call, 0 without one."""
    exchange = _last(trace)
    whole = exchange is not None and exchange.ending is Ending.COMPLETE and exchange.response is not None
    return exchange.response.status if whole and exchange is not None and exchange.response is not None else 0


def _last(trace: HarnessTrace) -> Exchange | None:
    return trace.exchanges[-1] if trace.exchanges else None


def answer_body(trace: HarnessTrace) -> Any:
    """Return the JSON of the last complete answer to a call, None for any other."""
    return _body(_last(trace))


def _body(exchange: Exchange | None) -> Any:
    """Return the JSON of a complete answer, None for any other."""
    if exchange is None or exchange.response is None or exchange.ending is not Ending.COMPLETE:
        return None
    try:
        return msgspec.json.decode(exchange.response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def call_text(call: ModelCall) -> str:
    """Return an operation and its arguments as one line."""
    return f"{call.operation} {msgspec.json.encode(dict(call.arguments)).decode()}"


def _shown(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode() if value is not msgspec.UNSET else "nothing"
