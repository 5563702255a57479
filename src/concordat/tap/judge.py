"""Judges one recorded request or response by the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.http1.coding import decoded
from concordat.http1.validation import problems_of
from concordat.values import Problem

if TYPE_CHECKING:
    from concordat.contract import Contract, Match
    from concordat.http1.exchange import Request, Response

__all__ = ["request_problems", "response_problems"]


def request_problems(
    contract: Contract, request: Request | None, path: str | None, match: Match | None
) -> tuple[Problem, ...]:
    """Judge a request: `path` is the raw path beneath the base path, None outside it, `match` what it was matched to.

    Rules beyond the contract's: `unparsable` for bytes that are no request (None), `unknown` where nothing matches.
    """
    if request is None:
        return (Problem(where="path", pointer="", rule="unparsable", message="the bytes are no HTTP request"),)
    if match is None:
        return (Problem(where="path", pointer="", rule="unknown", message=_unknown(contract, request, path)),)
    body = decoded(request.headers, request.body) if request.body else request.body
    if body is None or body is request.body:
        return problems_of(contract, match, request)
    return contract.check_request(
        match.operation,
        arguments=match.arguments,
        query=request.query,
        headers=request.headers,
        body=body,
    )


def response_problems(contract: Contract, match: Match, response: Response) -> tuple[Problem, ...]:
    """Judge a response, content codings undone."""
    body = decoded(response.headers, response.body)
    if body is None:
        message = "the content coding cannot be undone, so the body was not judged"
        return (Problem(where="header", pointer="content-encoding", rule="unreadable", message=message),)
    return contract.check_response(match.operation, response.status, response.headers, body)


def _unknown(contract: Contract, request: Request, path: str | None) -> str:
    if path is None:
        return f"{request.raw_path} lies outside the base path"
    if contract.path_known(path):
        return f"the contract has no {request.method} for {path}"
    return f"the contract has no path {path}"
