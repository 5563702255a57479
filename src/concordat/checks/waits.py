"""`request.waits`: how long a client let pass before it asked again, judged where its requests arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from concordat.checks.builders import block, check_of
from concordat.checks.model import Check, Verdict
from concordat.checks.requests import own_exchanges
from concordat.compare.diff import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import StepTrace
    from concordat.http1.exchange import Exchange

__all__ = ["EARLY", "judge_waits", "waits_of"]

_ID: Final = "request.waits"
EARLY: Final = 2.0
"""Milliseconds that a timer may end too soon: they count in whole ones, and each clock has its own beginning."""


def judge_waits(step: StepTrace, requests: Sequence[Check]) -> list[Check]:
    """Return the check of a step that says something of waits, none for another.

    It is blocked where `requests`, the request checks of the step, tell of another number of requests: the waits
    between them are others, too.
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
    check = check_of(_ID, found, expected=shown, observed={"ms": waits, "slowness": round(step.slowness, 2)})
    wrong = next((one for one in requests if one.id == "request.count" and one.verdict is Verdict.FAIL), None)
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
