"""Which of the three stands alone, when the model, the sandbox and the client do not agree.

    call ──client──▶ request ──sandbox──▶ answer ──client──▶ outcome
                                   │
                                 state

A client that sends something else than the call, or shows something else than the answer, stands alone: the checks of
the catalogue's cases find that (`checks.judge`). An answer that the model does not expect is held to the sandbox's own
state: where that says what the model says, the sandbox stands alone with its answer; where it says what the answer
says, the model does. A state that the model does not have, when every answer was as expected, is the sandbox's alone.
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
from concordat.stateful.view import differences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange
    from concordat.stateful.harness import HarnessCall
    from concordat.stateful.view import View

__all__ = [
    "Calling",
    "Disagreement",
    "Side",
    "answered",
    "client_checks",
    "judge_answer",
    "judge_checks",
    "judge_state",
]

_OURS = "response.contract"
_COUNT = "request.count"


class Side(StrEnum):
    """One of the three."""

    MODEL = "model"
    SANDBOX = "sandbox"
    CLIENT = "client"


class Disagreement(AssertionError):  # noqa: N818 - a verdict, not an error of the code
    """One of the three stands alone; `check` is the catalogue's name of what is wrong, where there is one."""

    def __init__(self, alone: Side, call: str, why: str, *, check: str = "") -> None:
        others = " and the ".join(side for side in Side if side is not alone)
        super().__init__(f"the {alone} stands alone in {call}; the {others} agree\n{why}")
        self.alone = alone
        self.call = call
        self.check = check


@dataclass(frozen=True, slots=True)
class Calling:
    """A call of the machine, its answer as the model expects it, and whether a fault was to meet it."""

    operation: str
    arguments: Mapping[str, Any]
    expected: Expected
    faulty: bool = False


def client_checks(calling: Calling, seen: HarnessCall, contract: Contract, promised: frozenset[str]) -> list[Check]:
    """Return the checks that the client, or the contract with the sandbox's answer, failed."""
    exchange = _last(seen)
    body = _body(exchange) if answered_well(exchange) else None
    expect = Expectation()
    if body is not None and isinstance(calling.expected.facts, dict):
        facts = project(body, calling.expected.facts)
        expect = Expectation(outcome=OutcomeExpectation(reported=Reported.OK, payload=facts))
    call = Call(call=calling.operation, with_=dict(calling.arguments), expect=expect)
    step = StepTrace(
        label="s1",
        call=call,
        operation=contract.operation(calling.operation),
        exchanges=seen.exchanges,
        outcome=seen.outcome,
        lost=None if seen.lost is None else "silent" if seen.lost == "fell silent" else "died",
    )
    case = Case(id="stateful.model", title="", why="", source=[f"contract:{contract.name}"], steps=[call])
    everything = CaseTrace(
        case=case,
        contract=contract,
        variant=None,
        version="",
        promised=promised,
        steps=(step,),
        exchanges=seen.exchanges,
        base_path="",
        state={},
        commits=None,
        unfired=(),
        harness_problem=None,
    )
    failed = [check for check in judge(everything) if check.verdict.red]
    if len(seen.exchanges) > 1 and _COUNT not in {check.id for check in failed}:
        # a case would judge a repeated write by what it commits; here nobody asked for any repeating
        message = f"sent {len(seen.exchanges)} times without retries"
        count = len(seen.exchanges)
        check = Check(id=_COUNT, verdict=Verdict.FAIL, expected=1, observed=count, message=message)
        failed.append(located(check, [Difference("", "count", 1, count)]))
    return failed


def judge_checks(calling: Calling, failed: Sequence[Check]) -> None:
    """Raise Disagreement when there is a failed check: the sandbox's where its answer is none of the contract's."""
    for check in sorted(failed, key=lambda one: one.id != _OURS):
        side = Side.SANDBOX if check.verdict is Verdict.HARNESS_ERROR and check.id == _OURS else Side.CLIENT
        why = f"{check.id}{f' at {check.pointer}' if check.pointer else ''}: {check.message or check.kind}\n"
        why += f"expected {_shown(check.expected)}\nobserved {_shown(check.observed)}"
        raise Disagreement(side, _told(calling), why, check=check.id)


def judge_answer(calling: Calling, seen: HarnessCall, held: View, model: View) -> None:
    """Raise Disagreement when the sandbox answered otherwise than the model expects.

    `held` is the sandbox's own state, `model` the model's view after the call.
    """
    exchange = _last(seen)
    if calling.faulty or exchange is None or exchange.response is None:
        return
    wrong = _against(calling.expected, exchange)
    if not wrong:
        return
    if calling.operation in READS:
        own = read(held, calling.operation, calling.arguments)
        alone = Side.SANDBOX if _against(own, exchange) else Side.MODEL
    else:
        alone = Side.MODEL if differences(model, held) else Side.SANDBOX
    reported = {
        Side.SANDBOX: "the sandbox's answer contradicts its own state",
        Side.MODEL: "the sandbox's answer and state agree",
    }
    raise Disagreement(alone, _told(calling), f"{reported[alone]}; the model expected otherwise: {'; '.join(wrong)}")


def judge_state(what: str, held: View, model: View) -> None:
    """Raise Disagreement when the sandbox holds something else than what all answers so far came to."""
    wrong = differences(model, held)
    if wrong:
        raise Disagreement(Side.SANDBOX, what, "it holds something else: " + "; ".join(wrong))


def _against(expected: Expected, exchange: Exchange) -> list[str]:
    assert exchange.response is not None
    if exchange.response.status != expected.status:
        return [f"status {exchange.response.status} instead of {expected.status}"]
    if expected.facts is None:
        return []
    return [str(one.shown()) for one in match(expected.facts, _body(exchange), mode="has")]


def answered(seen: HarnessCall) -> int:
    """Return the status of the last whole answer to a call, 0 when there was none."""
    exchange = _last(seen)
    whole = exchange is not None and exchange.ending is Ending.COMPLETE and exchange.response is not None
    return exchange.response.status if whole and exchange is not None and exchange.response is not None else 0


def _last(seen: HarnessCall) -> Exchange | None:
    return seen.exchanges[-1] if seen.exchanges else None


def _body(exchange: Exchange | None) -> Any:
    """The JSON of a whole answer; None for any other."""
    if exchange is None or exchange.response is None or exchange.ending is not Ending.COMPLETE:
        return None
    try:
        return msgspec.json.decode(exchange.response.body)
    except msgspec.DecodeError:
        return None


def _told(calling: Calling) -> str:
    return f"{calling.operation} {msgspec.json.encode(dict(calling.arguments)).decode()}"


def _shown(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode() if value is not msgspec.UNSET else "nothing"
