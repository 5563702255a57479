"""Keys without effect: what a case says and no check can ever turn on, as far as that shows without running it.

A key of a table is without effect when it is so in every row; a fault is looked at row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Call, Parallel
from concordat.catalogue.references import names_used
from concordat.catalogue.rules import placed_calls
from concordat.errors import Flaw
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from concordat.catalogue.model import Case, Fault

__all__ = ["ANSWERS", "REQUESTS", "effect_flaws", "table_flaws"]

REQUESTS = "contract"
"""What `allow` says where requests are invalid on purpose."""
ANSWERS = "answers"
"""What `allow` says where scripted answers are invalid on purpose."""
_MEND = "remove it, or let a step or an expectation depend on it"


def effect_flaws(case: Case) -> Iterator[Flaw]:
    """Yield what has no effect in one case or row; pointers begin at the case."""
    client = [call for call in case.calls() if call.via == "client"]
    for index, fault in enumerate(case.faults):
        here = join_pointer("faults", index)
        if fault.edit is not None and not fault.edit.set and not fault.edit.remove:
            yield Flaw(here + "/edit", "the edit changes nothing", "name a pointer to `set` or to `remove`")
        yield from _unreached(case, fault, client, here)
        yield from _unknown_write(case, fault, here)
    if case.state == {}:
        yield Flaw("/state", "`state` says nothing", _MEND)
    if not isinstance(case.steps[-1], (Call, Parallel)) and case.state is None:
        yield Flaw(join_pointer("steps", len(case.steps) - 1), "nothing looks at what comes of this step", _MEND)
    for here, call in placed_calls(case):
        yield from _call(call, here)


def _unreached(case: Case, fault: Fault, client: Sequence[Call], here: str) -> Iterator[Flaw]:
    # a redirect leads requests to places that no step names
    if any(other.redirect is not None for other in case.faults):
        return
    struck = [call for call in client if fault.on in (None, call.call)]
    if not struck:
        yield Flaw(here + "/on", f"no step calls `{fault.on}` through the client: the fault is never met", _MEND)
    elif fault.at > len(struck) and case.client.retries == "none" and not any(map(_several, struck)):
        message = f"there are {len(struck)} such requests, and the fault waits for the {fault.at}th"
        yield Flaw(here + "/at", message, _MEND)


def _unknown_write(case: Case, fault: Fault, here: str) -> Iterator[Flaw]:
    judged = case.write_safety is not None and fault.on in (None, case.write_safety.of) and fault.when == "before"
    if judged and fault.respond is not None and fault.respond.accepted is None:
        message = "the script does not say whether the write was accepted, so `write-safety` cannot pass"
        yield Flaw(
            here + "/respond", message, "write `accepted: true` or `accepted: false`, or leave `write-safety` out"
        )


def _several(call: Call) -> bool:
    """Whether a call may send more than one request."""
    return call.repeat is not None or call.expect.attempts is not msgspec.UNSET or len(call.expect.listed or ()) > 1


def _call(call: Call, here: str) -> Iterator[Flaw]:
    outcome = call.expect.outcome
    yield from _waits(call, here + "/expect/waits")
    if call.via == "harness":
        if outcome is not None or call.expect.attempts is not msgspec.UNSET:
            yield Flaw(here + "/expect", "what the harness does is not judged", "remove it, or call through the client")
        if call.cancel_after is not None:
            yield Flaw(here + "/cancel-after", "the harness cancels nothing", "remove it, or call through the client")
    elif (
        outcome is not None and outcome.reported is None and outcome.payload is msgspec.UNSET and outcome.error is None
    ):
        yield Flaw(here + "/expect/outcome", "`outcome` says nothing", "name `reported`, `payload` or `error`")


def _waits(call: Call, here: str) -> Iterator[Flaw]:
    waits, attempts = call.expect.waits, call.expect.attempts
    if waits is msgspec.UNSET:
        return
    if waits.at_least is None and waits.at_most is None:
        yield Flaw(here, "`waits` says nothing", "name `at-least` or `at-most`, in ms")
    if call.via == "harness" or _fewest(attempts) < 2:  # noqa: PLR2004 - a wait is between two
        yield Flaw(here, "there need not be a wait", "say with `attempts` that there are two requests or more")
    least, most = _numbers(waits.at_least), _numbers(waits.at_most)
    if [] in (waits.at_least, waits.at_most) or min(least + most, default=0) < 0:
        yield Flaw(here, "a limit is a number of ms, 0 or more, or a list of them", "write how long, as `at-least: 20`")
    elif any(short > long for short, long in _both(waits.at_least, waits.at_most)):
        yield Flaw(here, "no wait is as long as `at-least` and as short as `at-most`", "mend one of them")
    if isinstance(attempts, int) and attempts > 1:
        for key, limit in (("at-least", waits.at_least), ("at-most", waits.at_most)):
            if isinstance(limit, list) and len(limit) > attempts - 1:
                message = f"{attempts} requests have {attempts - 1} waits between them, and `{key}` has {len(limit)}"
                yield Flaw(f"{here}/{key}", message, "leave out what is too many")


def _numbers(limit: float | list[float] | None) -> list[float]:
    return [] if limit is None else limit if isinstance(limit, list) else [limit]


def _both(least: float | list[float] | None, most: float | list[float] | None) -> Iterator[tuple[float, float]]:
    """Yield both limits of each wait that has both."""
    lists = [limit for limit in (least, most) if isinstance(limit, list)]
    if least is None or most is None:
        return
    for index in range(min(map(len, lists), default=1)):
        yield (
            least[index] if isinstance(least, list) else least,
            most[index] if isinstance(most, list) else most,
        )


def _fewest(attempts: Any) -> int:
    """Return how many requests there are at the least, as far as that is written."""
    least = attempts.get("at-least", 0) if isinstance(attempts, dict) else attempts
    return least if isinstance(least, int) else 0


def table_flaws(
    rows: Sequence[Case],
    *,
    bound: Callable[[Case], Collection[str] | None] | None,
    invalid: Callable[[Case], tuple[bool, bool]],
) -> Iterator[Flaw]:
    """Yield what has no effect in any row of a case (one that is no table has one row).

    `bound` tells the names that a case's world binds; `invalid` whether its requests, and its scripted answers, may be
    invalid by the contract.
    """
    first = rows[0]
    if bound is not None and first.world and all(_unseen(row, bound) for row in rows):
        message = "every answer is scripted, and nothing in the case depends on this world"
        yield Flaw("/world", message, "write `world: {}`")
    for index, allowed in enumerate(first.allow):
        which = (REQUESTS, ANSWERS).index(allowed)
        if not any(invalid(row)[which] for row in rows):
            said = "request" if allowed == REQUESTS else "scripted answer"
            yield Flaw(join_pointer("allow", index), f"no {said} of the case is invalid", "remove it from `allow`")


def _unseen(case: Case, bound: Callable[[Case], Collection[str] | None]) -> bool:
    """Whether the case would be the same in the default world."""
    calls = list(case.calls())
    if case.state is not None or case.write_safety is not None or any(call.via == "harness" for call in calls):
        return False
    if not all(isinstance(step, (Call, Parallel)) for step in case.steps):
        return False
    if not all(_answered(case, call, alone=len(calls) == 1) for call in calls):
        return False
    usual = bound(msgspec.structs.replace(case, world={}))
    used = {name for name, _ in names_used(msgspec.to_builtins((case.steps, case.faults, case.client)))}
    return usual is not None and used <= set(usual)


def _answered(case: Case, call: Call, *, alone: bool) -> bool:
    """Whether every request of a call is answered by a fault, past the world."""
    once = alone and case.client.retries == "none" and not _several(call)
    return any(
        fault.on in (None, call.call)
        and fault.at == 1
        and fault.when == "before"
        and (fault.times == "always" or once)
        and (fault.respond is not None or fault.redirect is not None or fault.reset or fault.close)
        for fault in case.faults
    )
