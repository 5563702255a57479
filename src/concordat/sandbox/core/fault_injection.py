"""Fault injection before one server: the answers of its planned faults, and the writes that those faults take.

The sandbox and the tap before a foreign upstream share it; each of them processes requests in its own way.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.contract.operation import SAFE
from concordat.sandbox.core.evolution import evolved
from concordat.sandbox.core.faults import FaultPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.catalogue.model import Evolution, Fault
    from concordat.contract import Contract, Match
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox.core.faults import Strike

__all__ = ["FaultInjection"]


class FaultInjection:
    """The planned faults of one server, under the names of a contract.

    `plan` may be replaced at any time. `base_url` replaces `{base}` in planned redirects; it may be set once the port
    is known. `accepted` and `unknown` count, by operation, the writes that scripted answers took: those that a script
    calls accepted, and those of scripts without `accepted`. Raises CatalogueError, without a location, for an invalid
    fault.
    """

    def __init__(self, contract: Contract, faults: Sequence[Fault] = (), *, base_url: str = "") -> None:
        self.plan = FaultPlan(faults)
        self.base_url = base_url
        self.accepted: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self._contract = contract

    def enact(
        self, strike: Strike, request: Request, match: Match | None, own: Answer | None, *, implemented: bool
    ) -> Answer:
        """Return the answer that is sent instead of `own`, and count the request if it is a write.

        `own` is the server's answer, None if the server did not process the request; `implemented` says that the server
        has the operation.
        """
        if match is None:
            return self.plan.enact(strike, own, self.base_url)
        operation = match.operation
        if request.method not in SAFE:
            self._count(operation.name, strike.accepted(implemented=implemented))

        def evolve(change: Evolution, answer: Answer) -> Answer | None:
            return evolved(change, answer, request, self._contract, operation)

        return self.plan.enact(strike, own, self.base_url, evolve)

    def _count(self, operation: str, accepted: bool | None) -> None:  # noqa: FBT001 - of the strike
        if accepted is None:
            self.unknown[operation] += 1
        elif accepted:
            self.accepted[operation] += 1
