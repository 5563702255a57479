"""A request held to its contract, once.

The tap and the sandbox behind it see the same request and the same contract; the judgement is a pure function of the
two, so the request keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concordat.contract import Contract, Match
    from concordat.http1.exchange import Request
    from concordat.values import Problem

__all__ = ["problems_of"]


def problems_of(contract: Contract, match: Match, request: Request) -> tuple[Problem, ...]:
    """Return how a request breaks the operation it was matched to; see `Contract.check_request`."""
    kept = request.validation
    if kept.contract is not contract or kept.match is not match:
        kept.problems = contract.check_request(
            match.operation, arguments=match.arguments, query=request.query, headers=request.headers, body=request.body
        )
        kept.contract, kept.match = contract, match
    return kept.problems
