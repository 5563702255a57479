"""Request checks: what a call put on the wire against what it should have.

`request.count`, `request.method`, `request.path`, `request.query`, `request.headers`, `request.body` (`request.2.body`
for the second of several expected requests) and `request.contract`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.checks.builders import block, check_of, signature_place
from concordat.checks.expected_request import ExpectedRequest, derived, from_case
from concordat.checks.matchers import match
from concordat.checks.model import Check, Verdict
from concordat.checks.request_comparison import PARTS, compare
from concordat.compare.diff import Difference
from concordat.contract.operation import SAFE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.http1.exchange import Exchange

__all__ = ["judge_contract", "judge_requests", "own_exchanges", "without_repeated_writes"]


def own_exchanges(step: StepTrace) -> tuple[Exchange, ...]:
    """Return the exchanges that belong to the step; a straggler is reported elsewhere."""
    return tuple(exchange for exchange in step.exchanges if not exchange.straggler)


def without_repeated_writes(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """Return the exchanges with a write that is sent again, byte for byte, counted once.

    A repeated write is judged by what it commits (`write-safety`), not by being sent (RFC 9110, 9.2.2).
    """
    kept: list[Exchange] = []
    writes: set[tuple[str, str, bytes]] = set()
    for exchange in exchanges:
        request = exchange.request
        if request is not None and request.method.upper() not in SAFE:
            key = (request.method, request.target, request.body)
            if key in writes:
                continue
            writes.add(key)
        kept.append(exchange)
    return tuple(kept)


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
        count: Any = len(wanted) if step.call.repeat is None else _rounds(len(wanted), step.call.repeat.times)
    else:
        count = expect.attempts
    uncounted = expect.requests == "any" and expect.attempts is msgspec.UNSET
    checks = [] if uncounted else [_count(count, exchanges)]
    if repeating:
        if wanted:
            checks.extend(_alike(wanted, exchanges, trace.base_path))
    else:
        for index, (item, exchange) in enumerate(zip(wanted, exchanges, strict=False)):
            prefix = "request" if len(wanted) == 1 else f"request.{index + 1}"
            checks.extend(_parts(prefix, item, [exchange], trace.base_path))
    return checks


def _rounds(each: int, times: int) -> Any:
    return {"at-least": each, "at-most": each * times}


def _count(expected: Any, exchanges: Sequence[Exchange]) -> Check:
    observed = len(exchanges)
    differences = match(expected, observed)
    if not differences:
        return check_of("request.count", (), expected=expected, observed=observed)
    first = differences[0]
    lines = [_line(exchange) for exchange in exchanges]
    check = check_of("request.count", (Difference("", "count", first.expected, observed),))
    return msgspec.structs.replace(check, observed={"count": observed, "requests": lines[:_MOST_LINES]})


_MOST_LINES = 12


def _line(exchange: Exchange) -> str:
    if exchange.request is None:
        return "(not HTTP)"
    return f"{exchange.request.method} {exchange.request.target}"


def _alike(wanted: list[ExpectedRequest], exchanges: Sequence[Exchange], base_path: str) -> list[Check]:
    """Judge attempts: a sequence of expected requests sent over and over; of one, every request is like it."""
    if len(wanted) == 1:
        return _parts("request", wanted[0], exchanges, base_path)
    checks: list[Check] = []
    for index, item in enumerate(wanted):
        checks.extend(_parts(f"request.{index + 1}", item, exchanges[index :: len(wanted)], base_path))
    return checks


def _parts(prefix: str, wanted: ExpectedRequest, exchanges: Sequence[Exchange], base_path: str) -> list[Check]:
    """Return one check a part, of the first exchange that differs in it."""
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
    # another place has other parameters: what differs in them follows from that
    because = f"{prefix}.{misplaced[0]}"
    return [
        block(check, because)
        if check.id.rpartition(".")[2] in ("query", "body") and check.verdict is Verdict.FAIL
        else check
        for check in ordered
    ]


def judge_contract(step: StepTrace) -> Check:
    """Return `request.contract`: every request of the step is HTTP and valid against the contract."""
    places: list[tuple[str, str]] = []
    messages: list[str] = []
    number: int | None = None
    for exchange in own_exchanges(step):
        found: list[tuple[str, str, str]] = []
        if exchange.request is None:
            found.append(("", "unparsable", "the bytes are no HTTP request"))
        elif exchange.request_problems:
            for problem in exchange.request_problems:
                inner = (
                    problem.pointer if problem.pointer.startswith("/") or not problem.pointer else f"/{problem.pointer}"
                )
                found.append((f"/{problem.where}{inner}", problem.rule, problem.message))
        elif exchange.operation is None:
            found.append(("/path", "unknown", f"the contract has no operation for {_line(exchange)}"))
        if found and number is None:
            number = exchange.number
        places.extend((pointer, kind) for pointer, kind, _ in found)
        messages.extend(message for _, _, message in found)
    if not places:
        return Check(id="request.contract", verdict=Verdict.PASS)
    pointer, kind = signature_place(places)
    return Check(
        id="request.contract",
        verdict=Verdict.FAIL,
        expected="a request that is valid against the contract",
        observed=messages[:_MOST_LINES],
        message="; ".join(dict.fromkeys(messages[:_MOST_LINES])),
        pointer=pointer,
        kind=kind,
        exchange=number,
    )
