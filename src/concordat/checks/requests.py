"""Request checks: the requests that a call caused against the expected ones.

`request.count`, `request.method`, `request.path`, `request.query`, `request.headers`, `request.body` (`request.2.body`
for the second of several expected requests), `request.contract` and `request.waits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.checks.builders import block, check_of, invalid, located
from concordat.checks.exchanges import own_exchanges, request_line, without_repeated_writes
from concordat.checks.expected_request import ExpectedRequest, derived, from_case
from concordat.checks.model import Check, Verdict
from concordat.checks.request_comparison import PARTS, compare
from concordat.compare.diff import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.http1.exchange import Exchange
    from concordat.values import Problem

__all__ = ["EARLY", "judge_contract", "judge_requests", "judge_waits", "waits_of"]

_MOST_LINES = 12
EARLY: Final = 2.0
"""Milliseconds that a timer may end too soon: timers count whole ones, and each clock has its own beginning."""


def judge_requests(step: StepTrace, trace: CaseTrace) -> list[Check]:
    """Return the request checks of one step, without its label."""
    expect = step.call.expect
    own = derived(step.operation, step.call.with_) if step.operation is not None else None
    if expect.listed is None:
        wanted = [own] if own is not None else []
    else:
        wanted = [from_case(item, own) for item in expect.listed]
    exchanges = own_exchanges(step)
    repeating = expect.attempts is not msgspec.UNSET or step.call.repeat is not None
    if expect.attempts is msgspec.UNSET:
        if step.call.repeat is None:
            exchanges = without_repeated_writes(exchanges)
        count: Any = len(wanted) if step.call.repeat is None else _rounds(len(wanted), step.tries)
    else:
        count = expect.attempts
    uncounted = expect.requests == "any" and expect.attempts is msgspec.UNSET
    checks = [] if uncounted else [_count(count, exchanges)]
    if repeating:
        if wanted:
            checks.extend(_attempts(wanted, exchanges, trace.base_path))
    else:
        for index, (item, exchange) in enumerate(zip(wanted, exchanges, strict=False)):
            prefix = "request" if len(wanted) == 1 else f"request.{index + 1}"
            checks.extend(_parts(prefix, item, [exchange], trace.base_path))
    return checks


def _rounds(each: int, tries: int) -> Any:
    return {"at-least": each, "at-most": each * tries}


def _count(expected: Any, exchanges: Sequence[Exchange]) -> Check:
    observed = len(exchanges)
    differences = match(expected, observed)
    if not differences:
        return check_of("request.count", (), expected=expected, observed=observed)
    first = differences[0]
    lines = [request_line(exchange) for exchange in exchanges]
    check = check_of("request.count", (Difference("", "count", first.expected, observed),))
    return msgspec.structs.replace(check, observed={"count": observed, "requests": lines[:_MOST_LINES]})


def _attempts(wanted: list[ExpectedRequest], exchanges: Sequence[Exchange], base_path: str) -> list[Check]:
    """Return the checks of repeated requests: a sequence of expected requests that is sent again and again."""
    if len(wanted) == 1:
        return _parts("request", wanted[0], exchanges, base_path)
    checks: list[Check] = []
    for index, item in enumerate(wanted):
        checks.extend(_parts(f"request.{index + 1}", item, exchanges[index :: len(wanted)], base_path))
    return checks


def _parts(prefix: str, wanted: ExpectedRequest, exchanges: Sequence[Exchange], base_path: str) -> list[Check]:
    """Return one check for each part: of the first exchange that differs in it, else of the first exchange."""
    checks: dict[str, Check] = {}
    for exchange in exchanges:
        if exchange.request is None:
            continue
        for part, differences in compare(wanted, exchange.request, base_path).items():
            if part not in checks or (differences and checks[part].verdict is Verdict.PASS):
                checks[part] = check_of(f"{prefix}.{part}", differences, exchange=exchange.number)
    misplaced = [part for part in ("method", "path") if part in checks and checks[part].verdict is Verdict.FAIL]
    ordered = [checks[part] for part in PARTS if part in checks]
    if not misplaced:
        return ordered
    # another path has other parameters, so that their differences follow from the path's
    because = f"{prefix}.{misplaced[0]}"
    return [
        block(check, because)
        if check.id.rpartition(".")[2] in ("query", "body") and check.verdict is Verdict.FAIL
        else check
        for check in ordered
    ]


def judge_contract(step: StepTrace) -> Check:
    """Return `request.contract`: every request of the step is HTTP and valid against the contract."""
    differences: list[Difference] = []
    messages: list[str] = []
    number: int | None = None
    for exchange in own_exchanges(step):
        if exchange.request is None:
            found = [Difference("", "unparsable", None, "the bytes are no HTTP request")]
        elif exchange.request_problems:
            found = [invalid(_problem_place(one), one.rule, one.message) for one in exchange.request_problems]
        elif exchange.operation is None:
            message = f"the contract has no operation for {request_line(exchange)}"
            found = [Difference("/path", "unknown", None, message)]
        else:
            continue
        number = exchange.number if number is None else number
        differences += found
        messages += [one.observed for one in found]
    if not differences:
        return Check(id="request.contract", verdict=Verdict.PASS)
    check = Check(
        id="request.contract",
        verdict=Verdict.FAIL,
        expected="a request that is valid against the contract",
        observed=messages[:_MOST_LINES],
        message="; ".join(dict.fromkeys(messages[:_MOST_LINES])),
        exchange=number,
    )
    return located(check, differences)


def _problem_place(problem: Problem) -> str:
    inner = problem.pointer if problem.pointer.startswith("/") or not problem.pointer else f"/{problem.pointer}"
    return f"/{problem.where}{inner}"


def judge_waits(step: StepTrace, requests: Sequence[Check]) -> list[Check]:
    """Return `request.waits` of a step that expects waits, no check for another step.

    It is blocked where `requests`, the request checks of the step, found another number of requests, because other
    requests have other waits between them.
    """
    expect = step.call.expect.waits
    if expect is msgspec.UNSET:
        return []
    waits = waits_of(own_exchanges(step))
    found: list[Difference] = []
    for index, wait in enumerate(waits):
        least, most = _limit(expect.at_least, index), _limit(expect.at_most, index)
        if least is not None and wait < least - EARLY:
            found.append(Difference(f"/{index}/at-least", "changed", least, wait))
        if most is not None and wait > most * max(1.0, step.slowness):
            found.append(Difference(f"/{index}/at-most", "changed", most, wait))
    shown = msgspec.to_builtins(expect)
    check = check_of(
        "request.waits", found, expected=shown, observed={"ms": waits, "slowness": round(step.slowness, 2)}
    )
    wrong = next((one for one in requests if one.id == "request.count" and one.verdict is not Verdict.PASS), None)
    if wrong is not None or not waits:
        return [block(check, "request.count")]
    return [check]


def waits_of(exchanges: Sequence[Exchange]) -> list[float]:
    """Return the milliseconds between the end of each exchange and the beginning of the next."""
    ends = [exchange.started if exchange.finished is None else exchange.finished for exchange in exchanges]
    return [round(max(0.0, later.started - end) * 1000, 1) for end, later in zip(ends, exchanges[1:], strict=False)]


def _limit(limit: float | list[float] | None, index: int) -> float | None:
    if isinstance(limit, list):
        return limit[index] if index < len(limit) else None
    return limit
