"""Scenarios of `customers.list`, and the exchanges of a client that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.http1.exchange import Ending, Exchange, Request

if TYPE_CHECKING:
    from concordat.catalogue.model import ScriptedAnswer
    from concordat.explore.scenario import Scenario
    from concordat.explore.scenario_space import ScenarioSpace

__all__ = ["PATH", "scenario_of", "sent"]

PATH = "/companies/8a210b68-6988-11ed-a1eb-0242ac120002/data/customers"


def scenario_of(
    space: ScenarioSpace, *, answer: ScriptedAnswer | None = None, allowed: bool = True, **arguments: object
) -> Scenario:
    plain = space.plainest("customers.list")
    changed = msgspec.structs.replace(plain, arguments={**plain.arguments, **arguments}, allowed=allowed)
    return changed if answer is None else msgspec.structs.replace(changed, answer=answer)


def sent(target: str, method: str = "GET", body: bytes = b"") -> Exchange:
    request = Request(method, target, (("Content-Type", "application/json"),) if body else (), body)
    return Exchange(number=1, started=0.0, ending=Ending.COMPLETE, operation="customers.list", request=request)
