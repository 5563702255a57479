"""Planned misbehaviour of the upstream: which request a fault strikes, and the answer that is sent then.

Actions are of two kinds. `respond`, `edit`, `evolve` and `redirect` decide the answer's content; `reset`, `close`,
`stall`, `drip` and `cut` decide its delivery. One of each kind can strike the same request, in the order of the plan;
a further fault of the same kind does not fire.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from concordat.catalogue.model import Evolution, Fault
from concordat.http1.answer import Answer
from concordat.sandbox.core.fault_answers import (
    check_fault,
    delivery_of,
    edited,
    redirected,
    require_distinct,
    scripted_answer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Evolve", "FaultPlan", "Strike", "check_fault", "faults_by_id", "scripted_answer"]


Evolve: TypeAlias = Callable[[Evolution, Answer], Answer | None]
"""Applies an evolution rule to an answer; returns None when the rule does not apply."""


class _Planned(msgspec.Struct):
    id: str
    fault: Fault
    seen: int = 0
    fired: int = 0
    misfits: int = 0

    def due(self, operation: str | None) -> bool:
        """Count a matching request, and return whether the fault strikes it."""
        if self.fault.on is not None and self.fault.on != operation:
            return False
        self.seen += 1
        behind = self.seen - self.fault.at
        return behind >= 0 and (self.fault.times == "always" or behind < self.fault.times)


class Strike(msgspec.Struct, frozen=True):
    """The faults that strike one request: at most one on the content, at most one on the delivery."""

    content: _Planned | None = None
    delivery: _Planned | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """The ids of the faults."""
        return tuple(planned.id for planned in self._both())

    @property
    def needs_answer(self) -> bool:
        """Whether the server must process the request: its answer is used, or a fault says `when: after`."""
        if any(planned.fault.when == "after" for planned in self._both()):
            return True
        if self.content is not None:
            return self.content.fault.edit is not None or self.content.fault.evolve is not None
        return self.delivery is not None and not (self.delivery.fault.reset or self.delivery.fault.close)

    def accepted(self, *, implemented: bool) -> bool | None:
        """Return whether the request, which is a write, was accepted besides what the server itself has counted.

        `implemented` says that the server has the operation. False where it processes the request, and where the fault
        strikes before anything is written: what the server itself accepts is counted elsewhere. None where a scripted
        answer stands in for a server whose state is not known, and does not say `accepted`.
        """
        if implemented and self.needs_answer:
            return False
        script = None if self.content is None else self.content.fault.respond
        if script is None:
            after = any(planned.fault.when == "after" for planned in self._both())
            return None if after else False
        return script.accepted

    def _both(self) -> Iterator[_Planned]:
        return (planned for planned in (self.content, self.delivery) if planned is not None)


def faults_by_id(faults: Sequence[Fault]) -> Iterator[tuple[str, Fault]]:
    """Yield the id of each fault and the fault. Those without an id are `fault-1`, `fault-2`... by their place."""
    for number, fault in enumerate(faults, 1):
        yield fault.id or f"fault-{number}", fault


class FaultPlan:
    """The faults of one case, and how often each has seen and struck its requests.

    Raises CatalogueError, without a location, for a fault that `check_fault` refuses and for an id that occurs twice.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._planned = [_Planned(name, check_fault(fault)) for name, fault in faults_by_id(faults)]
        require_distinct([planned.id for planned in self._planned])

    def strike(self, operation: str | None) -> Strike | None:
        """Count one request, and return the faults that strike it, None for none.

        `operation` is the contract's name for the request. Only faults `on` every request strike one without a name.
        """
        if not self._planned:
            return None
        content: _Planned | None = None
        delivery: _Planned | None = None
        for planned in self._planned:
            if not planned.due(operation):
                continue
            if delivery_of(planned.fault) is None:
                content = content or planned
            else:
                delivery = delivery or planned
        return Strike(content, delivery) if content or delivery else None

    def enact(self, strike: Strike, answer: Answer | None, base_url: str, evolve: Evolve | None = None) -> Answer:
        """Return the answer that is sent instead of `answer`, the server's own, None if it processed nothing.

        `{base}` in a redirect stands for `base_url`; `evolve` applies an evolution rule. An edit or a rule that does
        not fit the answer leaves it unchanged, and has not fired.
        """
        shaped = answer or Answer()
        fired: list[str] = []
        if strike.content is not None:
            changed = _content(strike.content.fault, answer, base_url, evolve)
            if changed is None:
                strike.content.misfits += 1
            else:
                shaped = changed
                strike.content.fired += 1
                fired.append(strike.content.id)
        if strike.delivery is not None:
            delivery = delivery_of(strike.delivery.fault)
            assert delivery is not None
            silent = strike.delivery.fault.reset or strike.delivery.fault.close
            shaped = msgspec.structs.replace(shaped, delivery=delivery, scripted=shaped.scripted or silent)
            strike.delivery.fired += 1
            fired.append(strike.delivery.id)
        return msgspec.structs.replace(shaped, faults=(*(answer.faults if answer else ()), *fired))

    def unfired(self) -> tuple[str, ...]:
        """Return the ids of the faults that must fire and have not fired once."""
        return tuple(planned.id for planned in self._planned if planned.fault.must_fire and not planned.fired)

    def misfits(self) -> tuple[str, ...]:
        """Return the ids of unfired faults that struck a request, and did not fit its answer."""
        return tuple(
            planned.id for planned in self._planned if planned.fault.must_fire and not planned.fired and planned.misfits
        )


def _content(fault: Fault, answer: Answer | None, base_url: str, evolve: Evolve | None) -> Answer | None:
    if fault.respond is not None:
        return scripted_answer(fault.respond)
    if fault.redirect is not None:
        return redirected(fault.redirect, base_url)
    if fault.evolve is not None:
        return None if answer is None or evolve is None else evolve(fault.evolve, answer)
    assert fault.edit is not None
    return None if answer is None else edited(fault.edit, answer)
