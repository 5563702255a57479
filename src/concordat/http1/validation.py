"""A request held to its contract, once.

The tap and the sandbox behind it see the same request and the same contract; the judgement is a pure function of the
two, so it is kept on the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concordat.contract import Contract, Match
    from concordat.http1.exchange import Request
    from concordat.values import Problem

__all__ = ["problems_of"]

_KEPT = "_held"


def problems_of(contract: Contract, match: Match, request: Request) -> tuple[Problem, ...]:
    """Return how a request breaks the operation it was matched to; see `Contract.check_request`."""
    kept = request.__dict__.get(_KEPT)
    if kept is not None and kept[0] is contract and kept[1] is match:
        found: tuple[Problem, ...] = kept[2]
        return found
    problems = contract.check_request(
        match.operation, arguments=match.arguments, query=request.query, headers=request.headers, body=request.body
    )
    request.__dict__[_KEPT] = (contract, match, problems)
    return problems
