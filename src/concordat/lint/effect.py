"""Keys without effect: parts of a case that change no check, as far as lint can see without a run.

A key of a table has no effect when it has none in any row; faults are checked in each row.
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
"""The word in `allow` for requests that are invalid on purpose."""
ANSWERS = "answers"
"""The word in `allow` for scripted answers that are invalid on purpose."""
_HINT = "remove it, or add a step or an expectation that depends on it"


def effect_flaws(case: Case) -> Iterator[Flaw]:
    """Yield a flaw for each key without effect in one case or row; pointers begin at the case."""
    client = [call for call in case.calls() if call.via == "client"]
    for index, fault in enumerate(case.faults):
        here = join_pointer("faults", index)
        if fault.edit is not None and not fault.edit.set and not fault.edit.remove:
            yield Flaw(here + "/edit", "the edit changes nothing", "name a pointer to `set` or to `remove`")
        yield from _unreached(case, fault, client, here)
        yield from _unknown_write(case, fault, here)
    if case.state == {}:
        yield Flaw("/state", "`state` is empty", _HINT)
    if not isinstance(case.steps[-1], (Call, Parallel)) and case.state is None:
        yield Flaw(join_pointer("steps", len(case.steps) - 1), "no check depends on this step", _HINT)
    for here, call in placed_calls(case):
        yield from _call(call, here)


def _unreached(case: Case, fault: Fault, client: Sequence[Call], here: str) -> Iterator[Flaw]:
    # a redirect may send requests to operations that no step calls
    if any(other.redirect is not None for other in case.faults):
        return
    matching = [call for call in client if fault.on in (None, call.call)]
    if not matching:
        yield Flaw(here + "/on", f"no step calls `{fault.on}` through the client: the fault never fires", _HINT)
    elif fault.at > len(matching) and case.client.retries == "none" and not any(map(_several, matching)):
        message = f"the fault fires at request {fault.at}, and the number of matching requests is {len(matching)}"
        yield Flaw(here + "/at", message, _HINT)


def _unknown_write(case: Case, fault: Fault, here: str) -> Iterator[Flaw]:
    judged = case.write_safety is not None and fault.on in (None, case.write_safety.of) and fault.when == "before"
    if judged and fault.respond is not None and fault.respond.accepted is None:
        message = "the script lacks `accepted`, so that `write-safety` cannot pass"
        yield Flaw(here + "/respond", message, "write `accepted: true` or `accepted: false`, or remove `write-safety`")


def _several(call: Call) -> bool:
    """Return whether a call may send several requests."""
    return call.repeat is not None or call.expect.attempts is not msgspec.UNSET or len(call.expect.listed or ()) > 1


def _call(call: Call, here: str) -> Iterator[Flaw]:
    outcome = call.expect.outcome
    yield from _waits(call, here + "/expect/waits")
    if call.via == "harness":
        if outcome is not None or call.expect.attempts is not msgspec.UNSET:
            yield Flaw(here + "/expect", "calls of the harness are not judged", "remove it, or call through the client")
        if call.cancel_after is not None:
            yield Flaw(
                here + "/cancel-after", "the harness cannot cancel a call", "remove it, or call through the client"
            )
    elif (
        outcome is not None and outcome.reported is None and outcome.payload is msgspec.UNSET and outcome.error is None
    ):
        yield Flaw(here + "/expect/outcome", "`outcome` is empty", "name `reported`, `payload` or `error`")


def _waits(call: Call, here: str) -> Iterator[Flaw]:
    waits, attempts = call.expect.waits, call.expect.attempts
    if waits is msgspec.UNSET:
        return
    if waits.at_least is None and waits.at_most is None:
        yield Flaw(here, "`waits` is empty", "name `at-least` or `at-most`, in ms")
    if call.via == "harness" or _fewest(attempts) < 2:  # noqa: PLR2004 - a wait is between two requests
        yield Flaw(here, "the call need not wait", "expect two or more requests with `attempts`")
    least, most = _numbers(waits.at_least), _numbers(waits.at_most)
    if [] in (waits.at_least, waits.at_most) or min(least + most, default=0) < 0:
        yield Flaw(here, "a limit is a number of ms, at least 0, or a list of such numbers", "write `at-least: 20`")
    elif any(short > long for short, long in _both(waits.at_least, waits.at_most)):
        yield Flaw(here, "`at-least` exceeds `at-most`", "correct one of them")
    if isinstance(attempts, int) and attempts > 1:
        for key, limit in (("at-least", waits.at_least), ("at-most", waits.at_most)):
            if isinstance(limit, list) and len(limit) > attempts - 1:
                message = f"{attempts} requests have {attempts - 1} waits between them, and `{key}` has {len(limit)}"
                yield Flaw(f"{here}/{key}", message, "remove the surplus limits")


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
    """Return the smallest number of requests that `attempts` allows, 0 if it sets no lower limit."""
    least = attempts.get("at-least", 0) if isinstance(attempts, dict) else attempts
    return least if isinstance(least, int) else 0


def table_flaws(
    rows: Sequence[Case],
    *,
    bound: Callable[[Case], Collection[str] | None] | None,
    invalid: Callable[[Case], tuple[bool, bool]],
) -> Iterator[Flaw]:
    """Yield a flaw for each key without effect in every row of a case (a case without rows counts as one row).

    `bound` returns the names that a case's world binds; `invalid` returns whether a contract may reject the case's
    requests, and whether it may reject the case's scripted answers.
    """
    first = rows[0]
    if bound is not None and first.world and all(_world_unused(row, bound) for row in rows):
        message = "every answer is scripted, so that the case does not depend on its world"
        yield Flaw("/world", message, "write `needs: {}`")
    for index, allowed in enumerate(first.allow):
        which = (REQUESTS, ANSWERS).index(allowed)
        if not any(invalid(row)[which] for row in rows):
            part = "request" if allowed == REQUESTS else "scripted answer"
            yield Flaw(join_pointer("allow", index), f"no {part} of the case is invalid", "remove it from `allow`")


def _world_unused(case: Case, bound: Callable[[Case], Collection[str] | None]) -> bool:
    """Return whether the case has the same results in the default world."""
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
    """Return whether faults answer every request of a call, so that the world is not used."""
    once = alone and case.client.retries == "none" and not _several(call)
    return any(
        fault.on in (None, call.call)
        and fault.at == 1
        and fault.when == "before"
        and (fault.times == "always" or once)
        and (fault.respond is not None or fault.redirect is not None or fault.reset or fault.close)
        for fault in case.faults
    )
